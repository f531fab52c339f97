import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setImmediate as soon } from 'node:timers/promises';
import { MusterError, messageOf } from '#protocol/errors.ts';
import type { Database, Row, Sql, SqlValue } from './database.ts';
import { migrations } from './migrations.ts';

/** Nothing else runs meanwhile: a few milliseconds of work. */
const groupAtMost = 16;
/** A commit costs as much as an enrollment: where there is company, it waits so long for more. */
const gatherMs = 15;

interface Waiting {
  /** Returns what tells that it is kept. */
  readonly run: () => Promise<() => void>;
  readonly reject: (why: unknown) => void;
}

// What a savepoint takes back would be in a file of its own. No larger cache of pages: SQLite goes through it at each commit.
const pragmas =
  'PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;';

/**
 * A database in one file, opened once in a process. What a transaction resolved for is on the disk. Node's SQLite is
 * synchronous: transactions stand in a line, and other processes wait for the lock of the file.
 */
export class SqliteDatabase implements Database {
  readonly dialect = 'sqlite';
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #line: Waiting[] = [];
  #serving: Promise<void> | undefined;
  readonly #gatherMs: number;
  /** How many were in the last group. */
  #company = 0;
  /** While the next group gathers: it need not wait any longer. */
  #full: (() => void) | undefined;

  private constructor(database: DatabaseSync, waitsForDisk: boolean) {
    this.#database = database;
    this.#gatherMs = waitsForDisk ? gatherMs : 0;
  }

  /** Opens the file, or makes it, for its owner alone; `:memory:` is no file. @throws MusterError settings-invalid */
  static open(path: string): SqliteDatabase {
    let database: DatabaseSync | undefined;
    try {
      if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600));
      database = new DatabaseSync(path);
      database.exec(pragmas);
      migrate(database, path);
      return new SqliteDatabase(database, path !== ':memory:');
    } catch (cause) {
      database?.close();
      if (cause instanceof MusterError) throw cause;
      throw new MusterError('settings-invalid', `${path}: no database can be had there: ${messageOf(cause)}.`, {
        cause,
      });
    }
  }

  atomically<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const run = async (): Promise<() => void> => {
        const statements = new Statements((text) => this.#prepared(text));
        const result = await work(statements);
        if (statements.failed) throw new MusterError('internal', 'A statement failed, and the work went on.');
        return () => resolve(result);
      };
      this.#line.push({ run, reject });
      if (this.#line.length >= groupAtMost) this.#full?.();
      this.#serving ??= this.#gather().then(() => this.#serve());
    });
  }

  async close(): Promise<void> {
    while (this.#serving) await this.#serving;
    this.#statements.clear();
    if (this.#database.isOpen) this.#database.close();
  }

  /** What arrives in the same turn of the event loop joins the group. Who was alone last time waits for nobody else. */
  async #gather(): Promise<void> {
    if (this.#company > 1 && this.#gatherMs > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.#gatherMs);
        this.#full = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#full = undefined;
    }
    await soon();
  }

  async #serve(): Promise<void> {
    while (this.#line.length > 0) {
      const group = this.#line.splice(0, groupAtMost);
      this.#company = group.length;
      await this.#commitTogether(group);
      if (this.#line.length > 0) await soon();
    }
    this.#serving = undefined;
  }

  /** One commit, and one wait for the disk, for several transactions; each of them can still fail alone. */
  async #commitTogether(group: readonly Waiting[]): Promise<void> {
    const told: (() => void)[] = [];
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      for (const { run, reject } of group) {
        this.#database.exec('SAVEPOINT one');
        try {
          told.push(await run());
        } catch (thrown) {
          // A full disk ends the whole.
          if (!this.#database.isTransaction) throw thrown;
          this.#database.exec('ROLLBACK TO one');
          told.push(() => reject(thrown));
        }
        this.#database.exec('RELEASE one');
      }
      this.#database.exec('COMMIT');
      for (const tell of told) tell();
    } catch (thrown) {
      for (const { reject } of group) reject(thrown);
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    }
  }

  #prepared(text: string): StatementSync {
    const known = this.#statements.get(text) ?? this.#database.prepare(text);
    this.#statements.set(text, known);
    return known;
  }
}

/** The statements of one transaction. */
class Statements implements Sql {
  readonly #prepared: (text: string) => StatementSync;
  failed = false;

  constructor(prepared: (text: string) => StatementSync) {
    this.#prepared = prepared;
  }

  async get(text: string, ...values: SqlValue[]): Promise<Row | undefined> {
    return this.#attempt(() => this.#prepared(text).get(...values));
  }

  async all(text: string, ...values: SqlValue[]): Promise<readonly Row[]> {
    return this.#attempt(() => this.#prepared(text).all(...values));
  }

  async run(text: string, ...values: SqlValue[]): Promise<number> {
    return this.#attempt(() => Number(this.#prepared(text).run(...values).changes));
  }

  #attempt<T>(statement: () => T): T {
    try {
      return statement();
    } catch (thrown) {
      this.failed = true;
      throw thrown;
    }
  }
}

/** Brings the file to this version's schema. @throws MusterError settings-invalid for one that a newer Muster made */
function migrate(database: DatabaseSync, path: string): void {
  const version = (): number => Number(database.prepare('PRAGMA user_version').get()?.user_version);
  if (version() > migrations.length) {
    throw new MusterError(
      'settings-invalid',
      `${path}: its schema is version ${version()}, this Muster knows up to ${migrations.length}: use the newer Muster, or another --data folder.`,
    );
  }
  if (version() === migrations.length) return;
  database.exec('BEGIN IMMEDIATE');
  // Another process may have done it meanwhile.
  const missing = migrations.slice(version()).join('');
  database.exec(`${missing} PRAGMA user_version = ${migrations.length}; COMMIT;`);
}
