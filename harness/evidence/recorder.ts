import type { HttpAnswer, HttpRequest } from '#protocol/http.ts';
import type { Certificate } from '#protocol/pki/certificate.ts';
import { describeCertificate, parseCertificate } from '#protocol/pki/certificate.ts';
import { toPem } from '#protocol/pki/pem.ts';
import type { CertificateView, Evidence, LadderEntry, Party } from '#reports/run-record.ts';
import type { Capture, CaptureMark } from './evidence-folder.ts';
import { viewAnswer, viewRequest } from './message-view.ts';
import { Redaction } from './redaction.ts';
import type { Stage } from './repro.ts';

/** How much of each kind of evidence there was. */
interface RecorderMark {
  readonly done: number;
  readonly seen: number;
  readonly ladder: number;
  readonly certificates: number;
  readonly outputs: number;
  readonly capture?: CaptureMark;
}

/** Keeps what a case did and saw, with every secret taken out before it is kept. */
export class Recorder {
  readonly redaction = new Redaction();
  /** What a bench saw on the wire, when its passwords were made for this one case. */
  capture: Capture | undefined;
  /** What a device bench is playing. */
  stage: Stage | undefined;
  /** While it is on, nothing is kept: of many inputs the views cost more than the meetings. */
  isPaused = false;
  /** What the device under test took for its verbs. */
  deviceMs = 0;
  readonly #startedAt = performance.now();
  readonly #done: string[] = [];
  readonly #seen: string[] = [];
  readonly #ladder: LadderEntry[] = [];
  readonly #certificates = new Map<string, CertificateView>();
  readonly #outputs: { title: string; text: string }[] = [];

  did(what: string): void {
    if (!this.isPaused) this.#done.push(this.redaction.text(what));
  }

  saw(what: string): void {
    if (!this.isPaused) this.#seen.push(this.redaction.text(what));
  }

  output(title: string, text: string): void {
    if (this.isPaused || text.trim() === '') return;
    this.#outputs.push({ title: this.redaction.text(title), text: this.redaction.text(text) });
  }

  /** An arrow between two parties that carried no message: a verb, a refusal, an alert. */
  arrow(from: Party, to: Party, label: string, transport: LadderEntry['transport'] = 'local', note?: string): void {
    this.arrowAt(performance.now(), from, to, label, transport, note);
  }

  /** An arrow of an earlier moment, of performance.now(). */
  arrowAt(
    moment: number,
    from: Party,
    to: Party,
    label: string,
    transport: LadderEntry['transport'],
    note?: string,
  ): void {
    if (this.isPaused) return;
    this.#ladder.push({
      atMs: this.#since(moment),
      from,
      to,
      label: this.redaction.text(label),
      transport,
      ...(note === undefined ? {} : { note: this.redaction.text(note) }),
    });
  }

  request(from: Party, to: Party, request: HttpRequest): void {
    if (this.isPaused) return;
    const { label, view } = viewRequest(request, this.redaction);
    this.#ladder.push({ atMs: this.#now(), from, to, label, transport: transportOf(request), message: view });
  }

  answer(from: Party, to: Party, request: HttpRequest, answer: HttpAnswer, note?: string): void {
    if (this.isPaused) return;
    const { label, view, certificate } = viewAnswer(request, answer, this.redaction);
    if (certificate) this.certificateBytes(`Certificate in the answer “${label}”`, certificate);
    this.#ladder.push({
      atMs: this.#now(),
      from,
      to,
      label,
      transport: transportOf(request),
      message: view,
      ...(note === undefined ? {} : { note: this.redaction.text(note) }),
    });
  }

  certificate(title: string, certificate: Certificate): void {
    if (this.isPaused) return;
    const pem = toPem('CERTIFICATE', certificate.der);
    if (!this.#certificates.has(pem)) {
      const fields = describeCertificate(certificate).map(
        ([name, value]) => [name, this.redaction.text(value)] as const,
      );
      this.#certificates.set(pem, { title: this.redaction.text(title), fields, pem });
    }
  }

  /** A place in the evidence to come back to, so that of many generated inputs only the last stays in it. */
  mark(): RecorderMark {
    const capture = this.capture?.mark();
    return {
      done: this.#done.length,
      seen: this.#seen.length,
      ladder: this.#ladder.length,
      certificates: this.#certificates.size,
      outputs: this.#outputs.length,
      ...(capture === undefined ? {} : { capture }),
    };
  }

  rewind(mark: RecorderMark): void {
    this.#done.length = mark.done;
    this.#seen.length = mark.seen;
    this.#ladder.length = mark.ladder;
    this.#outputs.length = mark.outputs;
    for (const pem of [...this.#certificates.keys()].slice(mark.certificates)) this.#certificates.delete(pem);
    if (mark.capture) this.capture?.rewind(mark.capture);
  }

  evidence(): Evidence {
    return {
      done: this.#done,
      seen: this.#seen,
      ladder: this.#ladder.toSorted((a, b) => a.atMs - b.atMs),
      certificates: [...this.#certificates.values()],
      outputs: this.#outputs,
    };
  }

  private certificateBytes(title: string, der: Uint8Array): void {
    try {
      this.certificate(title, parseCertificate(der));
    } catch {
      this.saw(`${title}: ${der.length} bytes that are no certificate`);
    }
  }

  #now(): number {
    return this.#since(performance.now());
  }

  #since(moment: number): number {
    return Math.round((moment - this.#startedAt) * 10) / 10;
  }
}

function transportOf(request: HttpRequest): 'tls' | 'cleartext' {
  return request.secure ? 'tls' : 'cleartext';
}
