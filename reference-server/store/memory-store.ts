import type { Transaction, TransactionState } from '../enrollment/states.ts';
import { type ChallengeUse, type Change, challengesAtMost, type NonceClaim, type Store } from './store.ts';

/** A store that lives as long as the process. Each method runs to its end before another starts: that is its lock. */
export class MemoryStore implements Store {
  readonly #byDevice = new Map<string, Transaction>();
  readonly #byId = new Map<string, string>();
  readonly #nonces = new Map<string, NonceClaim>();
  readonly #keys = new Map<string, string>();
  readonly #spent = new Set<string>();
  /** Given and not used, with the end of each. */
  readonly #challenges = new Map<string, number>();
  /** Used, with the digest of the PKCS#10 each served. */
  readonly #usedChallenges = new Map<string, string>();
  #authority: string | undefined;

  async update<T>(
    device: string,
    change: (current: Transaction | undefined, isSpent: (digest: string) => boolean) => Change<T>,
  ): Promise<T> {
    const current = this.#byDevice.get(device);
    const { next, result } = change(current, (digest) => this.#spent.has(digest));
    if (current && current.id !== next?.id) this.#byId.delete(current.id);
    if (next) {
      this.#byDevice.set(device, next);
      this.#byId.set(next.id, device);
      if (next.state === 'issued') this.#spent.add(next.digest);
    } else {
      this.#byDevice.delete(device);
    }
    return result;
  }

  async find(id: string): Promise<Transaction | undefined> {
    const device = this.#byId.get(id);
    return device === undefined ? undefined : this.#byDevice.get(device);
  }

  async list(state?: TransactionState): Promise<readonly Transaction[]> {
    const all = [...this.#byDevice.values()];
    return state ? all.filter((transaction) => transaction.state === state) : all;
  }

  async claimNonce(nonce: string, claim: NonceClaim): Promise<NonceClaim> {
    return claimIn(this.#nonces, nonce, claim);
  }

  async claimKey(keyFingerprint: string, device: string): Promise<string> {
    return claimIn(this.#keys, keyFingerprint, device);
  }

  async giveChallenge(nonce: string, expiresAt: number, now: number): Promise<void> {
    // Expired challenges stand first, since all live equally long: a flood of getcacert cannot fill the memory for good.
    for (const [old, end] of this.#challenges) {
      if (end >= now && this.#challenges.size < challengesAtMost) break;
      this.#challenges.delete(old);
    }
    this.#challenges.set(nonce, expiresAt);
  }

  async useChallenge(nonce: string, digest: string, now: number): Promise<ChallengeUse> {
    const servedDigest = this.#usedChallenges.get(nonce);
    if (servedDigest !== undefined) return servedDigest === digest ? 'accepted' : 'used';
    const expiresAt = this.#challenges.get(nonce);
    if (expiresAt === undefined) return 'unknown';
    if (now > expiresAt) return 'expired';
    this.#challenges.delete(nonce);
    this.#usedChallenges.set(nonce, digest);
    return 'accepted';
  }

  async forgetOtherAuthorities(authority: string): Promise<number> {
    const known = this.#authority;
    this.#authority = authority;
    if (known === undefined || known === authority) return 0;
    const issued = [...this.#byDevice.values()].filter(({ state }) => state === 'issued');
    for (const { device, id } of issued) {
      this.#byDevice.delete(device);
      this.#byId.delete(id);
    }
    return issued.length;
  }

  close(): void {}
}

function claimIn<V>(claims: Map<string, V>, name: string, claim: V): V {
  const first = claims.get(name);
  if (first !== undefined) return first;
  claims.set(name, claim);
  return claim;
}
