import { type Certificate, isSignedBy, parseCertificate } from '#protocol/pki/certificate.ts';
import { parsePkcs10 } from '#protocol/pki/pkcs10.ts';
import { demand } from '../property.ts';
import type { ServerBench } from '../server-bench.ts';
import type { SentRequest } from './model.ts';

/** Every certificate that was seen in one run of the model, and what must hold of all of them together. */
export class SeenCertificates {
  /** By the digest of the PKCS#10, base64. */
  readonly #byRequest = new Map<string, string>();
  readonly #serials = new Set<string>();
  #authority: Certificate | undefined;

  /** The server has another CA. */
  forgetAuthority(): void {
    this.#authority = undefined;
  }

  /** At most one certificate for a PKCS#10, by the CA of getcacert, with its key and name; no serial number twice. */
  async check(bench: ServerBench, { digest, message }: SentRequest, device: number, der: Uint8Array): Promise<void> {
    const bytes = Buffer.from(der).toString('base64');
    const known = this.#byRequest.get(digest);
    demand(known === undefined || known === bytes, `a PKCS#10 of device ${device} got a second certificate`);
    if (known !== undefined) return;
    this.#byRequest.set(digest, bytes);
    const certificate = parseCertificate(der);
    const { serialNumber, spki, subject, subjectText } = certificate;
    demand(!this.#serials.has(serialNumber), `the serial number ${serialNumber} was used twice`);
    this.#serials.add(serialNumber);
    this.#authority ??= await authorityOf(bench);
    const { publicKey } = this.#authority;
    demand(isSignedBy(certificate, publicKey), `the certificate of device ${device} is not by the CA of getcacert`);
    const key = parsePkcs10(message.pkcs10).spki;
    demand(Buffer.compare(spki, key) === 0, `the certificate of device ${device} bears another key`);
    const { deviceName } = bench.identity(device);
    const names = subject.map(({ value }) => value.toLowerCase());
    demand(names.includes(deviceName.toLowerCase()), `the certificate of device ${device} names ${subjectText}`);
  }
}

async function authorityOf(bench: ServerBench): Promise<Certificate> {
  const { answer, http } = await bench.wire.getCaCertificate();
  demand(answer?.kind === 'cacert', `getcacert was answered HTTP ${http.status}, without a certificate`);
  return parseCertificate(answer?.kind === 'cacert' ? answer.certificate : new Uint8Array());
}
