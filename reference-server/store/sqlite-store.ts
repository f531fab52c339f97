import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { MusterError, messageOf } from '#protocol/errors.ts';
import type { Transaction, TransactionState } from '../enrollment/states.ts';
import { migrate } from './sqlite-schema.ts';
import { type ChallengeUse, type Change, challengesAtMost, type NonceClaim, type Store } from './store.ts';

type Row = Record<string, SQLOutputValue>;

/**
 * A store in one file. What a method resolved for is on the disk: it survives the end of the process, however that comes.
 * Node's SQLite is synchronous, so that a method runs to its end before another starts; other processes wait for its lock.
 */
export class SqliteStore implements Store {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Opens the file, or makes it, for its owner alone. @throws MusterError settings-invalid */
  static open(path: string): SqliteStore {
    let database: DatabaseSync | undefined;
    try {
      closeSync(openSync(path, 'a', 0o600));
      database = new DatabaseSync(path);
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;');
      migrate(database, path);
      return new SqliteStore(database);
    } catch (cause) {
      database?.close();
      if (cause instanceof MusterError) throw cause;
      throw new MusterError('settings-invalid', `${path}: no database can be had there: ${messageOf(cause)}.`, {
        cause,
      });
    }
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  async update<T>(
    device: string,
    change: (current: Transaction | undefined, isSpent: (digest: string) => boolean) => Change<T>,
  ): Promise<T> {
    return this.#atomically(() => {
      const row = this.#sql('SELECT * FROM transactions WHERE device = ?').get(device);
      const current = row && transactionOf(row);
      const { next, result } = change(current, (digest) => this.#isSpent(digest));
      if (next === current) return result;
      this.#sql('DELETE FROM transactions WHERE device = ?').run(device);
      if (next) this.#keep(next);
      return result;
    });
  }

  async find(id: string): Promise<Transaction | undefined> {
    const row = this.#sql('SELECT * FROM transactions WHERE id = ?').get(id);
    return row && transactionOf(row);
  }

  async list(state?: TransactionState): Promise<readonly Transaction[]> {
    const rows = state
      ? this.#sql('SELECT * FROM transactions WHERE state = ? ORDER BY requested_at').all(state)
      : this.#sql('SELECT * FROM transactions ORDER BY requested_at').all();
    return rows.map(transactionOf);
  }

  async claimNonce(nonce: string, { device, digest }: NonceClaim): Promise<NonceClaim> {
    return this.#atomically(() => {
      this.#sql('INSERT INTO nonces VALUES (?, ?, ?) ON CONFLICT DO NOTHING').run(nonce, device, digest);
      const row = this.#sql('SELECT device, digest FROM nonces WHERE nonce = ?').get(nonce);
      return { device: String(row?.device), digest: String(row?.digest) };
    });
  }

  async claimKey(keyFingerprint: string, device: string): Promise<string> {
    return this.#atomically(() => {
      this.#sql('INSERT INTO keys VALUES (?, ?) ON CONFLICT DO NOTHING').run(keyFingerprint, device);
      return String(this.#sql('SELECT device FROM keys WHERE fingerprint = ?').get(keyFingerprint)?.device);
    });
  }

  async giveChallenge(nonce: string, expiresAt: number, now: number): Promise<void> {
    this.#atomically(() => {
      const open = 'FROM challenges WHERE digest IS NULL';
      this.#sql(`DELETE ${open} AND expires_at < ?`).run(now);
      const surplus = Number(this.#sql(`SELECT count(*) AS open ${open}`).get()?.open) + 1 - challengesAtMost;
      if (surplus > 0) {
        this.#sql(`DELETE FROM challenges WHERE number IN (SELECT number ${open} ORDER BY number LIMIT ?)`).run(
          surplus,
        );
      }
      this.#sql('INSERT INTO challenges (nonce, expires_at) VALUES (?, ?)').run(nonce, expiresAt);
    });
  }

  async useChallenge(nonce: string, digest: string, now: number): Promise<ChallengeUse> {
    return this.#atomically(() => {
      const row = this.#sql('SELECT expires_at, digest FROM challenges WHERE nonce = ?').get(nonce);
      if (row === undefined) return 'unknown';
      if (row.digest !== null) return row.digest === digest ? 'accepted' : 'used';
      if (now > Number(row.expires_at)) return 'expired';
      this.#sql('UPDATE challenges SET digest = ? WHERE nonce = ?').run(digest, nonce);
      return 'accepted';
    });
  }

  async forgetOtherAuthorities(authority: string): Promise<number> {
    return this.#atomically(() => {
      const known = this.#sql("SELECT value FROM facts WHERE name = 'authority'").get()?.value;
      this.#sql("INSERT INTO facts VALUES ('authority', ?) ON CONFLICT DO UPDATE SET value = excluded.value").run(
        authority,
      );
      if (known === undefined || known === authority) return 0;
      return Number(this.#sql("DELETE FROM transactions WHERE state = 'issued'").run().changes);
    });
  }

  #isSpent(digest: string): boolean {
    return this.#sql('SELECT 1 FROM spent WHERE digest = ?').get(digest) !== undefined;
  }

  #keep(next: Transaction): void {
    const { device, id, state, nonce, digest, pkcs10, keyFingerprint, requestedAt, from } = next;
    this.#sql('INSERT INTO transactions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
      ...[device, id, state, nonce, digest, pkcs10, keyFingerprint, requestedAt, from],
      ...[next.certificate ?? null, next.notAfter ?? null, next.reason ?? null],
    );
    if (state === 'issued') this.#sql('INSERT INTO spent VALUES (?) ON CONFLICT DO NOTHING').run(digest);
  }

  #atomically<T>(work: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (thrown) {
      // A full disk may have ended the transaction already.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw thrown;
    }
  }

  #sql(text: string): StatementSync {
    const known = this.#statements.get(text) ?? this.#database.prepare(text);
    this.#statements.set(text, known);
    return known;
  }
}

function transactionOf(row: Row): Transaction {
  const { certificate, not_after: notAfter, reason } = row;
  return {
    id: String(row.id),
    device: String(row.device),
    state: row.state as TransactionState,
    nonce: String(row.nonce),
    digest: String(row.digest),
    pkcs10: row.pkcs10 as Uint8Array,
    keyFingerprint: String(row.key_fingerprint),
    requestedAt: Number(row.requested_at),
    from: String(row.from),
    ...(certificate === null || certificate === undefined ? {} : { certificate: certificate as Uint8Array }),
    ...(notAfter === null || notAfter === undefined ? {} : { notAfter: Number(notAfter) }),
    ...(typeof reason === 'string' ? { reason } : {}),
  };
}
