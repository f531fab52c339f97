import type { KeyObject } from 'node:crypto';
import type { Configuration } from '#protocol/config-file/configuration.ts';
import { type LicenseTerms, type ReadLicense, readLicense } from './license-key.ts';

/** How many devices a trial version of `muster serve` enrolls (Muster protocol decisions, «The configuration file: license»). */
export const trialDevices = 100;

/** What the license line of a configuration allows. */
export type License =
  | { readonly kind: 'trial'; readonly limit: number; readonly why: string }
  | ({ readonly kind: 'licensed' } & LicenseTerms);

export interface Licensing {
  /** What genuine keys are signed with; without one, none is. */
  readonly publicKey?: KeyObject;
  readonly trialDevices: number;
  /** A flawed server takes any key for a genuine one. */
  readonly trusting?: boolean;
}

/** "If this parameter is absent from the file, or if the included license key is invalid, … revert to a trial version." */
export function licenseOf({ license }: Configuration, licensing: Licensing, now: Date): License {
  const trial = (why: string): License => ({ kind: 'trial', limit: licensing.trialDevices, why });
  if (license === undefined) return trial('there is no license line');
  const { terms, genuine } = readOnce(license, licensing);
  if (licensing.trusting) {
    return { kind: 'licensed', ...(terms ?? { holder: 'whoever', devices: 1_000_000_000, expires: 8.64e15 }) };
  }
  if (!terms) return trial('the last license line holds no license key');
  if (!licensing.publicKey) return trial('there is no public key that a license could be verified with');
  if (!genuine) return trial('the license key is signed by another key than this server trusts, or was altered');
  if (now.getTime() >= terms.expires) return trial(`the license ended on ${dayOf(terms.expires)}`);
  return { kind: 'licensed', ...terms };
}

const lastRead = new WeakMap<Licensing, { readonly key: string; readonly read: ReadLicense }>();

/** A license is asked for with each message, and its signature is verified when its line has changed. */
function readOnce(key: string, licensing: Licensing): ReadLicense {
  const last = lastRead.get(licensing);
  if (last?.key === key) return last.read;
  const read = readLicense(key, licensing.publicKey);
  lastRead.set(licensing, { key, read });
  return read;
}

/** One line for people. The key is never part of it. */
export function licenseAsText(license: License): string {
  if (license.kind === 'licensed') {
    const { holder, devices, expires } = license;
    return `licensed to ${holder} for ${devices} enrolled devices until ${dayOf(expires)}`;
  }
  return `trial version for ${license.limit} enrolled devices: ${license.why}`;
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
