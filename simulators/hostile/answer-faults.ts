import { signCertificate } from '#protocol/pki/authority.ts';
import { generateKeyPair, spkiOf } from '#protocol/pki/keys.ts';
import type { AnswerFault } from './answer-fault.ts';
import { around, base64, caCertificate, certificateFault, otherAuthority, statusFault } from './answer-parts.ts';

export const answerFaults = {
  'other-ca-certificate': {
    id: 'other-ca-certificate',
    explanation: 'getcacert gives a CA certificate of the same name with another key, which is not of the fingerprint.',
    operation: 'getcacert',
    body: async (context) => `status=0&certificate=${base64((await otherAuthority(context)).certificate.der)}`,
  },
  'no-ca-certificate': {
    id: 'no-ca-certificate',
    explanation: 'getcacert gives a self-signed certificate that is of the fingerprint and is no CA certificate.',
    operation: 'getcacert',
    fingerprintAgrees: true,
    body: async (context) => {
      const { clearinghouse, profile, now } = context;
      const key = await generateKeyPair(profile.authorityKey);
      const { subject } = clearinghouse.certificate;
      const template = { subject, spki: spkiOf(key.publicKey), ...around(now), basicConstraints: { ca: false } };
      const der = signCertificate(
        { ...template, keyUsage: ['digitalSignature'] },
        { subject, key },
        profile.authoritySignature,
      );
      return `status=0&certificate=${base64(der)}`;
    },
  },
  'expired-ca-certificate': {
    id: 'expired-ca-certificate',
    explanation: 'getcacert gives a CA certificate that is of the fingerprint and ended yesterday.',
    operation: 'getcacert',
    fingerprintAgrees: true,
    body: async (context) => `status=0&certificate=${base64(caCertificate(context, -1))}`,
  },
  'altered-ca-certificate': {
    id: 'altered-ca-certificate',
    explanation: 'getcacert gives a CA certificate that is of the fingerprint, with one bit of its signature flipped.',
    operation: 'getcacert',
    fingerprintAgrees: true,
    body: async (context) => {
      const der = Uint8Array.from(caCertificate(context, 365));
      der[der.length - 1] = (der.at(-1) ?? 0) ^ 1;
      return `status=0&certificate=${base64(der)}`;
    },
  },
  'ca-for-a-device': certificateFault('ca-for-a-device', 'The certificate would make the device a CA.', () => ({
    ca: true,
  })),
  'other-key': certificateFault('other-key', 'The certificate bears another public key.', async ({ profile }) => ({
    spki: spkiOf((await generateKeyPair(profile.deviceKey)).publicKey),
  })),
  'other-authority': certificateFault(
    'other-authority',
    'The certificate is signed by a CA of the same name that is not the one of getcacert.',
    async (context) => ({ signer: await otherAuthority(context) }),
  ),
  'other-device': certificateFault('other-device', 'The certificate names another device.', () => ({
    name: 'somebody-else.example.com',
  })),
  'expired-certificate': certificateFault('expired-certificate', 'The certificate ended sixty days ago.', () => ({
    shiftDays: -90,
  })),
  'status-abc': statusFault('status-abc', 'status=abc&cert=CERT', 'The status is no number.'),
  'status-empty': statusFault('status-empty', 'status=&cert=CERT', 'The status is empty.'),
  'status-00': statusFault('status-00', 'status=00&cert=CERT', 'The status has a leading zero.'),
  'status-hex': statusFault('status-hex', 'status=0x0&cert=CERT', 'The status is hexadecimal.'),
  'status-missing': statusFault('status-missing', 'cert=CERT', 'There is no status.'),
  'status-twice': statusFault('status-twice', 'status=1&status=0&cert=CERT', 'The status stands twice, and disagrees.'),
  'status-prefixed': statusFault('status-prefixed', 'xstatus=0&cert=CERT', 'Another variable ends like status.'),
  'certificate-for-cert': statusFault(
    'certificate-for-cert',
    'status=0&certificate=CERT',
    'The certificate stands under the name of getcacert’s.',
  ),
} as const satisfies Record<string, AnswerFault>;
