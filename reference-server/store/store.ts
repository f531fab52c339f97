import type { Transaction, TransactionState } from '../enrollment/states.ts';

/** Who used a nonce first, and for which PKCS#10. */
export interface NonceClaim {
  readonly device: string;
  readonly digest: string;
}

export type ChallengeUse = 'accepted' | 'unknown' | 'used' | 'expired';

/** What a change leaves behind: the device's transaction (undefined: none), and what the caller is told. */
export interface Change<T> {
  readonly next: Transaction | undefined;
  readonly result: T;
}

/** Anyone may ask for challenges: of those not used, no more are kept. */
export const challengesAtMost = 100_000;

/** What a server remembers. One contract for every implementation; each method is atomic. */
export interface Store {
  /**
   * Runs `change` on the device's transaction while no other change of that device runs, and keeps what it returns; if it
   * throws, nothing changes. A transaction kept as issued spends its PKCS#10 for good, in the same change, and
   * `isSpent` tells which digests were spent before.
   */
  update<T>(
    device: string,
    change: (current: Transaction | undefined, isSpent: (digest: string) => boolean) => Change<T>,
  ): Promise<T>;
  find(id: string): Promise<Transaction | undefined>;
  list(state?: TransactionState): Promise<readonly Transaction[]>;
  /** Returns the first claim of this nonce: the caller's own, or an older one. */
  claimNonce(nonce: string, claim: NonceClaim): Promise<NonceClaim>;
  /** Returns the device that used this public key first. */
  claimKey(keyFingerprint: string, device: string): Promise<string>;
  /** Remembers a nonce that was given, until `expiresAt`; all times are in milliseconds since 1970. */
  giveChallenge(nonce: string, expiresAt: number, now: number): Promise<void>;
  /**
   * A challenge serves one PKCS#10. The same PKCS#10 sent again is still accepted, after the expiry too: a device polls
   * for as long as its request is pending.
   */
  useChallenge(nonce: string, digest: string, now: number): Promise<ChallengeUse>;
  /**
   * Drops what other authorities than this one (the fingerprint of its key) issued: those devices must re-enroll. Their
   * PKCS#10s stay spent, and what is pending stays. Returns how many.
   */
  forgetOtherAuthorities(authority: string): Promise<number>;
  close(): void;
}
