import { type Certificate, parseCertificate } from '#protocol/pki/certificate.ts';
import { parsePkcs10 } from '#protocol/pki/pkcs10.ts';
import { demand } from '../property.ts';
import type { SentRequest } from './model.ts';

/** Every certificate that was seen in one run of the model, and what must hold of all of them together. */
export class SeenCertificates {
  /** By the digest of the PKCS#10, base64. */
  readonly #byRequest = new Map<string, string>();
  /** By serial number, the digest. */
  readonly #serials = new Map<string, string>();

  /** At most one certificate for a PKCS#10, with its key and the device's name; no serial number twice. */
  check({ digest, message }: SentRequest, deviceName: string, der: Uint8Array, what: string): void {
    const bytes = Buffer.from(der).toString('base64');
    const known = this.#byRequest.get(digest);
    demand(known === undefined || known === bytes, `${what}: its PKCS#10 got a second certificate`);
    if (known !== undefined) return;
    this.#byRequest.set(digest, bytes);
    const certificate: Certificate = parseCertificate(der);
    const owner = this.#serials.get(certificate.serialNumber);
    demand(owner === undefined, `${what}: the serial number ${certificate.serialNumber} was used before`);
    this.#serials.set(certificate.serialNumber, digest);
    const { spki } = parsePkcs10(message.pkcs10);
    demand(Buffer.compare(certificate.spki, spki) === 0, `${what}: the certificate bears another key`);
    const names = certificate.subject.map(({ value }) => value.toLowerCase());
    demand(names.includes(deviceName.toLowerCase()), `${what}: the certificate names ${certificate.subjectText}`);
  }
}
