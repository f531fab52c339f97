import type { HttpAnswer, HttpRequest } from '#protocol/http.ts';
import { signatureAlgorithms } from '#protocol/pki/algorithms.ts';
import type { Authority } from '#protocol/pki/authority.ts';
import { type Certificate, isSignedBy, parseCertificate } from '#protocol/pki/certificate.ts';
import { scanPairs } from '#protocol/wire.ts';
import { pkcs10Of } from './sent-pkcs10.ts';

/** A stretch of bytes: where it begins, and where it ends. */
type Stretch = readonly [start: number, end: number];

/** How a certificate that was issued for one key is issued again for another of the same kind, without any DER writer. */
export interface Reissue {
  /** As it stands in the answer: raw base64. */
  readonly certificate: string;
  readonly spki: Stretch;
  /** Where the CA signed: what, where its signature is, and with which hash. Absent where the signature is not its. */
  readonly signed?: { readonly tbs: Stretch; readonly signature: Stretch; readonly hash: string };
}

/**
 * What a server that stands alone must know to give another device the same answer. Undefined: there is nothing in it of the
 * device's key. `cannot`: there is, in a form that is not simply written again.
 */
export function reissueOf(
  answer: HttpAnswer,
  request: HttpRequest,
  authority: Authority,
): Reissue | 'cannot' | undefined {
  const spki = Buffer.from(spkiOf(request));
  const bearing = scanPairs(answer.body, () => {}).flatMap(({ value }) => {
    const text = Buffer.from(value).toString('latin1');
    const der = Buffer.from(text, 'base64');
    return spki.length > 0 && der.includes(spki) ? [{ text, der }] : [];
  });
  const [first] = bearing;
  if (!first) return undefined;
  const { text, der } = first;
  const isRaw = Buffer.from(answer.body).includes(text) && der.toString('base64') === text;
  if (!isRaw || bearing.some((other) => other.text !== text)) return 'cannot';
  const at = der.indexOf(spki);
  const certificate = readable(der);
  const algorithm =
    certificate && isSignedBy(certificate, authority.certificate.publicKey) && certificate.signatureAlgorithm;
  const stretchOf = (part: Uint8Array): Stretch => {
    const start = part.byteOffset - der.byteOffset;
    return [start, start + part.length];
  };
  const signed = certificate &&
    algorithm && {
      tbs: stretchOf(certificate.tbs),
      signature: stretchOf(certificate.signature),
      hash: signatureAlgorithms[algorithm].hash,
    };
  return { certificate: text, spki: [at, at + spki.length], ...(signed ? { signed } : {}) };
}

function spkiOf(request: HttpRequest): Uint8Array {
  try {
    return pkcs10Of(request).spki;
  } catch {
    // A message without a PKCS#10: its answer bears no key of a device.
    return new Uint8Array();
  }
}

function readable(der: Uint8Array): Certificate | undefined {
  try {
    return parseCertificate(der);
  } catch {
    return undefined;
  }
}
