import { createHash } from 'node:crypto';
import type { Identity } from '../case/identity.ts';

/** Devices of one customer, who share its user: WO 01/47232, Table 1, gives a customer one user name and password. */
const devicesOfCustomer = 1000;

/**
 * The identity of one simulator: a function of the seed, the prefix and its number alone, so that any slice of a fleet can
 * run anywhere.
 */
export function fleetIdentity(seed: number, index: number, prefix = 'gw'): Identity {
  const customer = Math.floor(index / devicesOfCustomer) + 1;
  const digest = customerDigest(seed, customer);
  return {
    deviceName: `${prefix}${index + 1}.fleet-${seed.toString(36)}.example.com`,
    device: String(index + 1),
    customer: String(customer),
    username: `fleet-${seed.toString(36)}-${customer}`,
    password: `canary-${digest.slice(0, 24)}`,
  };
}

const digests = new Map<string, string>();

function customerDigest(seed: number, customer: number): string {
  const text = `${seed}/fleet/${customer}`;
  let digest = digests.get(text);
  if (digest === undefined) {
    digest = createHash('sha256').update(text).digest('hex');
    digests.set(text, digest);
  }
  return digest;
}

/** A number from 0 up to 1 that is a function of the seed, the simulator and what it is for. */
export function drawn(seed: number, index: number, purpose: string): number {
  return createHash('sha256').update(`${seed}/${purpose}/${index}`).digest().readUInt32BE(0) / 2 ** 32;
}
