import { crc32 } from 'node:zlib';
import type { Clock } from '#protocol/clock.ts';
import type { Credentials } from './accounts.ts';

const namesAtMost = 10_000;
/** Node hashes four passwords at a time. */
const linesOfAddress = 8;

/**
 * How often something may be done under a name: `most` times at once, and once more each `secondsEach`. Only the moment is
 * kept at which all is forgotten again (the generic cell rate algorithm), and for few names at a time.
 */
export class Budgets {
  readonly #clock: Clock;
  readonly #eachMs: number;
  readonly #mostMs: number;
  readonly #forgottenAt = new Map<string, number>();

  constructor(clock: Clock, most: number, secondsEach: number) {
    this.#clock = clock;
    this.#eachMs = secondsEach * 1000;
    this.#mostMs = most * this.#eachMs;
  }

  /** How long until it may be done once more; 0: now. */
  waitSeconds(name: string): number {
    const owedMs = (this.#forgottenAt.get(name) ?? 0) - this.#clock.now().getTime();
    return Math.max(0, owedMs + this.#eachMs - this.#mostMs) / 1000;
  }

  get isUnspent(): boolean {
    return this.#forgottenAt.size === 0;
  }

  /** It was done. */
  spend(name: string): void {
    const now = this.#clock.now().getTime();
    const forgottenAt = Math.max(now, this.#forgottenAt.get(name) ?? 0) + this.#eachMs;
    this.#forgottenAt.delete(name);
    for (const [old, at] of this.#forgottenAt) {
      if (at > now && this.#forgottenAt.size < namesAtMost) break;
      this.#forgottenAt.delete(old);
    }
    this.#forgottenAt.set(name, forgottenAt);
  }
}

/** Who says to be whom. */
export interface Claim {
  readonly username: string;
  readonly password: string;
  readonly customer: string;
  readonly device: string;
}

export type PasswordVerdict = 'right' | 'wrong' | { readonly retryAfterSeconds: number };

export interface GuessLimits {
  /** Wrong passwords for one account, from one address, before the next must wait. */
  readonly wrongPasswords: number;
  /** The same from one address for whatever accounts. */
  readonly wrongPasswordsByAddress: number;
  /** After how many seconds one of them is forgotten. */
  readonly wrongPasswordSeconds: number;
}

/**
 * Bounds the guessing of passwords (Muster protocol decisions, «Who is who: wrong passwords»). While a limit holds no
 * password is looked at, right or wrong: otherwise the guessing would go on.
 */
export class PasswordGuard {
  readonly #byAccount: Budgets;
  readonly #byAddress: Budgets;
  /**
   * The last claim in each line. An address has some lines, and an account always stands in the same: guesses at once
   * count one after the other, and no more are looked at beyond a limit than there are lines.
   */
  readonly #lines = new Map<string, Promise<unknown>>();

  constructor(clock: Clock, { wrongPasswords, wrongPasswordsByAddress, wrongPasswordSeconds }: GuessLimits) {
    this.#byAccount = new Budgets(clock, wrongPasswords, wrongPasswordSeconds);
    this.#byAddress = new Budgets(clock, wrongPasswordsByAddress, wrongPasswordSeconds);
  }

  /** `from` is `address:port`, and only the address counts. */
  verify(credentials: Credentials, claim: Claim, from: string): PasswordVerdict | Promise<PasswordVerdict> {
    const nobodyGuessed = this.#lines.size === 0 && this.#byAccount.isUnspent && this.#byAddress.isUnspent;
    return nobodyGuessed && remembered(credentials, claim) ? 'right' : this.#verifyInLine(credentials, claim, from);
  }

  async #verifyInLine(credentials: Credentials, claim: Claim, from: string): Promise<PasswordVerdict> {
    const address = from.slice(0, Math.max(0, from.lastIndexOf(':')));
    const account = JSON.stringify([address, claim.customer, claim.device, claim.username]);
    const line = `${address} ${crc32(account) % linesOfAddress}`;
    if (!this.#lines.has(line) && this.#knows(credentials, claim, account, address)) return 'right';
    const turn = (this.#lines.get(line) ?? Promise.resolve()).then(() =>
      this.#judge(credentials, claim, account, address),
    );
    // A claim whose judgement broke does not break those behind it.
    const over = turn.catch(() => {});
    this.#lines.set(line, over);
    try {
      return await turn;
    } finally {
      if (this.#lines.get(line) === over) this.#lines.delete(line);
    }
  }

  /** A claim that nobody stands before, whose password was right before: it need not stand in line. */
  #knows(credentials: Credentials, claim: Claim, account: string, address: string): boolean {
    return this.#waitSeconds(account, address) === 0 && remembered(credentials, claim);
  }

  #waitSeconds(account: string, address: string): number {
    return Math.max(this.#byAccount.waitSeconds(account), this.#byAddress.waitSeconds(address));
  }

  async #judge(
    credentials: Credentials,
    { username, password, customer, device }: Claim,
    account: string,
    address: string,
  ): Promise<PasswordVerdict> {
    const retryAfterSeconds = this.#waitSeconds(account, address);
    if (retryAfterSeconds > 0) return { retryAfterSeconds };
    if (await credentials.verify(username, password, customer, device)) return 'right';
    this.#byAccount.spend(account);
    this.#byAddress.spend(address);
    return 'wrong';
  }
}

function remembered(credentials: Credentials, { username, password, customer, device }: Claim): boolean {
  return credentials.remembers(username, password, customer, device);
}
