import type { PkiFault } from './pki-faults.ts';
import { goodChains } from './pki-faults-allowances.ts';

const intermediate = { control: goodChains.intermediate } as const;

/** What the CA between the root and the server may do, and whether it is there at all (RFC 5280 §6.1.4). */
export const chainFaults = {
  'intermediate-no-ca': {
    ...intermediate,
    id: 'intermediate-no-ca',
    explanation: 'The intermediate’s basic constraints say that it is no CA.',
    through: [{ change: (good) => ({ ...good, basicConstraints: { ca: false } }) }],
  },
  'intermediate-unconstrained': {
    ...intermediate,
    id: 'intermediate-unconstrained',
    explanation: 'The intermediate has no basic constraints.',
    through: [{ change: (good) => ({ ...good, basicConstraints: undefined }) }],
  },
  'intermediate-version-1': {
    ...intermediate,
    id: 'intermediate-version-1',
    explanation: 'The intermediate is a certificate of version 1, which cannot say that it is a CA.',
    through: [{ change: (good) => ({ ...good, version: 1 }) }],
  },
  'path-length': {
    id: 'path-length',
    explanation: 'A CA whose path length is 0 has another CA below it.',
    control: goodChains['two-intermediates'],
    through: [{ change: (good) => ({ ...good, basicConstraints: { ca: true, pathLength: 0 } }) }, {}],
  },
  'intermediate-no-cert-sign': {
    ...intermediate,
    id: 'intermediate-no-cert-sign',
    explanation: 'The intermediate’s key usage allows lists of revoked certificates, and not certificates.',
    // RFC 5280 §4.2.1.9: without keyCertSign there is no path length.
    through: [{ change: (good) => ({ ...good, keyUsage: ['cRLSign'], basicConstraints: { ca: true } }) }],
  },
  'device-as-ca': {
    ...intermediate,
    id: 'device-as-ca',
    explanation: 'A device with a certificate of its own under the third-party CA signed the server’s.',
    through: [
      {
        change: (good) => ({
          ...good,
          subject: [{ type: 'CN', value: 'other-gateway.example.com' }],
          dnsNames: ['other-gateway.example.com'],
          basicConstraints: { ca: false },
          keyUsage: ['digitalSignature'],
        }),
      },
    ],
  },
  'missing-intermediate': {
    ...intermediate,
    id: 'missing-intermediate',
    explanation: 'The intermediate CA’s certificate is not sent.',
    through: [{}],
    alter: ([leaf = new Uint8Array()]) => [leaf],
  },
  'host-excluded': {
    ...intermediate,
    id: 'host-excluded',
    explanation: 'The intermediate’s name constraints exclude the host.',
    through: [{ change: (good, { host }) => ({ ...good, nameConstraints: { excludedDns: [host] } }) }],
  },
  'host-not-permitted': {
    ...intermediate,
    id: 'host-not-permitted',
    explanation: 'The intermediate’s name constraints permit another domain alone.',
    through: [{ change: (good) => ({ ...good, nameConstraints: { permittedDns: ['example.net'] } }) }],
  },
} as const satisfies Record<string, PkiFault>;
