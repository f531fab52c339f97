import type { HttpAnswer, HttpRequest } from '#protocol/http.ts';
import type { Certificate } from '#protocol/pki/certificate.ts';
import { parseCertificate } from '#protocol/pki/certificate.ts';
import { toPem } from '#protocol/pki/pem.ts';
import type { CertificateView, ChapterView, Evidence, FaultyField, LadderEntry, Party } from '#reports/run-record.ts';
import { certificateFields } from './certificate-view.ts';
import type { Capture, CaptureMark } from './evidence-folder.ts';
import { FaultMarks, faultView, type NamedFault } from './fault-marks.ts';
import { answerFields, certificateNames, viewAnswer, viewRequest } from './message-view.ts';
import { Redaction } from './redaction.ts';
import type { Stage } from './repro.ts';
import { viewTls } from './tls-view.ts';

/** How much of each kind of evidence there was. */
interface RecorderMark {
  readonly done: number;
  readonly seen: number;
  readonly ladder: number;
  readonly chapters: number;
  readonly certificates: number;
  readonly outputs: number;
  readonly capture?: CaptureMark;
}

/** An answer that was made wrong on purpose. */
export interface FaultyAnswer {
  readonly fault: NamedFault;
  /** What would have been answered. */
  readonly honest: HttpAnswer;
  /** The CA that should have signed what is in it. */
  readonly authority: Certificate;
}

/** Keeps what a case did and saw, with every secret taken out before it is kept. */
export class Recorder {
  readonly redaction = new Redaction();
  /** What was made wrong on purpose. */
  readonly marks = new FaultMarks();
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
  readonly #chapters: ChapterView[] = [];
  readonly #certificates = new Map<string, CertificateView>();
  readonly #outputs: { title: string; text: string }[] = [];

  did(what: string): void {
    if (!this.isPaused) this.#done.push(this.redaction.text(what));
  }

  /** From here on the case is at its control: the same without the one fault. */
  control(what: string): void {
    this.#begin('control', what);
  }

  /** From here on the one thing differs that the case is about. */
  stimulus(what: string): void {
    this.#begin('stimulus', what);
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
    const { label, view } = viewRequest(request, this.redaction, this.marks);
    this.#ladder.push({ atMs: this.#now(), from, to, label, transport: transportOf(request), message: view });
  }

  /** `faulty`: the answer was made wrong on purpose, and this would have been the honest one. */
  answer(from: Party, to: Party, request: HttpRequest, answer: HttpAnswer, faulty?: FaultyAnswer): void {
    if (this.isPaused) return;
    const { label, view, certificates } = viewAnswer(request, answer, this.redaction);
    const title = `Certificate in the answer “${label}”`;
    const areGood = certificates.map((der) => this.#certificateBytes(title, der, faulty?.authority)).every(Boolean);
    const fault = faulty && faultView(faulty.fault, view.fields, answerFields(faulty.honest, this.redaction));
    // The base64 of two good certificates differs as well.
    const isLikeness = ({ name, good }: FaultyField): boolean =>
      areGood && certificateNames.has(name) && good !== undefined && view.fields.some(([here]) => here === name);
    const fields = fault?.fields.filter((one) => !isLikeness(one));
    this.#ladder.push({
      atMs: this.#now(),
      from,
      to,
      label,
      transport: transportOf(request),
      message: fault && fields ? { ...view, fault: { ...fault, fields } } : view,
    });
  }

  /** `others`, `anchor`: what came along, and what is trusted; one of them may have signed it. */
  certificate(
    title: string,
    certificate: Certificate,
    others: readonly Certificate[] = [],
    anchor?: Certificate,
  ): void {
    if (this.isPaused) return;
    const pem = toPem('CERTIFICATE', certificate.der);
    if (this.#certificates.has(pem)) return;
    const fields = certificateFields(certificate, others, anchor).map(
      ([name, value]) => [name, this.redaction.text(value)] as const,
    );
    const fault = this.marks.of(certificate.der, fields);
    this.#certificates.set(pem, {
      title: this.redaction.text(title),
      fields,
      ...(fault && fault.fields.length > 0 ? { fault } : {}),
      pem,
    });
  }

  /** A place in the evidence to come back to, so that of many generated inputs only the last stays in it. */
  mark(): RecorderMark {
    const capture = this.capture?.mark();
    return {
      done: this.#done.length,
      seen: this.#seen.length,
      ladder: this.#ladder.length,
      chapters: this.#chapters.length,
      certificates: this.#certificates.size,
      outputs: this.#outputs.length,
      ...(capture === undefined ? {} : { capture }),
    };
  }

  rewind(mark: RecorderMark): void {
    this.#done.length = mark.done;
    this.#seen.length = mark.seen;
    this.#ladder.length = mark.ladder;
    this.#chapters.length = mark.chapters;
    this.#outputs.length = mark.outputs;
    for (const pem of [...this.#certificates.keys()].slice(mark.certificates)) this.#certificates.delete(pem);
    if (mark.capture) this.capture?.rewind(mark.capture);
  }

  evidence(): Evidence {
    // What was set up for the next, and met by nobody, is no chapter.
    const chapters = this.#chapters.filter(({ atMs }, index) => {
      const end = this.#chapters[index + 1]?.atMs ?? Number.POSITIVE_INFINITY;
      return this.#ladder.some((entry) => atMs <= entry.atMs && entry.atMs < end);
    });
    const { contacts = [], wire } = this.capture ?? {};
    const tls = contacts.map((contact) => viewTls(contact, wire?.connections ?? [], this.#startedAt));
    return {
      done: this.#done,
      seen: this.#seen,
      ladder: this.#ladder.toSorted((a, b) => a.atMs - b.atMs),
      ...(chapters.length > 0 ? { chapters } : {}),
      ...(tls.length > 0 ? { tls } : {}),
      certificates: [...this.#certificates.values()],
      outputs: this.#outputs,
    };
  }

  /** @returns whether nothing is wrong with it on purpose */
  #certificateBytes(title: string, der: Uint8Array, authority: Certificate | undefined): boolean {
    try {
      const certificate = parseCertificate(der);
      this.certificate(title, certificate, [], authority);
      return (this.marks.of(der, certificateFields(certificate, [], authority))?.fields ?? []).length === 0;
    } catch {
      this.saw(`${title}: ${der.length} bytes that are no certificate`);
      return false;
    }
  }

  #begin(kind: ChapterView['kind'], what: string): void {
    if (this.isPaused) return;
    this.did(what);
    this.#chapters.push({ atMs: this.#now(), kind, title: this.redaction.text(what) });
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
