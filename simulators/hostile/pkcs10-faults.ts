import { generateKeyPair as generate } from 'node:crypto';
import { promisify } from 'node:util';
import { generateKeyPair, type KeyPair } from '#protocol/pki/keys.ts';
import { createPkcs10 } from '#protocol/pki/pkcs10.ts';
import { type CryptoProfile, signatureFor } from '#protocol/pki/profiles.ts';

/** What a hostile gateway has in hand when it makes its PKCS#10. */
export interface ForgeRequest {
  /** The name that the server knows the device by. */
  readonly deviceName: string;
  readonly key: KeyPair;
  readonly profile: CryptoProfile;
  readonly challengePassword?: string;
}

/** One way in which a PKCS#10 is wrong, as data: one named change of the good one. */
export interface Pkcs10Fault {
  readonly id: string;
  readonly explanation: string;
  make(request: ForgeRequest): Promise<Uint8Array>;
}

/** The good PKCS#10 of a device. */
export function goodPkcs10({ deviceName, key, profile, challengePassword }: ForgeRequest): Uint8Array {
  return createPkcs10({
    key,
    subject: [{ type: 'CN', value: deviceName }],
    signature: signatureFor(key.publicKey, profile),
    ...(challengePassword === undefined ? {} : { challengePassword }),
  });
}

function altered(der: Uint8Array, change: (copy: Uint8Array) => void): Uint8Array {
  const copy = Uint8Array.from(der);
  change(copy);
  return copy;
}

export const pkcs10Faults = {
  'signature-altered': {
    id: 'signature-altered',
    explanation: 'One bit of the signature is flipped.',
    make: async (request) =>
      altered(goodPkcs10(request), (copy) => {
        copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
      }),
  },
  'stolen-public-key': {
    id: 'stolen-public-key',
    explanation: 'It holds a public key of somebody else, and is signed by the key of the thief.',
    make: async (request) => {
      const thief = await generateKeyPair(request.profile.deviceKey);
      return goodPkcs10({ ...request, key: { publicKey: request.key.publicKey, privateKey: thief.privateKey } });
    },
  },
  'short-key': {
    id: 'short-key',
    explanation: 'An RSA key of half the least length that the profile accepts.',
    make: async (request) => {
      const modulusLength = request.profile.minimumRsaBits / 2;
      return goodPkcs10({ ...request, key: await promisify(generate)('rsa', { modulusLength }) });
    },
  },
  'broken-hash': {
    id: 'broken-hash',
    explanation: 'Signed with SHA-1.',
    make: async ({ deviceName }) =>
      createPkcs10({
        key: await generateKeyPair('rsa2048'),
        subject: [{ type: 'CN', value: deviceName }],
        signature: 'rsa-sha1',
      }),
  },
  'other-name': {
    id: 'other-name',
    explanation: 'The common name is that of another device.',
    make: async (request) => goodPkcs10({ ...request, deviceName: 'somebody-else.example.com' }),
  },
  'trailing-bytes': {
    id: 'trailing-bytes',
    explanation: 'Bytes follow the end of the DER.',
    make: async (request) => Buffer.concat([goodPkcs10(request), Buffer.from([5, 0])]),
  },
  truncated: {
    id: 'truncated',
    explanation: 'The last bytes are missing.',
    make: async (request) => goodPkcs10(request).subarray(0, -7),
  },
  noise: {
    id: 'noise',
    explanation: 'Bytes that are no DER stand in the place of the PKCS#10.',
    make: async () => Buffer.from('no PKCS#10 at all, but text'),
  },
  'private-key': {
    id: 'private-key',
    explanation: 'A private key stands in the place of the PKCS#10.',
    make: async ({ key }) => key.privateKey.export({ type: 'pkcs8', format: 'der' }),
  },
} as const satisfies Record<string, Pkcs10Fault>;
