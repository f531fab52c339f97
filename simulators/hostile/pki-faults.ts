import type { SecureVersion } from 'node:tls';
import { type Authority, type CertificateTemplate, createAuthority, signCertificate } from '#protocol/pki/authority.ts';
import { generateKeyPair, type KeyPair, privateKeyPem } from '#protocol/pki/keys.ts';
import { toPem } from '#protocol/pki/pem.ts';
import { type CryptoProfile, signatureFor } from '#protocol/pki/profiles.ts';
import { serverTemplate } from '../third-party-ca.ts';
import { algorithmFaults } from './pki-faults-algorithms.ts';
import { allowances } from './pki-faults-allowances.ts';
import { chainFaults } from './pki-faults-chains.ts';
import { dateFaults } from './pki-faults-dates.ts';
import { formFaults } from './pki-faults-forms.ts';
import { nameFaults } from './pki-faults-names.ts';
import { revocationFaults } from './pki-faults-revocation.ts';
import { signerFaults } from './pki-faults-signers.ts';
import { issueThrough, type Link } from './pki-links.ts';

/** What a lying server may use: the real third-party CA (it bought a certificate of its own), and the clearinghouse CA. */
export interface ForgeContext {
  readonly thirdParty: Authority;
  readonly clearinghouse: Authority;
  /** The DNS name or address that the device was told. */
  readonly host: string;
  readonly profile: CryptoProfile;
  readonly now: Date;
  /** Where the third-party CA lists what it revoked. */
  readonly listUrl: string;
  /** The leaf's key; a new one of the profile unless given. */
  readonly key?: KeyPair;
}

export interface TlsIdentity {
  /** Leaf first. */
  readonly chainPem: string;
  readonly keyPem: string;
  /** The device must be told this anchor in the place of the good one. */
  readonly anchorPem?: string;
  /** The chain holds what TLS libraries refuse to load at their usual security level. */
  readonly weak?: boolean;
  /** The one TLS version that is spoken with it; those of the profile unless given. */
  readonly version?: SecureVersion;
  /** Devices are given tickets, with which to ask for the session again. */
  readonly givesTickets?: boolean;
}

type Change = (good: CertificateTemplate, context: ForgeContext) => CertificateTemplate;

/** One way in which a server's certificate is wrong: one named change of a good chain, as data. */
export interface PkiFault {
  readonly id: string;
  readonly explanation: string;
  /** Who signs; the third-party CA when absent. */
  readonly signer?: 'unknown CA' | 'impostor CA' | 'another key' | 'itself' | 'clearinghouse CA';
  /** What of the good leaf differs. */
  readonly change?: Change;
  /** The CAs between the root and the leaf, from above; none when absent. */
  readonly through?: readonly Link[];
  /** What is done to the certificates once they are signed, leaf first. */
  readonly alter?: (chain: readonly Uint8Array[], context: ForgeContext) => readonly Uint8Array[];
  /** The anchor that the device is told has this other template. */
  readonly anchor?: Change;
  /** The good chain that this one departs from; the leaf alone under the third-party CA when absent. */
  readonly control?: PkiFault;
  /** Fields of the certificate that bear the fault, and that would differ without it as well. */
  readonly shows?: readonly string[];
  /** No fault: a device must take this chain. */
  readonly good?: true;
  /** See TlsIdentity. */
  readonly weak?: true;
}

const day = 24 * 3600 * 1000;

export const pkiFaults = {
  none: { id: 'none', explanation: 'The good chain: the control.', good: true },
  ...signerFaults,
  ...nameFaults,
  ...dateFaults,
  ...chainFaults,
  ...formFaults,
  ...algorithmFaults,
  ...revocationFaults,
  ...allowances,
} as const satisfies Record<string, PkiFault>;

/** Makes the chain and key of a server with this fault. */
export async function forgeServerIdentity(fault: PkiFault, context: ForgeContext): Promise<TlsIdentity> {
  const key = context.key ?? (await generateKeyPair(context.profile.deviceKey));
  const { host, now, profile, thirdParty } = context;
  const period = { notBefore: new Date(now.getTime() - day), notAfter: new Date(now.getTime() + 90 * day) };
  const good = serverTemplate({ host }, key, period);
  const template = fault.change?.(good, context) ?? good;
  const signed =
    fault.signer === 'itself'
      ? [signCertificate(template, { subject: template.subject, key }, signatureFor(key.publicKey, profile))]
      : await signedBy(template, fault, context);
  const chain = fault.alter?.(signed, context) ?? signed;
  const anchor = fault.anchor && reissued(thirdParty, fault.anchor, context);
  return {
    chainPem: chain.map((der) => toPem('CERTIFICATE', der)).join(''),
    keyPem: privateKeyPem(key),
    ...(anchor === undefined ? {} : { anchorPem: toPem('CERTIFICATE', anchor) }),
    ...(fault.weak ? { weak: true } : {}),
  };
}

async function signedBy(
  template: CertificateTemplate,
  { signer, through }: PkiFault,
  context: ForgeContext,
): Promise<readonly Uint8Array[]> {
  const { thirdParty, clearinghouse, profile, now } = context;
  if (signer === undefined) return issueThrough(through ?? [], template, context);
  if (signer === 'clearinghouse CA') return [clearinghouse.issue(template).der, clearinghouse.certificate.der];
  const key = await generateKeyPair(profile.authorityKey);
  if (signer === 'another key') {
    const { certificate, signature } = thirdParty;
    return [signCertificate(template, { subject: certificate.subject, key, certificate }, signature)];
  }
  const forged = createAuthority({
    subject: signer === 'impostor CA' ? thirdParty.certificate.subject : [{ type: 'CN', value: 'Unknown CA' }],
    key,
    signature: profile.authoritySignature,
    notBefore: new Date(now.getTime() - 30 * day),
    notAfter: new Date(now.getTime() + 365 * day),
  });
  return [forged.issue(template).der, forged.certificate.der];
}

/** The certificate of the same CA, name and key, with that one change. */
function reissued({ certificate, key, signature }: Authority, change: Change, context: ForgeContext): Uint8Array {
  const { subject, spki, notBefore, notAfter } = certificate;
  const good: CertificateTemplate = {
    subject,
    spki,
    notBefore,
    notAfter,
    basicConstraints: { ca: true },
    keyUsage: ['keyCertSign', 'cRLSign'],
  };
  return signCertificate(change(good, context), { subject, key }, signature);
}
