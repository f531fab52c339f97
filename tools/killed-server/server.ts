import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { makeLicenseIssuer } from '#harness/bench/license-flows.ts';
import { type Identity, makeIdentity } from '#harness/case/identity.ts';
import { licensePublicKeyFile } from '#harness/cli/license.ts';
import { hashPassword } from '#reference-server/accounts.ts';
import { createOperator, type Operator } from '#simulators/operator.ts';

const muster = join(import.meta.dirname, '..', '..', 'harness', 'cli', 'muster.mjs');
/** A life of the server between its start and its end, in milliseconds. */
const longestLifeMs = 400;
const cheapPasswords = 256;

export interface KilledServerOptions {
  readonly seed: number;
  readonly devices: number;
  readonly approve: 'auto' | 'manual';
  /** In the place of SQLite. */
  readonly database?: string | undefined;
}

/** `muster serve` in a folder, on ports that stay the same, killed and started again. */
export class KilledServer {
  readonly identities: readonly Identity[];
  readonly #folder: string;
  readonly #ports: readonly number[];
  readonly #lives: Iterator<number>;
  readonly #options: KilledServerOptions;
  #child: ChildProcess | undefined;
  #token = '';

  private constructor(folder: string, ports: readonly number[], options: KilledServerOptions) {
    const { seed, devices } = options;
    this.#options = options;
    this.#folder = folder;
    this.#ports = ports;
    this.identities = Array.from({ length: devices }, (_, number) => makeIdentity(seed, 'kill-server', number));
    this.#lives = fc.sample(fc.nat(longestLifeMs), { seed, numRuns: 10_000 })[Symbol.iterator]();
  }

  static async create(options: KilledServerOptions): Promise<KilledServer> {
    const folder = await mkdtemp(join(tmpdir(), 'muster-killed-'));
    const server = new KilledServer(folder, await freePorts(3), options);
    const devices = server.identities.map(({ deviceName }) => `device ${deviceName} A enabled\n`).join('');
    const { publicKey, license } = makeLicenseIssuer();
    await writeFile(join(folder, licensePublicKeyFile), publicKey);
    const flags = `license ${license(server.identities.length, 1)}\nenroll enabled\n`;
    await writeFile(join(folder, 'muster.conf'), `${flags}group A\n${devices}`);
    const accounts = server.identities.map(async ({ customer, device, deviceName, username, password }) => {
      return `account ${customer} ${device} ${deviceName} ${username} ${await hashPassword(password, cheapPasswords)}\n`;
    });
    await writeFile(join(folder, 'accounts'), (await Promise.all(accounts)).join(''));
    await server.#start();
    return server;
  }

  /** A file of the server. */
  path(name: string): string {
    return join(this.#folder, name);
  }

  get tlsUrl(): string {
    return `https://localhost:${this.#ports[1]}/tep`;
  }

  get operator(): Operator {
    return createOperator({ url: `http://127.0.0.1:${this.#ports[2]}`, token: this.#token, timeoutSeconds: 2 });
  }

  /** Resolves after a random while. */
  async live(): Promise<void> {
    await delay(this.#lives.next().value ?? longestLifeMs);
  }

  /** Resolves when it serves again. */
  async killAndStart(): Promise<void> {
    await this.#kill();
    await this.#start();
  }

  async remove(): Promise<void> {
    await this.#kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    const [http, tls, management] = this.#ports.map(String);
    const { approve, database } = this.#options;
    const words = ['serve', '--data', this.#folder, '--approve', approve, '--json'];
    if (database !== undefined) words.push('--database', database);
    const ports = ['--http', http ?? '', '--tls', tls ?? '', '--console', management ?? ''];
    const child = spawn(process.execPath, [muster, ...words, ...ports], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const ended = once(child, 'close').then(() => {
      throw new Error(`The server ended before it served:\n${said}`);
    });
    await Promise.race([once(child.stdout, 'data'), ended]);
    ended.catch(() => {});
    this.#token = (await readFile(join(this.#folder, 'operator-token'), 'utf8')).trim();
  }

  async #kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null) return;
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  }
}

/** Below the ports that clients get, so that nobody takes one between two lives of the server. */
async function freePorts(number: number): Promise<number[]> {
  const found: number[] = [];
  for (let port = 21_000 + (process.pid % 8_000); found.length < number; port++) {
    const probe = createServer();
    const free = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (free) {
      await new Promise((resolve) => probe.close(resolve));
      found.push(port);
    }
  }
  return found;
}
