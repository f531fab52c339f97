import type { CertificateFilter, IssuedCertificate } from './certificates.ts';
import type { Row, Sql } from './database.ts';
import { countRows, selectRows } from './sql-select.ts';

const columns = 'serial, device, der, key_fingerprint, authority, not_before, not_after, issued_at';

/** Returns false, and keeps nothing, when the serial number is in use. */
export async function insertCertificate(sql: Sql, certificate: IssuedCertificate): Promise<boolean> {
  const { serial, device, der, keyFingerprint, authority, notBefore, notAfter, issuedAt } = certificate;
  const inserted = await sql.run(
    `INSERT INTO certificates (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    ...[serial, device, der, keyFingerprint, authority, notBefore, notAfter, issuedAt],
  );
  return inserted === 1;
}

export async function findCertificate(sql: Sql, serial: string): Promise<IssuedCertificate | undefined> {
  const row = await sql.get('SELECT * FROM certificates WHERE serial = ?', serial);
  return row && certificateOf(row);
}

export async function listCertificates(sql: Sql, filter: CertificateFilter): Promise<readonly IssuedCertificate[]> {
  const conditions = conditionsOf(filter);
  const rows = await selectRows(sql, 'certificates', conditions, 'number DESC', filter.limit);
  return rows.map(certificateOf);
}

function conditionsOf({ device, authority, revoked, endsFrom, endsBefore, after }: CertificateFilter) {
  return [
    ['device = ?', device],
    ['authority = ?', authority],
    ['number < (SELECT number FROM certificates WHERE serial = ?)', after],
    // In these words, so that the index of those that were revoked serves.
    ['revoked_at IS NOT NULL AND ? = 1', revoked === true ? 1 : undefined],
    ['revoked_at IS NULL AND ? = 0', revoked === false ? 0 : undefined],
    ['not_after >= ?', endsFrom],
    ['not_after < ?', endsBefore],
  ] as const;
}

export async function countCertificates(sql: Sql, { after: _, ...filter }: CertificateFilter): Promise<number> {
  return countRows(sql, 'certificates', conditionsOf(filter));
}

export async function lapsedDevices(sql: Sql, authority: string, now: number): Promise<readonly string[]> {
  const rows = await sql.all(
    `SELECT device FROM certificates GROUP BY device
     HAVING max(CASE WHEN authority = ? AND revoked_at IS NULL AND not_after >= ? THEN 1 ELSE 0 END) = 0 ORDER BY device`,
    ...[authority, now],
  );
  return rows.map(({ device }) => String(device));
}

export async function revokeCertificate(
  sql: Sql,
  serial: string,
  reason: string,
  at: number,
): Promise<IssuedCertificate | undefined> {
  await sql.run(
    'UPDATE certificates SET revoked_at = ?, revocation_reason = ? WHERE serial = ? AND revoked_at IS NULL',
    ...[at, reason, serial],
  );
  return findCertificate(sql, serial);
}

function certificateOf(row: Row): IssuedCertificate {
  const { revoked_at: revokedAt, revocation_reason: reason } = row;
  return {
    serial: String(row.serial),
    device: String(row.device),
    der: row.der as Uint8Array,
    keyFingerprint: String(row.key_fingerprint),
    authority: String(row.authority),
    notBefore: Number(row.not_before),
    notAfter: Number(row.not_after),
    issuedAt: Number(row.issued_at),
    ...(revokedAt === null ? {} : { revokedAt: Number(revokedAt), revocationReason: String(reason) }),
  };
}
