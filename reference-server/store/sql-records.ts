import type { Transaction, TransactionState } from '../enrollment/states.ts';
import { type IssuedCertificate, otherAuthority, serialInUse } from './certificates.ts';
import type { Database, Row, Sql } from './database.ts';
import { insertCertificate } from './sql-certificates.ts';
import type { Records } from './store.ts';

/** What one change reads and writes, in one transaction of a database. */
export function sqlRecords(sql: Sql, dialect: Database['dialect']): Records {
  return {
    transactionOf: async (device) => {
      await lock(sql, dialect, `device ${device}`);
      const row = await sql.get('SELECT * FROM transactions WHERE device = ?', device);
      return row && transactionOf(row);
    },
    isSpent: async (digest) => (await sql.get('SELECT 1 FROM spent WHERE digest = ?', digest)) !== undefined,
    keep: async (device, next, certificate) => {
      if (certificate) await expectInForce(sql, dialect, certificate.authority);
      await keep(sql, device, next, certificate);
    },
    claimNonce: async (nonce, claim) => {
      const { device, digest } = claim;
      if (await sql.run('INSERT INTO nonces VALUES (?, ?, ?) ON CONFLICT DO NOTHING', nonce, device, digest))
        return claim;
      const row = await sql.get('SELECT device, digest FROM nonces WHERE nonce = ?', nonce);
      return { device: String(row?.device), digest: String(row?.digest) };
    },
    claimKey: async (keyFingerprint, device) => {
      const text = 'INSERT INTO keys VALUES (?, ?) ON CONFLICT DO NOTHING';
      if (await sql.run(text, keyFingerprint, device)) return device;
      return String((await sql.get('SELECT device FROM keys WHERE fingerprint = ?', keyFingerprint))?.device);
    },
    useChallenge: async (nonce, digest, now) => {
      // Of two at once the second waits here for the first, and finds its digest below.
      const used = await sql.run(
        'UPDATE challenges SET digest = ? WHERE nonce = ? AND digest IS NULL AND expires_at >= ?',
        ...[digest, nonce, now],
      );
      if (used === 1) return 'accepted';
      const row = await sql.get('SELECT digest FROM challenges WHERE nonce = ?', nonce);
      if (row === undefined) return 'unknown';
      if (row.digest === null) return 'expired';
      return row.digest === digest ? 'accepted' : 'used';
    },
  };
}

/** Until the transaction ends, no other gets past the same name. In SQLite none runs meanwhile anyway. */
export async function lock(sql: Sql, dialect: Database['dialect'], name: string): Promise<void> {
  if (dialect === 'postgres') await sql.get('SELECT pg_advisory_xact_lock(hashtextextended(?, 0))', name);
}

/** In PostgreSQL it also stays in force until the transaction ends. */
async function expectInForce(sql: Sql, dialect: Database['dialect'], authority: string): Promise<void> {
  const text = "SELECT value FROM facts WHERE name = 'authority'";
  const row = await sql.get(dialect === 'postgres' ? `${text} FOR SHARE` : text);
  if (row !== undefined && row.value !== authority) throw otherAuthority();
}

const columns =
  'device, id, state, nonce, digest, pkcs10, key_fingerprint, requested_at, "from", certificate, not_after';
const renewed = [...columns.split(', '), 'reason'].map((column) => `${column} = excluded.${column}`).join(', ');

async function keep(
  sql: Sql,
  device: string,
  next: Transaction | undefined,
  certificate: IssuedCertificate | undefined,
): Promise<void> {
  if (!next) {
    await sql.run('DELETE FROM transactions WHERE device = ?', device);
    return;
  }
  const { id, state, nonce, digest, pkcs10, keyFingerprint, requestedAt, from } = next;
  await sql.run(
    `INSERT INTO transactions (${columns}, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (device) DO UPDATE SET ${renewed}`,
    ...[device, id, state, nonce, digest, pkcs10, keyFingerprint, requestedAt, from],
    ...[next.certificate ?? null, next.notAfter ?? null, next.reason ?? null],
  );
  if (state === 'issued') await sql.run('INSERT INTO spent VALUES (?) ON CONFLICT DO NOTHING', digest);
  if (certificate && !(await insertCertificate(sql, certificate))) throw serialInUse(certificate.serial);
}

export function transactionOf(row: Row): Transaction {
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
    ...(certificate === null ? {} : { certificate: certificate as Uint8Array }),
    ...(notAfter === null ? {} : { notAfter: Number(notAfter) }),
    ...(reason === null ? {} : { reason: String(reason) }),
  };
}
