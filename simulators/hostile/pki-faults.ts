import { isIP } from 'node:net';
import { type Authority, type CertificateTemplate, createAuthority, signCertificate } from '#protocol/pki/authority.ts';
import { generateKeyPair, privateKeyPem } from '#protocol/pki/keys.ts';
import { toPem } from '#protocol/pki/pem.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';
import { serverTemplate } from '../third-party-ca.ts';

/** What a lying server may use: the real third-party CA (it bought a certificate of its own), and the clearinghouse CA. */
export interface ForgeContext {
  readonly thirdParty: Authority;
  readonly clearinghouse: Authority;
  /** The DNS name or address that the device was told. */
  readonly host: string;
  readonly profile: CryptoProfile;
  readonly now: Date;
}

export interface TlsIdentity {
  /** Leaf first. */
  readonly chainPem: string;
  readonly keyPem: string;
  /** A key or a signature that a TLS library would not load by itself. */
  readonly weak?: boolean;
  /** The highest TLS version that the server speaks; the profile's when absent. */
  readonly maxVersion?: 'TLSv1.2';
}

/** One way in which a server's certificate is wrong: one named change of the good chain, as data. */
export interface PkiFault {
  readonly id: string;
  readonly explanation: string;
  /** Who signs; the third-party CA when absent. */
  readonly signer?: 'unknown CA' | 'impostor CA' | 'itself' | 'clearinghouse CA';
  /** What of the good leaf differs. */
  readonly change?: (good: CertificateTemplate, context: ForgeContext) => CertificateTemplate;
}

const day = 24 * 3600 * 1000;
const shifted = (good: CertificateTemplate, milliseconds: number): CertificateTemplate => ({
  ...good,
  notBefore: new Date(good.notBefore.getTime() + milliseconds),
  notAfter: new Date(good.notAfter.getTime() + milliseconds),
});
const named = (good: CertificateTemplate, host: string): CertificateTemplate => ({
  ...good,
  subject: [{ type: 'CN', value: host }],
  ...namesOf(host),
});

export const pkiFaults = {
  none: { id: 'none', explanation: 'The good chain: the control.' },
  'unknown-ca': {
    id: 'unknown-ca',
    explanation: 'The right name and dates, signed by a CA that the device was not shipped with.',
    signer: 'unknown CA',
  },
  'impostor-ca': {
    id: 'impostor-ca',
    explanation: 'Signed by a CA that bears the third-party CA’s name and has another key.',
    signer: 'impostor CA',
  },
  'self-signed': { id: 'self-signed', explanation: 'The right name and dates, signed by itself.', signer: 'itself' },
  'clearinghouse-ca': {
    id: 'clearinghouse-ca',
    explanation: 'Signed by the clearinghouse CA, which getcacert gave, where the third-party CA is due.',
    signer: 'clearinghouse CA',
  },
  'other-host': {
    id: 'other-host',
    explanation: 'A good certificate of the third-party CA, for another host.',
    change: (good) => named(good, 'other-clearinghouse.example.net'),
  },
  expired: {
    id: 'expired',
    explanation: 'Ended thirty days ago.',
    change: (good, { now }) => shifted(good, now.getTime() - 30 * day - good.notAfter.getTime()),
  },
  'not-yet-valid': {
    id: 'not-yet-valid',
    explanation: 'Begins in thirty days.',
    change: (good, { now }) => shifted(good, now.getTime() + 30 * day - good.notBefore.getTime()),
  },
} as const satisfies Record<string, PkiFault>;

/** Makes the chain and key of a server with this fault. */
export async function forgeServerIdentity(fault: PkiFault, context: ForgeContext): Promise<TlsIdentity> {
  const key = await generateKeyPair(context.profile.deviceKey);
  const { host, now } = context;
  const period = { notBefore: new Date(now.getTime() - day), notAfter: new Date(now.getTime() + 90 * day) };
  const good = serverTemplate({ host }, key, period);
  const template = fault.change?.(good, context) ?? good;
  const certificates =
    fault.signer === 'itself'
      ? [signCertificate(template, { subject: template.subject, key }, context.profile.authoritySignature)]
      : await signedBy(template, fault.signer, context);
  return {
    chainPem: certificates.map((der) => toPem('CERTIFICATE', der)).join(''),
    keyPem: privateKeyPem(key),
  };
}

async function signedBy(
  template: CertificateTemplate,
  signer: PkiFault['signer'],
  context: ForgeContext,
): Promise<Uint8Array[]> {
  if (signer === undefined) return [context.thirdParty.issue(template).der];
  if (signer === 'clearinghouse CA') {
    return [context.clearinghouse.issue(template).der, context.clearinghouse.certificate.der];
  }
  const forged = createAuthority({
    subject: signer === 'impostor CA' ? context.thirdParty.certificate.subject : [{ type: 'CN', value: 'Unknown CA' }],
    key: await generateKeyPair(context.profile.authorityKey),
    signature: context.profile.authoritySignature,
    notBefore: new Date(context.now.getTime() - 30 * day),
    notAfter: new Date(context.now.getTime() + 365 * day),
  });
  return [forged.issue(template).der, forged.certificate.der];
}

function namesOf(host: string): Pick<CertificateTemplate, 'dnsNames' | 'ipAddresses'> {
  return isIP(host) === 0 ? { dnsNames: [host], ipAddresses: [] } : { dnsNames: [], ipAddresses: [host] };
}
