import { type Configuration, deviceKey } from '#protocol/config-file/configuration.ts';
import type { Authority } from '#protocol/pki/authority.ts';
import type { License } from './license.ts';

interface Places {
  readonly configuration: () => Configuration;
  readonly authority: () => Authority;
  readonly license: () => License;
}

/** What a device gets that may enroll: it gives its place back when it did not after all. */
export interface Place {
  readonly release: () => void;
}

/**
 * Who has one of the places that a license has: devices with the mark `enrolled`, and those that were issued a certificate and
 * are not marked yet. A device keeps its place, whatever becomes of the license; the next one needs a free place.
 */
export class LicensedPlaces {
  readonly #parts: Places;
  /** By `deviceKey`; without those that are marked. */
  readonly #taken = new Set<string>();
  #counted: { readonly of: Configuration['devices']; readonly marked: number } | undefined;
  #authority: Authority;

  constructor(parts: Places) {
    this.#parts = parts;
    this.#authority = parts.authority();
  }

  /** How many places are taken. */
  get enrolled(): number {
    this.#refresh();
    return (this.#counted?.marked ?? 0) + this.#taken.size;
  }

  /** Why this device cannot be enrolled; undefined: it can. */
  refusal(device: string): string | undefined {
    const key = deviceKey(device);
    const license = this.#parts.license();
    const limit = license.kind === 'trial' ? license.limit : license.devices;
    if (limit === Number.POSITIVE_INFINITY) return undefined;
    if (this.enrolled < limit || this.#taken.has(key)) return undefined;
    if (this.#parts.configuration().devices.get(key)?.enrolled) return undefined;
    const what = license.kind === 'trial' ? 'this server is a trial version' : 'the license of this server is';
    return `${what} for ${limit} enrolled devices, and has as many`;
  }

  /** Takes a place, unless there is a reason against it. */
  take(device: string): Place | string {
    const refusal = this.refusal(device);
    if (refusal !== undefined) return refusal;
    const key = deviceKey(device);
    const has = this.#taken.has(key) || this.#parts.configuration().devices.get(key)?.enrolled;
    if (!has) this.#taken.add(key);
    return { release: () => void (has || this.#taken.delete(key)) };
  }

  /** With another CA nobody is enrolled; who is marked by now, or not defined any more, needs no second place. */
  #refresh(): void {
    const [{ devices }, authority] = [this.#parts.configuration(), this.#parts.authority()];
    if (authority !== this.#authority) this.#taken.clear();
    this.#authority = authority;
    if (this.#counted?.of === devices) return;
    let marked = 0;
    for (const { enrolled } of devices.values()) if (enrolled) marked++;
    this.#counted = { of: devices, marked };
    for (const key of this.#taken) if (devices.get(key)?.enrolled !== false) this.#taken.delete(key);
  }
}
