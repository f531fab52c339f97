import { createHash, generateKeyPair as generate, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { algorithmIdentifier } from '#protocol/pki/algorithms.ts';
import { encodeDer, encodeOid, tags } from '#protocol/pki/der.ts';
import { generateKeyPair, type KeyPair, spkiOf } from '#protocol/pki/keys.ts';
import { algorithm, type ForgeRequest, forgePkcs10, goodPkcs10, type Pkcs10Fault, signedWith } from './pkcs10-forge.ts';

const makeKeys = promisify(generate);
const sha256WithRsa = algorithmIdentifier('rsa-sha256');

/** An RSA key as SubjectPublicKeyInfo, whatever its numbers. */
function rsaSpki(modulus: Uint8Array, exponent: number): Uint8Array {
  const number = (bytes: Uint8Array): Uint8Array =>
    encodeDer(tags.integer, (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Uint8Array.of(0), bytes]) : bytes);
  const e = Buffer.from(exponent.toString(16).padStart(exponent > 0xff ? 6 : 2, '0'), 'hex');
  return encodeDer(
    tags.sequence,
    encodeDer(tags.sequence, encodeOid('1.2.840.113549.1.1.1'), Uint8Array.of(tags.null, 0)),
    encodeDer(tags.bitString, Uint8Array.of(0), encodeDer(tags.sequence, number(modulus), number(e))),
  );
}

/** A random odd number of so many bits: nobody knows its factors, and none is needed. */
function randomModulus(bits: number): Buffer {
  const modulus = randomBytes(bits / 8);
  modulus[0] = (modulus[0] ?? 0) | 0x80;
  modulus[modulus.length - 1] = (modulus.at(-1) ?? 0) | 1;
  return modulus;
}

async function modulusOf(bits: number): Promise<Buffer> {
  const { publicKey } = await makeKeys('rsa', { modulusLength: bits });
  return Buffer.from(publicKey.export({ format: 'jwk' }).n ?? '', 'base64url');
}

/** RFC 8017 §9.2: with the exponent 1 this block is its own signature. */
function paddedDigest(tbs: Uint8Array, bytes: number): Uint8Array {
  const digest = createHash('sha256').update(tbs).digest();
  const info = Buffer.concat([Buffer.from('3031300d060960864801650304020105000420', 'hex'), digest]);
  return Buffer.concat([Uint8Array.of(0, 1), Buffer.alloc(bytes - info.length - 3, 0xff), Uint8Array.of(0), info]);
}

async function ownKey(request: ForgeRequest, key: Promise<KeyPair>, id: 'rsa-sha256' | 'ecdsa-sha256') {
  const made = await key;
  return forgePkcs10(
    { ...request, key: made },
    { algorithm: algorithmIdentifier(id), signature: (tbs) => signedWith(id, made, tbs) },
  );
}

/** PKCS#10s whose key nobody should certify. */
export const keyFaults = {
  'short-key': {
    id: 'short-key',
    explanation: 'An RSA key of half the least length that the profile accepts.',
    make: async (request) => {
      const modulusLength = request.profile.minimumRsaBits / 2;
      return goodPkcs10({ ...request, key: await makeKeys('rsa', { modulusLength }) });
    },
  },
  'tiny-key': {
    id: 'tiny-key',
    explanation: 'An RSA key of 512 bits, which a desk computer factors.',
    make: async (request) => ownKey(request, makeKeys('rsa', { modulusLength: 512 }), 'rsa-sha256'),
  },
  'exponent-one': {
    id: 'exponent-one',
    explanation: 'An RSA key whose exponent is 1, and the signature that verifies under it without a private key.',
    make: async (request) => {
      const modulus = await modulusOf(2048);
      const signature = (tbs: Uint8Array) => paddedDigest(tbs, modulus.length);
      return forgePkcs10(request, { spki: rsaSpki(modulus, 1), algorithm: sha256WithRsa, signature });
    },
  },
  'even-modulus': {
    id: 'even-modulus',
    explanation: 'An RSA key whose modulus is even.',
    make: async (request) => {
      const modulus = randomModulus(2048);
      modulus[modulus.length - 1] = (modulus.at(-1) ?? 0) & 0xfe;
      const signature = () => randomBytes(256);
      return forgePkcs10(request, { spki: rsaSpki(modulus, 65_537), algorithm: sha256WithRsa, signature });
    },
  },
  'huge-key': {
    id: 'huge-key',
    explanation: 'An RSA key of 16,384 bits, under which a signature is costly to verify.',
    make: async (request) => {
      const signature = () => Buffer.concat([Uint8Array.of(0), randomBytes(2047)]);
      return forgePkcs10(request, {
        spki: rsaSpki(randomModulus(16_384), 65_537),
        algorithm: sha256WithRsa,
        signature,
      });
    },
  },
  'point-off-curve': {
    id: 'point-off-curve',
    explanation: 'A key of P-256 whose point is not on the curve.',
    make: async (request) => {
      const spki = Uint8Array.from(spkiOf((await generateKeyPair('p256')).publicKey));
      spki[spki.length - 1] = (spki.at(-1) ?? 0) ^ 1;
      return forgePkcs10(request, { spki, algorithm: algorithmIdentifier('ecdsa-sha256') });
    },
  },
  'other-curve': {
    id: 'other-curve',
    explanation: 'A key of a curve that no profile names, secp256k1.',
    make: async (request) => ownKey(request, makeKeys('ec', { namedCurve: 'secp256k1' }), 'ecdsa-sha256'),
  },
  'explicit-curve': {
    id: 'explicit-curve',
    explanation: 'A key of P-256 whose curve is spelled out and not named.',
    make: async (request) =>
      ownKey(request, makeKeys('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' }), 'ecdsa-sha256'),
  },
  'other-key-type': {
    id: 'other-key-type',
    explanation: 'An Ed25519 key.',
    make: async (request) => {
      const { publicKey } = await makeKeys('ed25519');
      return forgePkcs10(request, {
        spki: spkiOf(publicKey),
        algorithm: algorithm('1.3.101.112'),
        signature: () => randomBytes(64),
      });
    },
  },
  'authority-key': {
    id: 'authority-key',
    explanation: 'It holds the public key of the CA itself, and is signed by the key of the device.',
    make: async (request) => {
      const { authority } = request;
      if (!authority) throw new TypeError('This fault needs the certificate of the CA.');
      return forgePkcs10(request, { spki: authority.spki });
    },
  },
} as const satisfies Record<string, Pkcs10Fault>;
