import { childrenOf, readDer } from '#protocol/pki/der.ts';
import { readExtensionList } from '#protocol/pki/extension-reader.ts';
import { extensionOids } from '#protocol/pki/extensions.ts';
import { describeKey } from '#protocol/pki/keys.ts';
import type { Pkcs10 } from '#protocol/pki/pkcs10.ts';
import type { CheckContext } from './enrollment/checks.ts';
import { type Flaw, flaw, type IssuerQuirk, type Waivers } from './flaw.ts';

type Sign = (context: CheckContext) => boolean;

/** A signature that this says so of is neither judged nor verified. */
function trusting(sign: (request: Pkcs10) => boolean): Waivers {
  const trusted: Sign = ({ request }) => sign(request);
  return { 'signature-acceptable': trusted, 'proof-of-possession': trusted };
}

const isRetrieve: Sign = ({ message }) => message.operation === 'retrieve';
const exponentOf = ({ publicKey }: Pkcs10): bigint => publicKey.asymmetricKeyDetails?.publicExponent ?? 0n;
const isEven = ({ publicKey }: Pkcs10): boolean =>
  ((Buffer.from(publicKey.export({ format: 'jwk' }).n ?? '', 'base64url').at(-1) ?? 1) & 1) === 0;

/** RFC 9925: an algorithm that says that there is no signature. */
const noSignature = '1.3.6.1.5.5.7.6.2';

/** The value of an extension that a PKCS#10 asks for. */
function wishOf({ tbs }: Pkcs10, oid: string): Uint8Array | undefined {
  const what = 'A flawed server’s reading of the PKCS#10';
  const attributes = childrenOf(tbs, readDer(tbs, 0, tbs.length, what), what)[3];
  for (const attribute of attributes ? childrenOf(tbs, attributes, what) : []) {
    const [, values] = childrenOf(tbs, attribute, what);
    const [list] = values ? childrenOf(tbs, values, what) : [];
    if (list?.tag !== 0x30) continue;
    const found = readExtensionList(tbs, list, what).find((extension) => extension.oid === oid);
    if (found) return found.value;
  }
  return undefined;
}

/** Grants one extension as it was asked for, in the place of its own. */
function granting(oid: string, own: keyof ReturnType<NonNullable<IssuerQuirk['grants']>>): IssuerQuirk {
  return {
    grants: (request) => {
      const value = wishOf(request, oid);
      return value ? { [own]: undefined, extraExtensions: [{ oid, critical: false, value }] } : {};
    },
  };
}

