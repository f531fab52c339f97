import { MusterError } from '#protocol/errors.ts';
import type { HttpAnswer } from '#protocol/http.ts';
import { type Authority, createAuthority, signCertificate } from '#protocol/pki/authority.ts';
import { generateKeyPair, spkiOf } from '#protocol/pki/keys.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';

/** What a lying clearinghouse knows when it answers one message. */
export interface AnswerContext {
  readonly honest: HttpAnswer;
  readonly clearinghouse: Authority;
  readonly deviceName: string;
  /** SPKI of the PKCS#10 that was sent, DER; empty for getcacert. */
  readonly spki: Uint8Array;
  readonly profile: CryptoProfile;
  readonly now: Date;
}

/** One way in which an answer inside good TLS is wrong, as data. Bodies are written by hand, not by the encoder. */
export interface AnswerFault {
  readonly id: string;
  readonly explanation: string;
  readonly operation: 'getcacert' | 'enrollment';
  /** The body that takes the place of the honest one. */
  body(context: AnswerContext): Promise<string>;
  /** The device is told the fingerprint of what it will be given, so that only the other fault is there. */
  readonly fingerprintAgrees?: boolean;
  /** The protocol allows this form: the device must take it for the honest answer that it is. */
  readonly allowed?: boolean;
}

const day = 24 * 3600 * 1000;
const base64 = (der: Uint8Array): string => Buffer.from(der).toString('base64');

function around(now: Date): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(now.getTime() - day), notAfter: new Date(now.getTime() + 365 * day) };
}

async function otherAuthority({ profile, now, clearinghouse }: AnswerContext): Promise<Authority> {
  return createAuthority({
    subject: clearinghouse.certificate.subject,
    key: await generateKeyPair(profile.authorityKey),
    signature: profile.authoritySignature,
    ...around(now),
  });
}

interface DeviceCertificate {
  readonly signer?: Authority;
  readonly spki?: Uint8Array;
  readonly name?: string;
  readonly shiftDays?: number;
  readonly ca?: boolean;
}

/** The good certificate of the device, but for the one thing given. */
function deviceCertificate(context: AnswerContext, differs: DeviceCertificate): Uint8Array {
  const name = differs.name ?? context.deviceName;
  const shift = (differs.shiftDays ?? 0) * day;
  return (differs.signer ?? context.clearinghouse).issue({
    subject: [{ type: 'CN', value: name }],
    spki: differs.spki ?? context.spki,
    notBefore: new Date(context.now.getTime() - day + shift),
    notAfter: new Date(context.now.getTime() + 30 * day + shift),
    basicConstraints: { ca: differs.ca ?? false },
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: ['clientAuth'],
    dnsNames: [name],
  }).der;
}

/** The CA certificate of the clearinghouse, of its own key, but for its end. */
function caCertificate({ clearinghouse, profile, now }: AnswerContext, endsInDays: number): Uint8Array {
  const { key, certificate } = clearinghouse;
  const { subject, spki } = certificate;
  return signCertificate(
    {
      subject,
      spki,
      notBefore: new Date(now.getTime() - 365 * day),
      notAfter: new Date(now.getTime() + endsInDays * day),
      basicConstraints: { ca: true },
      keyUsage: ['keyCertSign', 'cRLSign'],
    },
    { subject, key },
    profile.authoritySignature,
  );
}

/** An answer whose certificate is good, with whatever stands around it. */
function statusFault(id: string, text: string, explanation: string): AnswerFault {
  return {
    id,
    explanation,
    operation: 'enrollment',
    body: async (context) => text.replace('CERT', base64(deviceCertificate(context, {}))),
  };
}

function certificateFault(
  id: string,
  explanation: string,
  differs: (context: AnswerContext) => DeviceCertificate | Promise<DeviceCertificate>,
): AnswerFault {
  return {
    id,
    explanation,
    operation: 'enrollment',
    body: async (context) => `status=0&cert=${base64(deviceCertificate(context, await differs(context)))}`,
  };
}

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

/** The honest answer with the fault in it. */
export async function falsify(fault: AnswerFault, context: AnswerContext): Promise<HttpAnswer> {
  if (context.honest.status !== 200) {
    throw new MusterError(
      'bench-broken',
      `Only a good answer can be falsified; this one is HTTP ${context.honest.status}.`,
    );
  }
  const body = Buffer.from(await fault.body(context));
  return { status: 200, headers: { ...context.honest.headers, 'content-length': String(body.length) }, body };
}
