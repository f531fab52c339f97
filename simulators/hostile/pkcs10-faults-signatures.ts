import { algorithmIdentifier } from '#protocol/pki/algorithms.ts';
import { generateKeyPair } from '#protocol/pki/keys.ts';
import { createPkcs10 } from '#protocol/pki/pkcs10.ts';
import { signatureFor } from '#protocol/pki/profiles.ts';
import {
  algorithm,
  type ForgeRequest,
  forgePkcs10,
  goodPkcs10,
  type Pkcs10Fault,
  type Pkcs10Parts,
  signedWith,
} from './pkcs10-forge.ts';

/** The same with a P-256 key, whatever the profile's own is: some forms of a signature are ECDSA's alone. */
async function forgeEcdsa(request: ForgeRequest, parts: Pkcs10Parts): Promise<Uint8Array> {
  return forgePkcs10({ ...request, key: await generateKeyPair('p256') }, ecdsa(parts));
}

const ecdsa = (parts: Pkcs10Parts): Pkcs10Parts => ({ algorithm: algorithmIdentifier('ecdsa-sha256'), ...parts });

/** PKCS#10s that prove the possession of no key. */
export const signatureFaults = {
  'signature-altered': {
    id: 'signature-altered',
    explanation: 'One bit of the signature is flipped.',
    make: async (request) => goodPkcs10(request).map((byte, at, { length }) => (at === length - 1 ? byte ^ 1 : byte)),
  },
  'signature-empty': {
    id: 'signature-empty',
    explanation: 'The signature has no bytes.',
    make: async (request) => forgePkcs10(request, { signature: () => new Uint8Array() }),
  },
  'signature-zero': {
    id: 'signature-zero',
    explanation: 'The signature is 64 zero bytes.',
    make: async (request) => forgePkcs10(request, { signature: () => new Uint8Array(64) }),
  },
  'signature-zero-numbers': {
    id: 'signature-zero-numbers',
    explanation: 'Both numbers of the ECDSA signature are zero.',
    make: async (request) => forgeEcdsa(request, { signature: () => Buffer.from('3006020100020100', 'hex') }),
  },
  'signature-cut': {
    id: 'signature-cut',
    explanation: 'Of the signature only the first 40 bytes are there.',
    make: async (request) => {
      const id = signatureFor(request.key.publicKey, request.profile);
      return forgePkcs10(request, { signature: (tbs) => signedWith(id, request.key, tbs).subarray(0, 40) });
    },
  },
  'signature-of-another': {
    id: 'signature-of-another',
    explanation: 'The signature is of the right key, over another PKCS#10.',
    make: async (request) => {
      const id = signatureFor(request.key.publicKey, request.profile);
      return forgePkcs10(request, { signature: (tbs) => signedWith(id, request.key, Buffer.concat([tbs, tbs])) });
    },
  },
  'stolen-public-key': {
    id: 'stolen-public-key',
    explanation: 'It holds a public key of somebody else, and is signed by the key of the thief.',
    make: async (request) => {
      const thief = await generateKeyPair(request.profile.deviceKey);
      return goodPkcs10({ ...request, key: { publicKey: request.key.publicKey, privateKey: thief.privateKey } });
    },
  },
  'algorithm-mismatch': {
    id: 'algorithm-mismatch',
    explanation: 'Its key is of a curve, and the algorithm that it names is RSA with SHA-256.',
    make: async (request) => {
      const key = await generateKeyPair('p256');
      return forgePkcs10(
        { ...request, key },
        { algorithm: algorithmIdentifier('rsa-sha256'), signature: (tbs) => signedWith('ecdsa-sha256', key, tbs) },
      );
    },
  },
  'algorithm-unknown': {
    id: 'algorithm-unknown',
    explanation: 'It names an algorithm that nobody knows.',
    make: async (request) => forgePkcs10(request, { algorithm: algorithm('1.3.6.1.4.1.99999.1') }),
  },
  'algorithm-none': {
    id: 'algorithm-none',
    explanation: 'It names the algorithm that stands for no signature (RFC 9925), and has none.',
    make: async (request) =>
      forgePkcs10(request, { algorithm: algorithm('1.3.6.1.5.5.7.6.2'), signature: () => new Uint8Array() }),
  },
  'broken-hash': {
    id: 'broken-hash',
    explanation: 'Signed with SHA-1.',
    make: async ({ deviceName }) => signedByRsa(deviceName, 'rsa-sha1'),
  },
  'hash-md5': {
    id: 'hash-md5',
    explanation: 'Signed with MD5.',
    make: async ({ deviceName }) => signedByRsa(deviceName, 'rsa-md5'),
  },
} as const satisfies Record<string, Pkcs10Fault>;

async function signedByRsa(deviceName: string, signature: 'rsa-sha1' | 'rsa-md5'): Promise<Uint8Array> {
  return createPkcs10({
    key: await generateKeyPair('rsa2048'),
    subject: [{ type: 'CN', value: deviceName }],
    signature,
  });
}
