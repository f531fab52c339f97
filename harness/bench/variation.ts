import { isIP } from 'node:net';
import { generateKeyPair, type KeyKind, type KeyPair } from '#protocol/pki/keys.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';
import type { Plan } from '../runner/plan.ts';

/** What the good server of a case may be like: the device must judge alike whichever it is. */
export interface Variation {
  readonly leafKey: KeyKind;
  /** TLS 1.2 at most; else what the profile allows. */
  readonly maxVersion?: 'TLSv1.2';
  readonly reach: 'name' | 'address';
}

/**
 * Key type, TLS version, and name or address, by the number of the case: four cases in a row meet every pair of key type
 * and version, eight every combination. Cases are not multiplied, and the same case is always the same.
 */
export function variationOf(caseId: string, profile: CryptoProfile): Variation {
  const number = Number(/\d+$/.exec(caseId)?.[0] ?? 0);
  const rsa = profile.minimumRsaBits > 1024 ? 'rsa2048' : 'rsa1024';
  return {
    leafKey: number % 2 === 0 ? rsa : 'p256',
    ...(Math.floor(number / 2) % 2 === 0 ? {} : { maxVersion: 'TLSv1.2' }),
    reach: Math.floor(number / 4) % 2 === 0 ? 'name' : 'address',
  };
}

const rsaKeys = new Map<KeyKind, Promise<KeyPair>>();

/** RSA keys cost a tenth of a second: the good servers of one process share theirs. */
export function leafKeyOf({ leafKey }: Variation): Promise<KeyPair> {
  if (leafKey === 'p256') return generateKeyPair(leafKey);
  const made = rsaKeys.get(leafKey) ?? generateKeyPair(leafKey);
  rsaKeys.set(leafKey, made);
  return made;
}

/** What the device is told of the server's identity. `any`: by name or by address, as the case's variation says. */
export type Reach = 'any' | 'name' | 'address' | 'two labels' | 'three labels';

/** The name or address for a device, or why the bench has none of that kind. */
export function hostFor(
  reach: Reach,
  { name, listen }: Plan['network'],
  variation: Variation,
): { host: string } | { why: string } {
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
    case 'any':
      return { host: variation.reach === 'address' && address !== undefined ? address : name };
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
