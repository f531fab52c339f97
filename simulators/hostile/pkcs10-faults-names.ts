import { encodeDer, tags } from '#protocol/pki/der.ts';
import type { NameAttribute } from '#protocol/pki/names.ts';
import { encodeTime } from '#protocol/pki/times.ts';
import { extensionRequest, type ForgeRequest, forgePkcs10, goodPkcs10, type Pkcs10Fault } from './pkcs10-forge.ts';

const cn = (value: string): NameAttribute => ({ type: 'CN', value });

/** RFC 3280 §4.2.1.4, privateKeyUsagePeriod: the one way for a PKCS#10 to ask for a lifetime. */
const usagePeriod = '2.5.29.16';
const fiftyYears = new Date('2076-01-01T00:00:00Z');

/** PKCS#10s whose subject is not the device, or not the device alone. */
export const nameFaults = {
  'other-name': {
    id: 'other-name',
    explanation: 'The common name is that of another device.',
    make: async (request) => goodPkcs10({ ...request, deviceName: 'somebody-else.example.com' }),
  },
  'empty-subject': {
    id: 'empty-subject',
    explanation: 'The subject is empty.',
    make: async (request) => forgePkcs10(request, { subject: [] }),
  },
  'two-names': {
    id: 'two-names',
    explanation: 'The subject has two common names, the second of another device.',
    make: async (request) =>
      forgePkcs10(request, { subject: [cn(request.deviceName), cn('somebody-else.example.com')] }),
  },
  'name-with-nul': {
    id: 'name-with-nul',
    explanation: 'After the device’s name the common name has a NUL, and goes on.',
    make: async (request) =>
      forgePkcs10(request, { subject: [cn(`${request.deviceName}\0.somebody-else.example.com`)] }),
  },
  'wildcard-name': {
    id: 'wildcard-name',
    explanation: 'The common name is a wildcard that the device’s name would match.',
    make: async (request) => forgePkcs10(request, { subject: [cn(request.deviceName.replace(/^[^.]*/, '*'))] }),
  },
  'authority-name': {
    id: 'authority-name',
    explanation: 'The subject is that of the CA.',
    make: async (request) => {
      if (!request.authority) throw new TypeError('This fault needs the certificate of the CA.');
      return forgePkcs10(request, { subject: request.authority.subject });
    },
  },
  'huge-name': {
    id: 'huge-name',
    explanation: 'The common name has fifteen thousand letters.',
    make: async (request) => forgePkcs10(request, { subject: [cn('a'.repeat(15_000))] }),
  },
} as const satisfies Record<string, Pkcs10Fault>;

/** A good PKCS#10 that asks for more than its name and its key. */
export interface Pkcs10Wish {
  readonly id: string;
  readonly explanation: string;
  make(request: ForgeRequest): Uint8Array;
}

export const pkcs10Wishes = {
  authority: {
    id: 'authority',
    explanation: 'It asks to be a CA, of any path length.',
    make: (request) => forgePkcs10(request, { attributes: [extensionRequest({ basicConstraints: { ca: true } })] }),
  },
  'certificate-signing': {
    id: 'certificate-signing',
    explanation: 'It asks for the key usage to sign certificates and lists of revoked ones.',
    make: (request) =>
      forgePkcs10(request, { attributes: [extensionRequest({ keyUsage: ['keyCertSign', 'cRLSign'] })] }),
  },
  'server-purpose': {
    id: 'server-purpose',
    explanation: 'It asks to be a TLS server.',
    make: (request) =>
      forgePkcs10(request, { attributes: [extensionRequest({ extendedKeyUsage: ['serverAuth', 'clientAuth'] })] }),
  },
  'foreign-names': {
    id: 'foreign-names',
    explanation: 'It asks for the names and the address of others.',
    make: (request) =>
      forgePkcs10(request, {
        attributes: [
          extensionRequest({
            dnsNames: [request.deviceName, 'somebody-else.example.com', '*.example.com'],
            ipAddresses: ['192.0.2.99'],
          }),
        ],
      }),
  },
  'long-life': {
    id: 'long-life',
    explanation: 'It asks for a key that may be used for fifty years.',
    make: (request) => {
      const time = Buffer.from(encodeTime(fiftyYears)).subarray(2);
      const value = encodeDer(tags.sequence, encodeDer(0x81, time));
      const extraExtensions = [{ oid: usagePeriod, critical: false, value }];
      return forgePkcs10(request, { attributes: [extensionRequest({ extraExtensions })] });
    },
  },
} as const satisfies Record<string, Pkcs10Wish>;
