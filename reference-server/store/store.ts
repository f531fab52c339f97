import type { Transaction, TransactionState } from '../enrollment/states.ts';

/** Who used a nonce first, and for which PKCS#10. */
export interface NonceClaim {
  readonly device: string;
  readonly digest: string;
}

export type ChallengeUse = 'accepted' | 'unknown' | 'used' | 'expired';

/** What a server remembers. One contract for every implementation; each method is atomic. */
export interface Store {
  /** Runs `change` on the device's transaction while no other change of that device runs, and keeps what it returns. */
  update<T>(
    device: string,
    change: (current: Transaction | undefined) => { readonly next: Transaction | undefined; readonly result: T },
  ): Promise<T>;
  find(id: string): Promise<Transaction | undefined>;
  list(state?: TransactionState): Promise<readonly Transaction[]>;
  /** Returns the first claim of this nonce: the caller's own, or an older one. */
  claimNonce(nonce: string, claim: NonceClaim): Promise<NonceClaim>;
  /** Returns the device that used this public key first. */
  claimKey(keyFingerprint: string, device: string): Promise<string>;
  /** Remembers that the PKCS#10 of this digest got its certificate. */
  spend(digest: string): Promise<void>;
  isSpent(digest: string): Promise<boolean>;
  giveChallenge(nonce: string, expiresAt: number): Promise<void>;
  /** A challenge serves one PKCS#10; the same PKCS#10 sent again is still accepted. */
  useChallenge(nonce: string, digest: string, now: number): Promise<ChallengeUse>;
}
