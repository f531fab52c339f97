import type { Transaction, TransactionState } from '../enrollment/states.ts';
import {
  type CertificateFilter,
  type IssuedCertificate,
  otherAuthority,
  serialInUse,
  standingOf,
} from './certificates.ts';
import { type ChallengeUse, challengesAtMost, type NonceClaim, type Records, type Store } from './store.ts';

/** A store that lives as long as the process. Changes stand in a line. */
export class MemoryStore implements Store {
  readonly #byDevice = new Map<string, Transaction>();
  readonly #deviceById = new Map<string, string>();
  readonly #nonces = new Map<string, NonceClaim>();
  readonly #keys = new Map<string, string>();
  readonly #spent = new Map<string, true>();
  /** Given and not used, with the end of each. */
  readonly #challenges = new Map<string, number>();
  /** Used, with the digest of the PKCS#10 each served. */
  readonly #usedChallenges = new Map<string, string>();
  readonly #certificates = new Map<string, IssuedCertificate>();
  #authority: string | undefined;
  #last: Promise<unknown> = Promise.resolve();
  /** What stood there before each write of the change that runs. */
  #undo: Write[] = [];

  readonly #records: Records = {
    transactionOf: async (device) => this.#byDevice.get(device),
    isSpent: async (digest) => this.#spent.has(digest),
    keep: async (device, next, certificate) => this.#keep(device, next, certificate),
    claimNonce: async (nonce, claim) => this.#claim(this.#nonces, nonce, claim),
    claimKey: async (keyFingerprint, device) => this.#claim(this.#keys, keyFingerprint, device),
    useChallenge: async (nonce, digest, now) => this.#useChallenge(nonce, digest, now),
  };

  atomically<T>(change: (records: Records) => Promise<T>): Promise<T> {
    const turn = this.#last.then(async () => {
      this.#undo = [];
      try {
        return await change(this.#records);
      } catch (thrown) {
        for (const { map, name, before } of this.#undo.reverse()) put(map, name, before);
        throw thrown;
      }
    });
    this.#last = turn.catch(() => {});
    return turn;
  }

  async find(id: string): Promise<Transaction | undefined> {
    const device = this.#deviceById.get(id);
    return device === undefined ? undefined : this.#byDevice.get(device);
  }

  async list(state?: TransactionState): Promise<readonly Transaction[]> {
    const all = [...this.#byDevice.values()].toSorted((a, b) => a.requestedAt - b.requestedAt);
    return state ? all.filter((transaction) => transaction.state === state) : all;
  }

  async count(): Promise<Readonly<Partial<Record<TransactionState, number>>>> {
    const counts: Partial<Record<TransactionState, number>> = {};
    for (const { state } of this.#byDevice.values()) counts[state] = (counts[state] ?? 0) + 1;
    return counts;
  }

  async giveChallenge(nonce: string, expiresAt: number, now: number): Promise<void> {
    // Expired challenges stand first, since all live equally long: a flood of getcacert cannot fill the memory for good.
    for (const [old, end] of this.#challenges) {
      if (end >= now && this.#challenges.size < challengesAtMost) break;
      this.#challenges.delete(old);
    }
    this.#challenges.set(nonce, expiresAt);
  }

  forgetOtherAuthorities(authority: string): Promise<number> {
    return this.atomically(async () => {
      const known = this.#authority;
      this.#authority = authority;
      if (known === undefined || known === authority) return 0;
      const issued = [...this.#byDevice.values()].filter(({ state }) => state === 'issued');
      for (const { device } of issued) this.#keep(device, undefined);
      return issued.length;
    });
  }

  async findCertificate(serial: string): Promise<IssuedCertificate | undefined> {
    return this.#certificates.get(serial);
  }

  async listCertificates(filter: CertificateFilter = {}): Promise<readonly IssuedCertificate[]> {
    const { device, authority, revoked, endsFrom = -Infinity, endsBefore = Infinity, limit, after } = filter;
    let all = [...this.#certificates.values()];
    if (after !== undefined) all = all.slice(0, Math.max(0, [...this.#certificates.keys()].indexOf(after)));
    return all
      .toReversed()
      .filter((one) => device === undefined || one.device === device)
      .filter((one) => authority === undefined || one.authority === authority)
      .filter((one) => revoked === undefined || (one.revokedAt !== undefined) === revoked)
      .filter((one) => one.notAfter >= endsFrom && one.notAfter < endsBefore)
      .slice(0, limit);
  }

  async countCertificates({ limit: _, after: __, ...filter }: CertificateFilter = {}): Promise<number> {
    return (await this.listCertificates(filter)).length;
  }

  async lapsedDevices(authority: string, now: number): Promise<readonly string[]> {
    const all = [...this.#certificates.values()];
    const good = all.filter((one) => ['live', 'not-yet-valid'].includes(standingOf(one, authority, now)));
    const covered = new Set(good.map(({ device }) => device));
    return [...new Set(all.map(({ device }) => device))].filter((device) => !covered.has(device)).sort();
  }

  async revokeCertificate(serial: string, reason: string, at: number): Promise<IssuedCertificate | undefined> {
    const found = this.#certificates.get(serial);
    if (!found || found.revokedAt !== undefined) return found;
    const revoked = { ...found, revokedAt: at, revocationReason: reason };
    this.#certificates.set(serial, revoked);
    return revoked;
  }

  #keep(device: string, next: Transaction | undefined, certificate?: IssuedCertificate): void {
    const current = this.#byDevice.get(device);
    if (current && current.id !== next?.id) this.#put(this.#deviceById, current.id, undefined);
    this.#put(this.#byDevice, device, next);
    if (next) this.#put(this.#deviceById, next.id, device);
    if (next?.state === 'issued') this.#put(this.#spent, next.digest, true);
    if (!certificate) return;
    if (this.#authority !== undefined && certificate.authority !== this.#authority) throw otherAuthority();
    if (this.#certificates.has(certificate.serial)) throw serialInUse(certificate.serial);
    this.#put(this.#certificates, certificate.serial, certificate);
  }

  #useChallenge(nonce: string, digest: string, now: number): ChallengeUse {
    const servedDigest = this.#usedChallenges.get(nonce);
    if (servedDigest !== undefined) return servedDigest === digest ? 'accepted' : 'used';
    const expiresAt = this.#challenges.get(nonce);
    if (expiresAt === undefined) return 'unknown';
    if (now > expiresAt) return 'expired';
    this.#put(this.#challenges, nonce, undefined);
    this.#put(this.#usedChallenges, nonce, digest);
    return 'accepted';
  }

  #claim<V>(claims: Map<string, V>, name: string, claim: V): V {
    const first = claims.get(name);
    if (first === undefined) this.#put(claims, name, claim);
    return first ?? claim;
  }

  #put<V>(map: Map<string, V>, name: string, value: V | undefined): void {
    this.#undo.push({ map, name, before: map.get(name) });
    put(map, name, value);
  }
}

interface Write {
  readonly map: Map<string, unknown>;
  readonly name: string;
  readonly before: unknown;
}

/** Undefined: without it. */
function put(map: Map<string, unknown>, name: string, value: unknown): void {
  if (value === undefined) map.delete(name);
  else map.set(name, value);
}
