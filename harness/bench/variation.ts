import { isIP } from 'node:net';
import type { SecureVersion } from 'node:tls';
import { generateKeyPair, type KeyKind, type KeyPair } from '#protocol/pki/keys.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';
import type { FixedAxes } from '../case/details.ts';
import type { Plan } from '../runner/plan.ts';

/** When in its life a device meets something, by the verb that brings it there. */
export const phases = ['enroll', 'retrieve', 'renew'] as const;
export type Phase = (typeof phases)[number];

/** What the device is told of the server's identity. */
export type Reach = 'name' | 'address' | 'two labels' | 'three labels';

/** What the server of a case is like, and when its fault is met: the device must judge alike whichever it is. */
export interface Variation {
  /** RSA is as long as the profile asks for, and no longer. */
  readonly leafKey: 'p256' | 'rsa';
  /** Spoken alone. */
  readonly version: SecureVersion;
  readonly reach: Reach;
  readonly phase: Phase;
}

const tlsVersions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const satisfies readonly SecureVersion[];

/**
 * Key, reach, TLS version and phase, by the number of the case, but for what the case fixes. 24 cases in a row meet every
 * combination in `modern`, 48 in `legacy`; a test counts the pairs that the cases there are really meet. Cases are not
 * multiplied, and the same case is always the same.
 */
export function variationOf(caseId: string, { tls }: CryptoProfile, fixed: FixedAxes = {}): Variation {
  const number = Number(/\d+$/.exec(caseId)?.[0] ?? 0);
  const spoken = tlsVersions.slice(tlsVersions.indexOf(tls.minVersion), tlsVersions.indexOf(tls.maxVersion) + 1);
  return {
    leafKey: pick(['p256', 'rsa'], number),
    reach: pick(['name', 'address'], number / 2),
    version: pick(spoken, number / 4),
    phase: pick(phases, number),
    ...fixed,
  };
}

function pick<Value>(values: readonly [Value, ...Value[]] | readonly Value[], turn: number): Value {
  return values[Math.floor(turn) % values.length] as Value;
}

const rsaKeys = new Map<KeyKind, Promise<KeyPair>>();

/** RSA keys cost a tenth of a second: the good servers of one process share theirs. */
export function leafKeyOf({ leafKey }: Variation, { minimumRsaBits }: CryptoProfile): Promise<KeyPair> {
  if (leafKey === 'p256') return generateKeyPair(leafKey);
  const kind = minimumRsaBits > 1024 ? 'rsa2048' : 'rsa1024';
  const made = rsaKeys.get(kind) ?? generateKeyPair(kind);
  rsaKeys.set(kind, made);
  return made;
}

/** The name or address for a device, or why the bench has none of that kind. */
export function hostFor(reach: Reach, { name, listen }: Plan['network']): { host: string } | { why: string } {
  const labels = isIP(name) === 0 ? name.split('.').length : 0;
  const address = isIP(listen) > 0 && listen !== '0.0.0.0' && listen !== '::' ? listen : undefined;
  switch (reach) {
    case 'name':
      return labels > 0
        ? { host: name }
        : { why: `The bench is known by its address ${name}: give a name with --name.` };
    case 'address':
      return address === undefined
        ? { why: `The bench listens on ${listen}: give the one address that the device can reach with --listen.` }
        : { host: address };
    case 'two labels':
      if (labels === 2) return { host: name };
      return name === 'localhost' ? { host: 'clearinghouse.localhost' } : { why: `${name} is no name of two labels.` };
    case 'three labels':
      if (labels >= 3) return { host: name };
      return name === 'localhost'
        ? { host: 'ch.clearinghouse.localhost' }
        : { why: `${name} has fewer than three labels: give a longer name with --name.` };
  }
}

/**
 * The address itself in the place of the name, or a second name: a device that is sent there was sent to another host.
 * Undefined where the device would not reach the bench by it.
 */
export function otherNameOf({ listen, name }: Plan['network']): string | undefined {
  if (listen !== name) return listen === '0.0.0.0' || listen === '::' ? undefined : listen;
  return listen === '127.0.0.1' ? 'localhost' : undefined;
}
