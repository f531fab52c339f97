import { X509Certificate } from 'node:crypto';
import { parseCertificate } from '#protocol/pki/certificate.ts';
import { fingerprint, sameFingerprint } from '#protocol/pki/keys.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';

/** `refuse`: a rule forbids it. `either`: it can be argued. `accept`: nothing speaks against it. */
export type Verdict = 'refuse' | 'either' | 'accept';

export interface Ruling {
  readonly verdict: Verdict;
  /** What decided; empty when nothing speaks against it. */
  readonly why: string;
}

/** What a device knows that is offered a certificate. */
export interface Situation {
  readonly deviceName: string;
  /** Of the PKCS#10 that it sent, DER. */
  readonly spki: Uint8Array;
  /** The CA certificate that it got and verified, DER. */
  readonly authority: Uint8Array;
  readonly profile: CryptoProfile;
  readonly now: Date;
}

/** What a device knows that is offered a CA certificate. */
export type AuthoritySituation = Pick<Situation, 'profile' | 'now'> & {
  /** SHA-256 or SHA-1, given out of band. */
  readonly announced: string;
};

/** The most severe of some rulings. */
export function severest(rulings: readonly (Ruling | undefined)[]): Ruling {
  const order: readonly Verdict[] = ['refuse', 'either'];
  for (const verdict of order) {
    const found = rulings.find((ruling) => ruling?.verdict === verdict);
    if (found) return found;
  }
  return { verdict: 'accept', why: '' };
}

type Rule<Known> = (certificate: X509Certificate, known: Known, der: Uint8Array) => Ruling | undefined;

const refuse = (why: string): Ruling => ({ verdict: 'refuse', why });
const either = (why: string): Ruling => ({ verdict: 'either', why });

/** MD5 and SHA-1, with RSA and ECDSA (RFC 3279 §2.2). */
const weakSignatures: ReadonlySet<string> = new Set([
  '1.2.840.113549.1.1.4',
  '1.2.840.113549.1.1.5',
  '1.2.840.10045.4.1',
]);

function isWeak(oid: string, { insecure }: CryptoProfile): boolean {
  return weakSignatures.has(oid) && !insecure;
}

/**
 * The rules of an issued certificate, read with OpenSSL through node:crypto: nothing passes here because our own gateway or
 * its reader of certificates takes it, so that this disagrees where they are wrong.
 */
const issuedRules: readonly Rule<Situation>[] = [
  ({ publicKey }, { spki }, der) => {
    if (Buffer.compare(publicKey.export({ type: 'spki', format: 'der' }), spki) !== 0)
      return refuse('it bears another public key than the PKCS#10');
    return Buffer.from(der).includes(Buffer.from(spki))
      ? undefined
      : either('its key is not written as in the PKCS#10');
  },
  (certificate, { authority }) => {
    const ca = new X509Certificate(Buffer.from(authority));
    if (!certificate.verify(ca.publicKey)) return refuse('its signature is not of the key of the CA certificate');
    return certificate.checkIssued(ca) ? undefined : either('it names another issuer than the CA certificate');
  },
  (certificate, { deviceName }) =>
    certificate.checkHost(deviceName, { subject: 'always', wildcards: false }) === undefined
      ? refuse(`it does not name ${deviceName}`)
      : undefined,
  (certificate, _, der) => (certificate.ca || saysAuthority(der) ? refuse('it would make the device a CA') : undefined),
  ({ signatureAlgorithmOid }, { profile }) =>
    isWeak(signatureAlgorithmOid, profile) ? refuse(`it is signed with the weak ${signatureAlgorithmOid}`) : undefined,
];

const authorityRules: readonly Rule<AuthoritySituation>[] = [
  (_certificate, { announced }, der) =>
    (['sha256', 'sha1'] as const).some((hash) => sameFingerprint(fingerprint(der, hash), announced))
      ? undefined
      : refuse('it is not of the fingerprint'),
  ({ ca }) => (ca ? undefined : refuse('it is no CA certificate, or may not sign certificates')),
  (certificate) => {
    if (certificate.subject !== certificate.issuer) return either('another CA issued it');
    return certificate.verify(certificate.publicKey) ? undefined : refuse('its signature is not of its own key');
  },
  // What a CA certificate says of itself with its own signature, the fingerprint says better.
  ({ signatureAlgorithmOid }, { profile }) =>
    isWeak(signatureAlgorithmOid, profile) ? either(`it is signed with the weak ${signatureAlgorithmOid}`) : undefined,
];

const commonRules: readonly Rule<Pick<Situation, 'profile' | 'now'>>[] = [
  ({ raw }, _, der) => {
    if (Buffer.compare(raw, der) === 0) return undefined;
    return lengthSaid(der) < der.length ? refuse('other bytes follow it') : either('it is not in DER');
  },
  (_certificate, _known, der) => (isReadable(der) ? undefined : either('a strict reader of DER does not take it')),
  ({ validFromDate, validToDate }, { now, profile }) => {
    const outside = Math.max(validFromDate.getTime() - now.getTime(), now.getTime() - validToDate.getTime()) / 1000;
    if (outside <= 0) return undefined;
    const because = `it is valid from ${validFromDate.toJSON()} to ${validToDate.toJSON()}`;
    return outside <= profile.clockSkewSeconds ? either(because) : refuse(because);
  },
];

export function ruleOnIssued(der: Uint8Array, situation: Situation): Ruling {
  return judged(der, situation, [...issuedRules, ...commonRules]);
}

export function ruleOnAuthority(der: Uint8Array, situation: AuthoritySituation): Ruling {
  return judged(der, situation, [...authorityRules, ...commonRules]);
}

function judged<Known>(der: Uint8Array, known: Known, rules: readonly Rule<Known>[]): Ruling {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(Buffer.from(der));
  } catch {
    return isReadable(der)
      ? either('one strict reader takes it for a certificate, and another does not')
      : refuse(`${der.length} bytes that are no certificate`);
  }
  return severest(rules.map((rule) => ruled(rule, certificate, known, der)));
}

/** What OpenSSL cannot read at all (a key, a date), no rule can be seen to hold of. */
function ruled<Known>(rule: Rule<Known>, certificate: X509Certificate, known: Known, der: Uint8Array) {
  try {
    return rule(certificate, known, der);
  } catch (thrown) {
    return refuse(`OpenSSL cannot read it: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}

/** Where the first DER value ends, by the length that it states. */
function lengthSaid(der: Uint8Array): number {
  const first = der[1] ?? 0;
  if (first < 0x80) return 2 + first;
  const size = Math.min(first & 0x7f, 4);
  return size === 0 ? der.length : 2 + size + Buffer.from(der).readUIntBE(2, size);
}

/** Basic constraints with CA true, wherever they stand: OpenSSL says so only of a CA that may also sign certificates. */
function saysAuthority(der: Uint8Array): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are bytes of DER.
  return /\x06\x03\x55\x1d\x13(?:\x01\x01.)?\x04.\x30.\x01\x01[^\0]/s.test(Buffer.from(der).toString('latin1'));
}

/** As our own reader sees it: what it does not take may be refused, and what it takes is not proved to be good by that. */
function isReadable(der: Uint8Array): boolean {
  try {
    parseCertificate(der);
    return true;
  } catch {
    return false;
  }
}
