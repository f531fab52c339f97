import { generateKeyPair, type KeyPair } from '#protocol/pki/keys.ts';
import type { PkiFault } from './pki-faults.ts';

const minute = 60_000;

let made: Promise<KeyPair> | undefined;
/** RSA of 2048 bits costs a tenth of a second: one serves every intermediate CA of a process, with and without a fault. */
export function rsaAuthorityKey(): Promise<KeyPair> {
  made ??= generateKeyPair('rsa2048');
  return made;
}

/** Good chains of other shapes: what the faults that lie between the root and the leaf depart from. */
export const goodChains = {
  intermediate: {
    id: 'intermediate',
    explanation: 'The good chain through one intermediate CA: the control.',
    good: true,
    through: [{}],
  },
  'two-intermediates': {
    id: 'two-intermediates',
    explanation: 'The good chain through two intermediate CAs: the control.',
    good: true,
    through: [{}, {}],
  },
  'rsa-intermediate': {
    id: 'rsa-intermediate',
    explanation: 'The good chain through an intermediate CA with RSA 2048: the control.',
    good: true,
    through: [{ key: rsaAuthorityKey }],
  },
} as const satisfies Record<string, PkiFault>;

let small: Promise<KeyPair> | undefined;
/** One key for many CAs: it is their number that matters. */
function smallAuthorityKey(): Promise<KeyPair> {
  small ??= generateKeyPair('p256');
  return small;
}

const unrelated = (count: number): string[] => {
  return Array.from({ length: count }, (_, index) => `host-${index}.example.net`);
};

/** Chains that are unusual and good: a device that refuses them will not work with an honest server some day. */
export const allowances = {
  ...goodChains,
  'other-letter-case': {
    id: 'other-letter-case',
    explanation: 'The host’s name in capital letters.',
    good: true,
    change: (good, { host }) => ({ ...good, dnsNames: [host.toUpperCase()] }),
  },
  'surplus-names': {
    id: 'surplus-names',
    explanation: 'Three names of others before the host’s.',
    good: true,
    change: (good) => ({ ...good, dnsNames: [...unrelated(3), ...(good.dnsNames ?? [])] }),
  },
  'thousand-names': {
    id: 'thousand-names',
    explanation: 'A thousand names of others before the host’s.',
    good: true,
    change: (good) => ({ ...good, dnsNames: [...unrelated(1000), ...(good.dnsNames ?? [])] }),
  },
  'two-minutes-left': {
    id: 'two-minutes-left',
    explanation: 'Valid for two more minutes.',
    good: true,
    change: (good, { now }) => ({ ...good, notAfter: new Date(now.getTime() + 2 * minute) }),
  },
  'past-2050': {
    id: 'past-2050',
    explanation: 'Ends in 2055, which is written as GeneralizedTime.',
    good: true,
    change: (good) => ({ ...good, notAfter: new Date('2055-06-01T00:00:00Z') }),
  },
  'hundred-certificates': {
    id: 'hundred-certificates',
    explanation: 'A chain of a hundred certificates, each in order.',
    good: true,
    through: Array.from({ length: 99 }, () => ({ key: smallAuthorityKey })),
  },
  'sixty-kilobytes': {
    id: 'sixty-kilobytes',
    explanation: 'A certificate of sixty kilobytes, most of them in an extension that need not be known.',
    good: true,
    change: (good) => ({
      ...good,
      extraExtensions: [{ oid: '2.999.5046', critical: false, value: new Uint8Array(60_000).fill(5) }],
    }),
  },
  'reordered-chain': {
    id: 'reordered-chain',
    explanation: 'Two intermediate CAs, the upper one sent before the lower one.',
    good: true,
    through: [{}, {}],
    alter: ([leaf = new Uint8Array(), ...others]) => [leaf, ...others.toReversed()],
  },
  'surplus-certificates': {
    id: 'surplus-certificates',
    explanation: 'The root and a certificate of another CA are sent along.',
    good: true,
    through: [{}],
    alter: (chain, { thirdParty, clearinghouse }) => [
      ...chain,
      clearinghouse.certificate.der,
      thirdParty.certificate.der,
    ],
  },
} as const satisfies Record<string, PkiFault>;
