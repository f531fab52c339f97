import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { MusterError, messageOf } from '#protocol/errors.ts';
import type { Database, Sql } from './database.ts';
import { migrations } from './migrations.ts';

/**
 * A database in one file. What a transaction resolved for is on the disk. Node's SQLite is synchronous: transactions of
 * this process stand in a line, and other processes wait for the lock of the file.
 */
export class SqliteDatabase implements Database {
  readonly dialect = 'sqlite';
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #sql: Sql = {
    get: async (text, ...values) => this.#prepared(text).get(...values),
    all: async (text, ...values) => this.#prepared(text).all(...values),
    run: async (text, ...values) => Number(this.#prepared(text).run(...values).changes),
  };
  #last: Promise<unknown> = Promise.resolve();

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Opens the file, or makes it, for its owner alone; `:memory:` is no file. @throws MusterError settings-invalid */
  static open(path: string): SqliteDatabase {
    let database: DatabaseSync | undefined;
    try {
      if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600));
      database = new DatabaseSync(path);
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;');
      migrate(database, path);
      return new SqliteDatabase(database);
    } catch (cause) {
      database?.close();
      if (cause instanceof MusterError) throw cause;
      throw new MusterError('settings-invalid', `${path}: no database can be had there: ${messageOf(cause)}.`, {
        cause,
      });
    }
  }

  atomically<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => this.#transaction(work));
    this.#last = turn.catch(() => {});
    return turn;
  }

  async close(): Promise<void> {
    await this.#last;
    this.#statements.clear();
    if (this.#database.isOpen) this.#database.close();
  }

  async #transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = await work(this.#sql);
      this.#database.exec('COMMIT');
      return result;
    } catch (thrown) {
      // A full disk may have ended the transaction already.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw thrown;
    }
  }

  #prepared(text: string): StatementSync {
    const known = this.#statements.get(text) ?? this.#database.prepare(text);
    this.#statements.set(text, known);
    return known;
  }
}

/** Brings the file to this version's schema. @throws MusterError settings-invalid for one that a newer Muster made */
function migrate(database: DatabaseSync, path: string): void {
  const { user_version: found } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  if (found > migrations.length) {
    throw new MusterError(
      'settings-invalid',
      `${path}: its schema is version ${found}, this Muster knows up to ${migrations.length}: use the newer Muster, or another --data folder.`,
    );
  }
  for (const [index, migration] of migrations.entries()) {
    if (index < found) continue;
    database.exec(`BEGIN IMMEDIATE; ${migration} PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
}
