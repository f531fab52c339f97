import type { Transaction, TransactionState } from '../enrollment/states.ts';
import type { ChallengeUse, NonceClaim, Store } from './store.ts';

interface Challenge {
  readonly expiresAt: number;
  usedFor?: string;
}

/** A store that lives as long as the process. Each method runs to its end before another starts: that is its lock. */
export class MemoryStore implements Store {
  readonly #byDevice = new Map<string, Transaction>();
  readonly #byId = new Map<string, string>();
  readonly #nonces = new Map<string, NonceClaim>();
  readonly #keys = new Map<string, string>();
  readonly #spent = new Set<string>();
  readonly #challenges = new Map<string, Challenge>();

  async update<T>(
    device: string,
    change: (current: Transaction | undefined) => { readonly next: Transaction | undefined; readonly result: T },
  ): Promise<T> {
    const current = this.#byDevice.get(device);
    const { next, result } = change(current);
    if (current && current.id !== next?.id) this.#byId.delete(current.id);
    if (next) {
      this.#byDevice.set(device, next);
      this.#byId.set(next.id, device);
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

  async spend(digest: string): Promise<void> {
    this.#spent.add(digest);
  }

  async isSpent(digest: string): Promise<boolean> {
    return this.#spent.has(digest);
  }

  async giveChallenge(nonce: string, expiresAt: number): Promise<void> {
    // Expired challenges stand first, since all live equally long: a flood of getcacert cannot fill the memory for good.
    for (const [old, challenge] of this.#challenges) {
      if (challenge.expiresAt > Date.now() && this.#challenges.size < 100_000) break;
      this.#challenges.delete(old);
    }
    this.#challenges.set(nonce, { expiresAt });
  }

  async useChallenge(nonce: string, digest: string, now: number): Promise<ChallengeUse> {
    const challenge = this.#challenges.get(nonce);
    if (!challenge) return 'unknown';
    if (challenge.usedFor !== undefined) return challenge.usedFor === digest ? 'accepted' : 'used';
    if (now > challenge.expiresAt) return 'expired';
    challenge.usedFor = digest;
    return 'accepted';
  }
}

function claimIn<V>(claims: Map<string, V>, name: string, claim: V): V {
  const first = claims.get(name);
  if (first !== undefined) return first;
  claims.set(name, claim);
  return claim;
}
