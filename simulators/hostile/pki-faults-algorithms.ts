import { generateKeyPair as generate } from 'node:crypto';
import { promisify } from 'node:util';
import type { SignatureId } from '#protocol/pki/algorithms.ts';
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
