import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import pg from 'pg';
import { MusterError, messageOf } from '#protocol/errors.ts';

const settings = [
  'listen_addresses=',
  'max_connections=100',
  'shared_buffers=16MB',
  'autovacuum=off',
  'deadlock_timeout=50ms',
];
/** A cluster that is thrown away need not survive a power failure. */
const careless = ['fsync=off', 'full_page_writes=off'];

/**
 * A PostgreSQL cluster of its own for tests, reached through a socket in its folder; about a second to start. It ends, and
 * its folder goes, with `remove`, or with the process that made it, however that ends.
 */
export class ThrowAwayPostgres {
  readonly #folder = mkdtempSync(join(tmpdir(), 'muster-postgres-'));
  readonly #programs: string;
  readonly #settings: readonly string[];
  /** PostgreSQL does not run as root. */
  readonly #user = process.getuid?.() === 0 ? unprivilegedUser() : undefined;
  readonly #undertaker: ChildProcess;
  #server: ChildProcess | undefined;
  #schemas = 0;

  private constructor(programs: string, durable: boolean) {
    this.#programs = programs;
    this.#settings = durable ? settings : [...settings, ...careless];
    if (this.#user) chownSync(this.#folder, this.#user.uid, this.#user.gid);
    // Its input ends when we do.
    const script = 'read -r _; kill -QUIT "$(head -n 1 "$1")"; until rm -rf "$2"; do sleep 0.1; done';
    const words = ['-c', script, 'sh', join(this.#data, 'postmaster.pid'), this.#folder];
    this.#undertaker = spawn('sh', words, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    this.#undertaker.unref();
  }

  /** `durable`: with fsync, as in use. @throws MusterError bench-broken when there is no PostgreSQL, or it does not start */
  static async start({ durable = false } = {}): Promise<ThrowAwayPostgres> {
    const cluster = new ThrowAwayPostgres(programsFolder(), durable);
    try {
      cluster.#initialize();
      await cluster.startServer();
      return cluster;
    } catch (cause) {
      await cluster.remove();
      throw new MusterError('bench-broken', `A PostgreSQL for the tests does not start: ${messageOf(cause)}`, {
        cause,
      });
    }
  }

  /** The URL of the database that is there from the beginning. Whoever is `guarded` has to know a password. */
  url(who = 'postgres'): string {
    return `postgres://${who}@/postgres?host=${encodeURIComponent(this.#folder)}`;
  }

  /** The URL of an empty schema in it: for those who use it, a database of their own, made in a millisecond. */
  async newUrl(): Promise<string> {
    const schema = `test_${++this.#schemas}`;
    await this.query(`CREATE SCHEMA ${schema}`);
    return `${this.url()}&options=${encodeURIComponent(`-c search_path=${schema}`)}`;
  }

  /** Leaves no row in any table there but that of the schema's version: cheaper than another schema. */
  async empty(url: string): Promise<void> {
    const listed = `SELECT string_agg(format('DELETE FROM %I', tablename), '; ') AS statements FROM pg_tables
      WHERE schemaname = current_schema() AND tablename <> 'schema_version'`;
    await this.#session(url, async (client) => {
      const { rows } = await client.query<{ statements: string | null }>(listed);
      await client.query(rows[0]?.statements ?? '');
    });
  }

  /** Runs a statement as the superuser. */
  async query(text: string, url = this.url()): Promise<readonly Record<string, unknown>[]> {
    return this.#session(url, async (client) => (await client.query<Record<string, unknown>>(text)).rows);
  }

  /** Also again, after `stopServer`. */
  async startServer(): Promise<void> {
    const words = ['-D', this.#data, '-k', this.#folder, ...this.#settings.flatMap((setting) => ['-c', setting])];
    const server = spawn(join(this.#programs, 'postgres'), words, {
      ...this.#user,
      cwd: this.#folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#server = server;
    server.unref();
    let log = '';
    await new Promise<void>((resolve, reject) => {
      server.stderr.on('data', (chunk: Buffer) => {
        log += chunk.toString();
        if (log.includes('ready to accept connections')) resolve();
      });
      server.once('error', reject).once('close', () => reject(new Error(log)));
    });
    server.stderr.removeAllListeners('data').resume();
    if ('unref' in server.stderr && typeof server.stderr.unref === 'function') server.stderr.unref();
  }

  /** At once, and every connection breaks; the next start finds what was committed. */
  async stopServer(): Promise<void> {
    const server = this.#server;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    server.ref();
    const ended = once(server, 'exit');
    server.kill('SIGQUIT');
    await ended;
  }

  async remove(): Promise<void> {
    await this.stopServer();
    this.#undertaker.ref();
    const ended = once(this.#undertaker, 'exit');
    this.#undertaker.stdin?.end();
    await ended;
  }

  async #session<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  get #data(): string {
    return join(this.#folder, 'data');
  }

  #initialize(): void {
    const words = ['-D', this.#data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C', '--no-sync'];
    execFileSync(join(this.#programs, 'initdb'), words, { ...this.#user, cwd: this.#folder, stdio: 'pipe' });
    const rules = join(this.#data, 'pg_hba.conf');
    writeFileSync(rules, `local all guarded scram-sha-256\n${readFileSync(rules, 'utf8')}`);
  }
}

/** In the PATH, or where Debian keeps them: the newest. @throws MusterError bench-broken */
function programsFolder(): string {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...versions.map((version) => join(debian, version, 'bin')),
  ];
  const found = folders.find((folder) => ['initdb', 'postgres'].every((program) => existsSync(join(folder, program))));
  if (found !== undefined) return found;
  throw new MusterError(
    'bench-broken',
    `initdb and postgres are expected in the PATH or in ${debian}: install PostgreSQL (postgresql on Debian).`,
  );
}

/** The user that Debian's package made, or one that owns nothing. */
function unprivilegedUser(): { readonly uid: number; readonly gid: number } {
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = users.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new MusterError('bench-broken', 'PostgreSQL does not run as root, and there is neither postgres nor nobody.');
}
