import { parseCertificate } from '#protocol/pki/certificate.ts';
import type { Transaction, TransactionState } from '../enrollment/states.ts';
import type { CertificateFilter, IssuedCertificate } from './certificates.ts';
import type { Database, Sql } from './database.ts';
import {
  countCertificates,
  findCertificate,
  insertCertificate,
  lapsedDevices,
  listCertificates,
  revokeCertificate,
} from './sql-certificates.ts';
import { lock, sqlRecords, transactionOf } from './sql-records.ts';
import { challengesAtMost, type Records, type Store } from './store.ts';

/** One challenge in so many looks at so many of the oldest, which may be forgotten: all live equally long. */
const sweepEvery = 64;
const sweptAtMost = 256;

/** A store in a database, whose owner closes it. */
export class SqlStore implements Store {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  atomically<T>(change: (records: Records) => Promise<T>): Promise<T> {
    const { dialect } = this.#database;
    return this.#database.atomically((sql) => change(sqlRecords(sql, dialect)));
  }

  find(id: string): Promise<Transaction | undefined> {
    return this.#database.atomically(async (sql) => {
      const row = await sql.get('SELECT * FROM transactions WHERE id = ?', id);
      return row && transactionOf(row);
    });
  }

  list(state?: TransactionState): Promise<readonly Transaction[]> {
    return this.#database.atomically(async (sql) => {
      const rows = state
        ? await sql.all('SELECT * FROM transactions WHERE state = ? ORDER BY requested_at, device', state)
        : await sql.all('SELECT * FROM transactions ORDER BY requested_at, device');
      return rows.map(transactionOf);
    });
  }

  count(): Promise<Readonly<Partial<Record<TransactionState, number>>>> {
    return this.#database.atomically(async (sql) => {
      const rows = await sql.all('SELECT state, count(*) AS transactions FROM transactions GROUP BY state');
      return Object.fromEntries(rows.map(({ state, transactions }) => [String(state), Number(transactions)]));
    });
  }

  giveChallenge(nonce: string, expiresAt: number, now: number): Promise<void> {
    return this.#database.atomically(async (sql) => {
      const given = await sql.get(
        'INSERT INTO challenges (nonce, expires_at) VALUES (?, ?) RETURNING number',
        ...[nonce, expiresAt],
      );
      const number = Number(given?.number);
      if (number % sweepEvery !== 0) return;
      await sql.run(
        `DELETE FROM challenges
         WHERE number IN (SELECT number FROM challenges WHERE digest IS NULL ORDER BY number LIMIT ?)
         AND digest IS NULL AND (expires_at < ? OR number <= ?)`,
        ...[sweptAtMost, now, number - challengesAtMost],
      );
    });
  }

  forgetOtherAuthorities(authority: string): Promise<number> {
    const { dialect } = this.#database;
    return this.#database.atomically(async (sql) => {
      await lock(sql, dialect, 'authority');
      const known = (await sql.get("SELECT value FROM facts WHERE name = 'authority'"))?.value;
      if (known === authority) {
        await registerEarlier(sql, authority);
        return 0;
      }
      await sql.run(
        "INSERT INTO facts VALUES ('authority', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        authority,
      );
      return known === undefined ? 0 : sql.run("DELETE FROM transactions WHERE state = 'issued'");
    });
  }

  findCertificate(serial: string): Promise<IssuedCertificate | undefined> {
    return this.#database.atomically((sql) => findCertificate(sql, serial));
  }

  listCertificates(filter: CertificateFilter = {}): Promise<readonly IssuedCertificate[]> {
    return this.#database.atomically((sql) => listCertificates(sql, filter));
  }

  countCertificates(filter: CertificateFilter = {}): Promise<number> {
    return this.#database.atomically((sql) => countCertificates(sql, filter));
  }

  lapsedDevices(authority: string, now: number): Promise<readonly string[]> {
    return this.#database.atomically((sql) => lapsedDevices(sql, authority, now));
  }

  revokeCertificate(serial: string, reason: string, at: number): Promise<IssuedCertificate | undefined> {
    return this.#database.atomically((sql) => revokeCertificate(sql, serial, reason, at));
  }
}

/** What was issued before there was a record of certificates comes on record: the transaction has it. */
async function registerEarlier(sql: Sql, authority: string): Promise<void> {
  const rows = await sql.all(
    `SELECT * FROM transactions WHERE state = 'issued'
     AND NOT EXISTS (SELECT 1 FROM certificates WHERE certificates.device = transactions.device)`,
  );
  for (const { device, keyFingerprint, requestedAt, certificate } of rows.map(transactionOf)) {
    if (!certificate) continue;
    const { serialNumber: serial, notBefore, notAfter, der } = parseCertificate(certificate);
    const period = { notBefore: notBefore.getTime(), notAfter: notAfter.getTime(), issuedAt: requestedAt };
    await insertCertificate(sql, { serial, device, der, keyFingerprint, authority, ...period });
  }
}
