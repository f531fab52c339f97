import { copyFileSync, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqlStore } from '#reference-server/store/sql-store.ts';
import { SqliteDatabase } from '#reference-server/store/sqlite-database.ts';
import type { Store } from '#reference-server/store/store.ts';

/** What one life of a server has on its disk. */
interface Life {
  readonly path: string;
  readonly database: SqliteDatabase;
}

/** The disk of a server that may be killed: a database in a folder of its own. */
export class Disk {
  readonly #folder: string;
  #life: Life;
  #lives = 1;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#life = this.#open();
  }

  static async create(): Promise<Disk> {
    return new Disk(await mkdtemp(join(tmpdir(), 'muster-disk-')));
  }

  /** Of the present life. */
  store(): Store {
    return new SqlStore(this.#life.database);
  }

  /**
   * What a process leaves that is killed now: its files as they are at this moment, in which another life begins. Whatever
   * the former one still does goes to files that nobody reads. @returns what closes those
   */
  kill(): () => Promise<void> {
    const { path, database } = this.#life;
    this.#lives++;
    // The log of what is not in the file yet (SQLite, Write-Ahead Logging) is a part of it.
    for (const part of ['', '-wal']) {
      if (existsSync(`${path}${part}`)) copyFileSync(`${path}${part}`, `${this.#path()}${part}`);
    }
    this.#life = this.#open();
    return () => database.close();
  }

  async remove(): Promise<void> {
    await this.#life.database.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #path(): string {
    return join(this.#folder, `${this.#lives}.db`);
  }

  #open(): Life {
    const path = this.#path();
    return { path, database: SqliteDatabase.open(path) };
  }
}
