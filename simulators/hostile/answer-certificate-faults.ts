import { generateKeyPair, spkiOf } from '#protocol/pki/keys.ts';
import { toPem } from '#protocol/pki/pem.ts';
import type { AnswerContext, AnswerFault } from './answer-fault.ts';
import { base64, certificateFault, type DeviceCertificate, deviceCertificate } from './answer-parts.ts';

/** An answer of status 0 whose value in cert= is made of the good certificate. */
function valueFault(id: string, explanation: string, value: (der: Uint8Array) => string): AnswerFault {
  return {
    id,
    explanation,
    operation: 'enrollment',
    body: async (context) => `status=0&cert=${value(deviceCertificate(context, {}))}`,
  };
}

async function otherKey({ profile }: AnswerContext): Promise<DeviceCertificate> {
  return { spki: spkiOf((await generateKeyPair(profile.deviceKey)).publicKey) };
}

/** Two certificates, one good and one for another key, each under a name. No base64 holds the braces of a place. */
function pairFault(id: string, explanation: string, text: string): AnswerFault {
  return {
    id,
    explanation,
    operation: 'enrollment',
    body: async (context) =>
      text
        .replace('{good}', base64(deviceCertificate(context, {})))
        .replace('{bad}', base64(deviceCertificate(context, await otherKey(context)))),
  };
}

/** What stands in cert= that is no certificate of the device, or not one alone. */
export const certificateFaults = {
  noise: valueFault('certificate-noise', 'The value of cert= is base64 of noise.', (der) =>
    base64(Buffer.alloc(der.length, 0xa5)),
  ),
  notBase64: valueFault('certificate-not-base64', 'The value of cert= is no base64.', () => 'no certificate today!'),
  truncated: valueFault('certificate-truncated', 'The last sixteen bytes of the certificate are missing.', (der) =>
    base64(der.subarray(0, der.length - 16)),
  ),
  trailing: valueFault('certificate-trailing', 'Four bytes follow the certificate.', (der) =>
    base64(Buffer.concat([der, Buffer.from([0xde, 0xad, 0xbe, 0xef])])),
  ),
  pem: valueFault('certificate-pem', 'The certificate is in PEM, which is no base64 of DER.', (der) =>
    encodeURIComponent(toPem('CERTIFICATE', der)),
  ),
  goodThenBad: pairFault(
    'cert-twice-good-first',
    'The name cert= stands twice: the good certificate, then one for another key.',
    'status=0&cert={good}&cert={bad}',
  ),
  badThenGood: pairFault(
    'cert-twice-good-last',
    'The name cert= stands twice: a certificate for another key, then the good one.',
    'status=0&cert={bad}&cert={good}',
  ),
  goodUnderOtherName: pairFault(
    'certificate-disagrees-with-cert',
    'The name certificate= holds the good certificate, and cert= one for another key.',
    'status=0&certificate={good}&cert={bad}',
  ),
  notYetValid: certificateFault('certificate-not-yet-valid', 'The certificate begins in sixty days.', () => ({
    shiftDays: 61,
  })),
  authorityKey: certificateFault(
    'certificate-of-the-authority-key',
    "The certificate bears the CA's own key.",
    ({ clearinghouse }) => ({ spki: clearinghouse.certificate.spki }),
  ),
  weakSignature: certificateFault(
    'certificate-weak-signature',
    'The certificate is signed with SHA-1.',
    ({ clearinghouse }) => ({
      signature: clearinghouse.signature.startsWith('ecdsa') ? 'ecdsa-sha1' : 'rsa-sha1',
    }),
  ),
} as const satisfies Record<string, AnswerFault>;
