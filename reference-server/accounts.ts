import { hash as digestOf, randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { tokenizeLine } from '#protocol/config-file/tokenizer.ts';
import { MusterError } from '#protocol/errors.ts';

/**
 * One line of the accounts file: the bond between the numbers and credentials of WO 01/47232, Table 1, and the device
 * names of the configuration file. The file never holds a password in clear.
 */
export interface Account {
  readonly customer: string;
  readonly device: string;
  /** Case does not count. */
  readonly deviceName: string;
  readonly username: string;
  /** `scrypt:N:r:p:salt:hash`, the last two in base64url. */
  readonly passwordHash: string;
}

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);
const hashBytes = 32;
const defaultCost = 16384;

/** Hashes a password for the accounts file. `cost` is scrypt's N; a bench may take a low one. */
export async function hashPassword(password: string, cost: number = defaultCost): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, hashBytes, { N: cost, r: 8, p: 1 });
  return `scrypt:${cost}:8:1:${salt.toString('base64url')}:${hash.toString('base64url')}`;
}

/** What a password is held against where there is no account, so that it takes the same work. */
export function decoyHash(cost: number | string = defaultCost): string {
  const [salt, hash] = [randomBytes(16), randomBytes(hashBytes)].map((bytes) => bytes.toString('base64url'));
  return `scrypt:${cost}:8:1:${salt}:${hash}`;
}

export async function verifyPassword(password: string, passwordHash: string): Promise<boolean> {
  const [, n, r, p, salt, hash] = passwordHash.split(':');
  if (!n || !r || !p || !salt || !hash) return false;
  const expected = Buffer.from(hash, 'base64url');
  const seen = await derive(password, Buffer.from(salt, 'base64url'), expected.length, {
    N: Number(n),
    r: Number(r),
    p: Number(p),
    maxmem: 256 * 1024 * 1024,
  });
  return timingSafeEqual(seen, expected);
}

/** As in a message: decimal, up to 2^64-1, without leading zeros. */
function isId(word: string): boolean {
  return /^(0|[1-9]\d{0,19})$/.test(word) && (word.length < 20 || BigInt(word) < 2n ** 64n);
}

/** scrypt takes an N that is a power of two; beyond these bounds one log-in would cost seconds or gigabytes. */
const costs: ReadonlySet<string> = new Set(Array.from({ length: 17 }, (_, index) => String(2 ** (index + 1))));
const bytesOf = (base64url: string): number => Math.floor((base64url.length * 3) / 4);

function isPasswordHash(word: string): boolean {
  const [, cost = '', salt = '', hash = ''] = /^scrypt:(\d{1,7}):8:1:([\w-]+):([\w-]+)$/.exec(word) ?? [];
  return costs.has(cost) && bytesOf(salt) >= 8 && bytesOf(hash) === hashBytes;
}

/** Reads an accounts file: `account CUSTOMER DEVICE NAME USERNAME HASH`, one a line, words and comments as in the configuration file. */
export function parseAccounts(text: string, fileName: string): Account[] {
  const problems: string[] = [];
  const accounts: Account[] = [];
  const numbers = new Map<string, number>();
  const names = new Map<string, number>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const report = (what: string, column = ''): void =>
      void problems.push(`${fileName}:${index + 1}${column}: ${what}`);
    const { words, problem } = tokenizeLine(line);
    if (problem) {
      report(problem.message, `:${problem.column}`);
      continue;
    }
    if (words.length === 0) continue;
    const [item, customer = '', device = '', name = '', username = '', passwordHash = ''] = words.map((w) => w.text);
    const pair = `${customer}/${device}`;
    const deviceName = name.toLowerCase();
    if (item !== 'account' || words.length !== 6) {
      report(`expected: account CUSTOMER DEVICE NAME USERNAME HASH; seen ${words.length} words.`);
    } else if (!isId(customer) || !isId(device)) {
      report('customer and device are decimal numbers up to 2^64-1, without leading zeros.');
    } else if (!isPasswordHash(passwordHash)) {
      report('the sixth word is no password hash; make the line with: muster config account');
    } else if (numbers.has(pair)) {
      report(`customer ${customer}, device ${device} stands on line ${numbers.get(pair)} already.`);
    } else if (names.has(deviceName)) {
      report(`the device ${name} stands on line ${names.get(deviceName)} already: one device is one pair of numbers.`);
    } else {
      numbers.set(pair, index + 1);
      names.set(deviceName, index + 1);
      accounts.push({ customer, device, deviceName, username, passwordHash });
    }
  }
  if (problems.length > 0) {
    throw new MusterError('accounts-invalid', problems.join('\n'), { details: { problems } });
  }
  return accounts;
}

/** Answers whether a user name and password belong together. Unknown user and wrong password take the same work. */
export class Credentials {
  /** One account of each user name. */
  readonly #byUser = new Map<string, Account>();
  readonly #byNumbers = new Map<string, Account>();
  readonly #decoy: string;
  /** Passwords seen to be right, as digests under a salt: a fleet that polls does not pay for scrypt at each poll. */
  readonly #verified = new Map<string, Buffer>();
  readonly #salt = randomBytes(32).toString('hex');

  constructor(accounts: readonly Account[]) {
    for (const account of accounts) {
      this.#byNumbers.set(`${account.customer}/${account.device}`, account);
      if (!this.#byUser.has(account.username)) this.#byUser.set(account.username, account);
    }
    this.#decoy = decoyHash(accounts[0]?.passwordHash.split(':')[1]);
  }

  account(customer: string, device: string): Account | undefined {
    return this.#byNumbers.get(`${customer}/${device}`);
  }

  /** Was this password seen to be right before? False says nothing. */
  remembers(username: string, password: string, customer: string, device: string): boolean {
    const account = this.#accountOf(username, customer, device);
    const known = account && this.#verified.get(account.passwordHash);
    return known !== undefined && timingSafeEqual(known, this.#digest(password));
  }

  async verify(username: string, password: string, customer: string, device: string): Promise<boolean> {
    if (this.remembers(username, password, customer, device)) return true;
    const account = this.#accountOf(username, customer, device);
    const right = await verifyPassword(password, account?.passwordHash ?? this.#decoy);
    if (!account || !right) return false;
    this.#verified.set(account.passwordHash, this.#digest(password));
    return true;
  }

  #accountOf(username: string, customer: string, device: string): Account | undefined {
    const meant = this.account(customer, device);
    return meant?.username === username ? meant : this.#byUser.get(username);
  }

  #digest(password: string): Buffer {
    return digestOf('sha256', this.#salt + password, 'buffer');
  }
}
