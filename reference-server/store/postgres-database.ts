import pg from 'pg';
import { MusterError } from '#protocol/errors.ts';
import type { Database, Row, Sql, SqlValue } from './database.ts';
import { isCollision, told } from './postgres-errors.ts';
import { migratePostgres } from './postgres-schema.ts';

const attemptsAtMost = 10;
/** Of one server; PostgreSQL lets 100 in unless told otherwise. */
const connectionsAtMost = 10;
/** What is shorter than any patience of a device, and longer than any work here. */
const statementTimeoutMs = 15_000;

interface Prepared {
  readonly name: string;
  readonly text: string;
}

/**
 * A database in PostgreSQL, for one server process or several. A connection that is lost fails the transactions that were
 * on it; the next ones open another. Where it is lost during COMMIT, the error says that nobody knows what was stored.
 */
export class PostgresDatabase implements Database {
  readonly dialect = 'postgres';
  readonly #pool: pg.Pool;
  readonly #where: string;
  readonly #prepared = new Map<string, Prepared>();

  private constructor(pool: pg.Pool, where: string) {
    this.#pool = pool;
    this.#where = where;
  }

  /** Connects, and brings the schema to this version. @throws MusterError settings-invalid, database-unavailable */
  static async open(url: string): Promise<PostgresDatabase> {
    const where = placeOf(url);
    await migratePostgres(url, where);
    const pool = new pg.Pool({
      connectionString: url,
      max: connectionsAtMost,
      application_name: 'muster',
      connectionTimeoutMillis: statementTimeoutMs,
      idleTimeoutMillis: 60_000,
      keepAlive: true,
      statement_timeout: statementTimeoutMs,
      query_timeout: statementTimeoutMs + 5_000,
      idle_in_transaction_session_timeout: statementTimeoutMs,
      types: { getTypeParser },
      // An answer goes out only after what it says is on the disk, whatever the server is set to.
      onConnect: (client) => client.query('SET synchronous_commit = on'),
    });
    // Who uses the connection is told; where nobody does, the pool forgets it.
    pool.on('error', () => {}).on('connect', (client) => client.on('error', () => {}));
    return new PostgresDatabase(pool, where);
  }

  async atomically<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#transaction(work);
      } catch (thrown) {
        if (!isCollision(thrown)) throw thrown;
        if (attempt === attemptsAtMost) {
          const message = `${this.#where}: others were in the way ${attempt} times; nothing was stored.`;
          throw new MusterError('database-unavailable', message, { cause: thrown });
        }
      }
    }
  }

  async close(): Promise<void> {
    if (!this.#pool.ended) await this.#pool.end();
  }

  async #transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const client = await this.#begun();
    let broken = false;
    try {
      const result = await work(this.#sqlOf(client));
      const { command } = await this.#ask(() => client.query('COMMIT'), 'whether it was stored is not known');
      // PostgreSQL rolls back where a statement failed, even when the work went on.
      if (command !== 'COMMIT') throw new MusterError('internal', 'A statement failed, and the work went on.');
      return result;
    } catch (thrown) {
      await client.query('ROLLBACK').catch(() => {
        broken = true;
      });
      throw thrown;
    } finally {
      client.release(broken);
    }
  }

  /** A connection with a transaction begun. One that was lost while nobody used it is no reason to fail. */
  async #begun(): Promise<pg.PoolClient> {
    for (let attempt = 1; ; attempt++) {
      const client = await this.#ask(() => this.#pool.connect());
      try {
        await this.#ask(() => client.query('BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE'));
        return client;
      } catch (thrown) {
        client.release(true);
        if (attempt > connectionsAtMost) throw thrown;
      }
    }
  }

  #sqlOf(client: pg.PoolClient): Sql {
    const query = (text: string, values: readonly SqlValue[]) =>
      this.#ask(() => client.query<Row>({ ...this.#statement(text), values: values.map(withoutNul) }));
    return {
      get: async (text, ...values) => (await query(text, values)).rows[0],
      all: async (text, ...values) => (await query(text, values)).rows,
      run: async (text, ...values) => (await query(text, values)).rowCount ?? 0,
    };
  }

  /** `?` as `$1`, `$2`, …, outside of quotes; prepared once on each connection. */
  #statement(text: string): Prepared {
    const known = this.#prepared.get(text);
    if (known) return known;
    let count = 0;
    const numbered = text.replace(/'[^']*'|"[^"]*"|\?/g, (part) => (part === '?' ? `$${++count}` : part));
    const statement = { name: `muster_${this.#prepared.size}`, text: numbered };
    this.#prepared.set(text, statement);
    return statement;
  }

  async #ask<T>(question: () => Promise<T>, outcome?: string): Promise<T> {
    try {
      return await question();
    } catch (thrown) {
      throw told(thrown, this.#where, outcome);
    }
  }
}

/** For messages, without user and password. @throws MusterError settings-invalid */
function placeOf(url: string): string {
  try {
    // A password with one of these in it would end up elsewhere in the URL, and in messages.
    if (!/^postgres(ql)?:\/\/([^@/?#]*@)?[^@/?#]*(\/[^@/?#]*)?(\?[^@#]*)?$/.test(url)) throw new Error('syntax');
    const { host, port, database } = new pg.Client({ connectionString: url });
    return `PostgreSQL at ${host}:${port}, database ${database}`;
  } catch {
    // The cause may hold the URL.
    throw new MusterError(
      'settings-invalid',
      'The URL of the database: postgres://USER@HOST:PORT/NAME is expected, with / ? # @ : in a password percent-encoded.',
    );
  }
}

const types = { bigint: 20, bytes: 17, numeric: 1700 } as const;

/** Values as SQLite gives them. */
function getTypeParser(id: number, format?: 'text' | 'binary'): (value: string) => unknown {
  const parse = pg.types.getTypeParser(id, format as 'text') as (value: string) => unknown;
  if (id === types.bigint || id === types.numeric) return Number;
  return id === types.bytes ? (value) => new Uint8Array(parse(value) as Uint8Array) : parse;
}

/** TEXT of PostgreSQL holds no NUL: it is kept, and looked for, as what stands for what cannot be shown. */
function withoutNul(value: SqlValue): SqlValue {
  return typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value;
}
