import { createHash, createPublicKey, generateKeyPair as generate } from 'node:crypto';
import { promisify } from 'node:util';
import type { SignatureId } from '#protocol/pki/algorithms.ts';
import { parseCertificate } from '#protocol/pki/certificate.ts';
import { encodeDer, encodeOid, tags } from '#protocol/pki/der.ts';
import { generateKeyPair, type KeyPair } from '#protocol/pki/keys.ts';
import type { PkiFault } from './pki-faults.ts';
import { goodChains, rsaAuthorityKey } from './pki-faults-allowances.ts';

const makeKeys = promisify(generate);

/** An intermediate CA whose key is weak: who breaks it makes certificates for every host. */
function weakKey<Id extends string>(id: Id, explanation: string, key: () => Promise<KeyPair>) {
  return {
    id,
    explanation,
    control: goodChains.intermediate,
    weak: true,
    through: [{ key }],
  } as const satisfies PkiFault;
}

/** An intermediate CA with RSA 2048 that signs the server's certificate with a broken hash. */
function brokenHash<Id extends string>(id: Id, explanation: string, signature: SignatureId) {
  return {
    id,
    explanation,
    control: goodChains['rsa-intermediate'],
    weak: true,
    through: [{ key: rsaAuthorityKey, signature }],
  } as const satisfies PkiFault;
}

/** With the exponent 1 a signature is what it stands for: whoever writes it down has made it. */
async function exponentOneKey(): Promise<KeyPair> {
  const { privateKey, publicKey } = await rsaAuthorityKey();
  const one = { ...publicKey.export({ format: 'jwk' }), e: 'AQ' };
  return { privateKey, publicKey: createPublicKey({ key: one, format: 'jwk' }) };
}

/** The certificate with the padded hash of RFC 8017 §9.2 in the place of its signature, which ends it. */
function signedByNobody(certificate: Uint8Array): Uint8Array {
  const { tbs, signature } = parseCertificate(certificate);
  const sha256 = encodeDer(tags.sequence, encodeOid('2.16.840.1.101.3.4.2.1'), Uint8Array.of(tags.null, 0));
  const hash = createHash('sha256').update(tbs).digest();
  const info = encodeDer(tags.sequence, sha256, encodeDer(tags.octetString, hash));
  const padding = Buffer.alloc(signature.length - 3 - info.length, 0xff);
  return Buffer.concat([
    certificate.subarray(0, -signature.length),
    Uint8Array.of(0, 1),
    padding,
    Uint8Array.of(0),
    info,
  ]);
}

/** What the chain is signed with. `modern` refuses these; `legacy` takes some, as its row says. */
export const algorithmFaults = {
  'signed-with-sha1': brokenHash('signed-with-sha1', 'The server’s certificate is signed with SHA-1.', 'rsa-sha1'),
  'signed-with-md5': brokenHash('signed-with-md5', 'The server’s certificate is signed with MD5.', 'rsa-md5'),
  'rsa-512': weakKey('rsa-512', 'The intermediate CA’s key is RSA of 512 bits.', () =>
    makeKeys('rsa', { modulusLength: 512 }),
  ),
  'rsa-1024': weakKey('rsa-1024', 'The intermediate CA’s key is RSA of 1024 bits.', () => generateKeyPair('rsa1024')),
  'rsa-exponent-3': weakKey('rsa-exponent-3', 'The intermediate CA’s RSA key has the public exponent 3.', () =>
    makeKeys('rsa', { modulusLength: 2048, publicExponent: 3 }),
  ),
  'rsa-exponent-1': {
    id: 'rsa-exponent-1',
    explanation: 'The intermediate CA’s RSA key has the public exponent 1, and nobody needed its key to sign.',
    control: goodChains['rsa-intermediate'],
    weak: true,
    through: [{ key: exponentOneKey, signature: 'rsa-sha256' }],
    alter: ([leaf = new Uint8Array(), ...others]) => [signedByNobody(leaf), ...others],
  },
  'p-192': weakKey('p-192', 'The intermediate CA’s key is on the curve P-192.', () =>
    makeKeys('ec', { namedCurve: 'prime192v1' }),
  ),
  'explicit-curve': weakKey('explicit-curve', 'The intermediate CA’s key spells its curve out.', () =>
    makeKeys('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' }),
  ),
  'inner-outer-differ': {
    id: 'inner-outer-differ',
    explanation: 'The certificate names one signature algorithm inside, and another outside.',
    change: (good, { thirdParty }) => ({
      ...good,
      innerSignature: thirdParty.signature.startsWith('rsa') ? 'rsa-sha512' : 'ecdsa-sha384',
    }),
  },
} as const satisfies Record<string, PkiFault>;