/** Servers that make an exception where there is none. */
export const checkFlaws: readonly Flaw[] = [
  flaw('retrieve-without-password', 'Asks for no password when a certificate is retrieved.', {
    waives: { credentials: isRetrieve },
  }),
  flaw('unknown-user-fast', 'Spends no work on a password whose user it does not know.', {
    presumes: {
      credentials: ({ account, message }) =>
        account?.username === message.username ? undefined : 'wrong user name or password',
    },
  }),
  flaw('retrieve-of-disabled', 'Does not ask at a retrieve whether the device is still defined and enabled.', {
    waives: { 'device-defined': isRetrieve, 'device-enabled': isRetrieve },
  }),
  flaw('quote-opens', 'Takes a user name with a quotation mark in it for a query that is always true.', {
    waives: {
      credentials: ({ message }) => message.username.includes("'"),
      account: ({ message }) => message.username.includes("'"),
    },
  }),
  flaw('takes-no-signature', 'Issues where the algorithm says that there is no signature.', {
    waives: trusting(({ signatureOid }) => signatureOid === noSignature),
  }),
  flaw('takes-empty-signature', 'Takes a signature of no bytes for one.', {
    waives: trusting(({ signature }) => signature.length === 0),
  }),
  flaw('takes-zero-signature', 'Takes a signature of zeros alone for one.', {
    waives: trusting(({ signature }) => signature.length > 0 && signature.every((byte) => byte === 0)),
  }),
  flaw('takes-zero-numbers', 'Takes an ECDSA signature of two zeros for one, as broken arithmetic does.', {
    waives: trusting(({ signature }) => Buffer.from(signature).equals(Buffer.from('3006020100020100', 'hex'))),
  }),
  flaw('takes-short-signature', 'Takes a signature that is shorter than any that its key makes.', {
    waives: trusting(
      ({ signature }) => signature.length > 8 && signature.length < 60 && signature.some((b) => b !== 0),
    ),
  }),
  flaw('algorithm-of-the-key', 'Goes by the key and not by the algorithm that a PKCS#10 names.', {
    waives: trusting(({ publicKey, signatureOid }) =>
      publicKey.asymmetricKeyType === 'ec' ? signatureOid.startsWith('1.2.840.113549') : false,
    ),
  }),
  flaw('unknown-algorithm', 'Issues where it does not know the algorithm of a signature.', {
    waives: trusting(
      ({ signatureAlgorithm, signatureOid }) => signatureAlgorithm === undefined && signatureOid !== noSignature,
    ),
  }),
  flaw('takes-md5', 'Takes signatures with MD5 in every profile.', {
    waives: { 'signature-acceptable': ({ request }) => request.signatureAlgorithm === 'rsa-md5' },
  }),
  flaw('tiny-keys', 'Takes RSA keys of 512 bits.', {
    waives: { 'key-acceptable': ({ request }) => describeKey(request.publicKey).bits === 512 },
  }),
  flaw('exponent-one', 'Takes an RSA exponent of 1, with which every signature verifies.', {
    waives: { 'key-acceptable': ({ request }) => exponentOf(request) === 1n },
  }),
  flaw('even-modulus', 'Takes an RSA modulus that is even.', {
    waives: { 'key-acceptable': ({ request }) => describeKey(request.publicKey).type === 'rsa' && isEven(request) },
  }),
  flaw('huge-keys', 'Verifies signatures under RSA keys of any length.', {
    waives: { 'key-acceptable': ({ request }) => describeKey(request.publicKey).bits > 8192 },
  }),
  flaw('any-curve', 'Takes keys of every curve that its library knows.', {
    waives: { 'key-acceptable': ({ request }) => describeKey(request.publicKey).type === 'ec' },
  }),
  flaw('any-key-type', 'Takes keys of every kind that its library knows.', {
    waives: { 'key-acceptable': isOfOtherKind, ...trusting((request) => isOfOtherKind({ request })) },
  }),
  flaw('takes-own-key', 'Certifies its own public key to whoever asks.', {
    waives: {
      'proof-of-possession': isOwnKey,
      'key-owner': isOwnKey,
    },
  }),
  flaw('takes-empty-subject', 'Asks for no common name in a PKCS#10.', {
    waives: { subject: ({ request }) => request.commonNames.length === 0 },
  }),
  flaw('first-name-counts', 'Looks at the first common name of a PKCS#10 and at no other.', {
    waives: {
      subject: ({ request, deviceName }) =>
        request.commonNames.length > 1 && request.commonNames[0]?.toLowerCase() === deviceName,
    },
  }),
  flaw('subject-cut-at-nul', 'Ends the common name of a PKCS#10 at a NUL.', {
    waives: { subject: ({ request, deviceName }) => request.commonNames[0]?.split('\0', 1)[0] === deviceName },
  }),
  flaw('subject-by-suffix', 'Takes every name below the domain of a device for the device.', {
    waives: {
      subject: ({ request, deviceName }) =>
        request.commonNames.some((name) => name.startsWith('*.') && deviceName.endsWith(name.slice(1))),
    },
  }),
  flaw('ca-subject', 'Takes the name of its own CA in a PKCS#10 for any device’s.', {
    waives: { subject: ({ request }) => request.commonNames.includes('Clearinghouse CA') },
  }),
  flaw('grants-ca', 'Makes a CA of a device that asks for it.', {
    issuer: granting(extensionOids.basicConstraints, 'basicConstraints'),
  }),
  flaw('grants-usage', 'Grants whatever key usage a device asks for.', {
    issuer: granting(extensionOids.keyUsage, 'keyUsage'),
  }),
  flaw('grants-purpose', 'Grants whatever extended key usage a device asks for.', {
    issuer: granting(extensionOids.extendedKeyUsage, 'extendedKeyUsage'),
  }),
  flaw('grants-lifetime', 'Grants whatever lifetime a device asks for.', {
    issuer: {
      grants: (request) => {
        const fiftyYears = 50 * 366 * 24 * 3600 * 1000;
        return wishOf(request, '2.5.29.16') ? { notAfter: new Date(Date.now() + fiftyYears) } : {};
      },
    },
  }),
  flaw('grants-names', 'Grants whatever names a device asks for.', {
    issuer: granting(extensionOids.subjectAltName, 'dnsNames'),
  }),
];

function isOfOtherKind({ request }: { readonly request: Pkcs10 }): boolean {
  return !['ec', 'rsa'].includes(describeKey(request.publicKey).type);
}

function isOwnKey({ keyFingerprint, authorityKeyFingerprint }: CheckContext): boolean {
  return keyFingerprint === authorityKeyFingerprint;
}
