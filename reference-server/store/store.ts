import type { Transaction, TransactionState } from '../enrollment/states.ts';
import type { CertificateFilter, IssuedCertificate } from './certificates.ts';

/** Who used a nonce first, and for which PKCS#10. */
export interface NonceClaim {
  readonly device: string;
  readonly digest: string;
}

export type ChallengeUse = 'accepted' | 'unknown' | 'used' | 'expired';

/** Anyone may ask for challenges: when so many came after one that was not used, it is forgotten. */
export const challengesAtMost = 100_000;

/** What one change reads and writes. */
export interface Records {
  /** The device's transaction. Until this change has ended, no other change of that device gets further than here. */
  transactionOf(device: string): Promise<Transaction | undefined>;
  /** Was a transaction with this PKCS#10 ever kept as issued? */
  isSpent(digest: string): Promise<boolean>;
  /**
   * Puts `next` in the place of the device's transaction; undefined: none remains. One that is kept as issued spends its
   * PKCS#10 for good. @throws MusterError internal when the serial number of the certificate is in use, settings-invalid
   * when another authority than that of `forgetOtherAuthorities` signed it
   */
  keep(device: string, next: Transaction | undefined, certificate?: IssuedCertificate): Promise<void>;
  /** Returns the first claim of this nonce: the caller's own, or an older one. */
  claimNonce(nonce: string, claim: NonceClaim): Promise<NonceClaim>;
  /** Returns the device that used this public key first. */
  claimKey(keyFingerprint: string, device: string): Promise<string>;
  /**
   * A challenge serves one PKCS#10. The same PKCS#10 sent again is still accepted, after the expiry too: a device polls
   * for as long as its request is pending. `now` is in milliseconds since 1970, as all times here.
   */
  useChallenge(nonce: string, digest: string, now: number): Promise<ChallengeUse>;
}

/** What a server remembers. One contract for every implementation; each method is atomic. */
export interface Store {
  /**
   * One change: all that it writes or, when it throws, nothing. What it resolved for survives the end of the process. It
   * may run more than once, and does nothing but ask its records.
   */
  atomically<T>(change: (records: Records) => Promise<T>): Promise<T>;
  find(id: string): Promise<Transaction | undefined>;
  /** The oldest request first. */
  list(state?: TransactionState): Promise<readonly Transaction[]>;
  /** How many there are of each state; a state that there is none of may be left out. */
  count(): Promise<Readonly<Partial<Record<TransactionState, number>>>>;
  /** Remembers a nonce that was given, until `expiresAt`. */
  giveChallenge(nonce: string, expiresAt: number, now: number): Promise<void>;
  /**
   * Drops the transactions of what other authorities than this one (the fingerprint of its key) issued: those devices must
   * re-enroll. Their PKCS#10s stay spent, their certificates stay listed, and what is pending stays. Returns how many.
   */
  forgetOtherAuthorities(authority: string): Promise<number>;
  /** `serial` as in `IssuedCertificate`. */
  findCertificate(serial: string): Promise<IssuedCertificate | undefined>;
  /** The last one issued first. */
  listCertificates(filter?: CertificateFilter): Promise<readonly IssuedCertificate[]>;
  /** How many; `limit` and `after` do not count. */
  countCertificates(filter?: CertificateFilter): Promise<number>;
  /**
   * The devices that had a certificate and have none that is good by now: it expired, was revoked, or is of another authority
   * than this one. By name.
   */
  lapsedDevices(authority: string, now: number): Promise<readonly string[]>;
  /** The first revocation stands. Undefined: there is no such certificate. */
  revokeCertificate(serial: string, reason: string, at: number): Promise<IssuedCertificate | undefined>;
}
