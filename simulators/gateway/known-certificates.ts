import { type Certificate, parseCertificate } from '#protocol/pki/certificate.ts';

/** The same few certificates are shown to every device of a fleet: those of servers, their CAs, and the clearinghouse's. */
const known = new Map<string, Certificate>();
const knownAtMost = 64;

/** Reads a certificate that other devices are likely to be shown, too; the same bytes once. @throws MusterError as parseCertificate */
export function readShownCertificate(der: Uint8Array): Certificate {
  const id = Buffer.from(der.buffer, der.byteOffset, der.length).toString('latin1');
  const before = known.get(id);
  if (before !== undefined) return before;
  const certificate = parseCertificate(der);
  if (known.size >= knownAtMost) known.delete(known.keys().next().value ?? '');
  known.set(id, certificate);
  return certificate;
}
