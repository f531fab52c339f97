import type { SignatureId } from '#protocol/pki/algorithms.ts';
import { type Authority, authorityFrom, type CertificateTemplate } from '#protocol/pki/authority.ts';
import { generateKeyPair, type KeyPair, spkiOf } from '#protocol/pki/keys.ts';
import { signatureFor } from '#protocol/pki/profiles.ts';
import type { ForgeContext } from './pki-faults.ts';

/** One CA between the root and the leaf. Empty, it is a good one with a key of the profile. */
export interface Link {
  /** Its key; one of the profile's authorities unless given. */
  readonly key?: () => Promise<KeyPair>;
  /** What of the good CA certificate differs. */
  readonly change?: (good: CertificateTemplate, context: ForgeContext) => CertificateTemplate;
  /** What it signs with; what fits its key unless given. */
  readonly signature?: SignatureId;
}

const day = 24 * 3600 * 1000;

/** The leaf under these CAs, each under the one before it, the first under the third-party CA. Leaf first, no root. */
export async function issueThrough(
  links: readonly Link[],
  leaf: CertificateTemplate,
  context: ForgeContext,
): Promise<Uint8Array[]> {
  let issuer: Authority = context.thirdParty;
  const above: Uint8Array[] = [];
  for (const [index, { key: makeKey, change, signature }] of links.entries()) {
    const { now, profile } = context;
    const key = await (makeKey?.() ?? generateKeyPair(profile.authorityKey));
    const good: CertificateTemplate = {
      subject: [{ type: 'CN', value: `Third-Party Intermediate CA ${index + 1}` }],
      spki: spkiOf(key.publicKey),
      notBefore: new Date(now.getTime() - day),
      notAfter: new Date(now.getTime() + 365 * day),
      basicConstraints: { ca: true, pathLength: links.length - 1 - index },
      keyUsage: ['keyCertSign', 'cRLSign'],
    };
    const certificate = issuer.issue(change?.(good, context) ?? good);
    above.unshift(certificate.der);
    issuer = authorityFrom(certificate, key, signature ?? signatureFor(key.publicKey, profile));
  }
  return [issuer.issue(leaf).der, ...above];
}
