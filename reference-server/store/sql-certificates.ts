import type { CertificateFilter, IssuedCertificate } from './certificates.ts';
import type { Row, Sql, SqlValue } from './database.ts';

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
  const { device, authority, revoked, limit, after } = filter;
  const conditions: readonly (readonly [string, SqlValue | undefined])[] = [
    ['device = ?', device],
    ['authority = ?', authority],
    ['number < (SELECT number FROM certificates WHERE serial = ?)', after],
  ];
  const wanted = conditions.flatMap(([text, value]) => (value === undefined ? [] : [{ text, value }]));
  const where = [
    ...wanted.map(({ text }) => text),
    ...(revoked === undefined ? [] : [`revoked_at IS ${revoked ? 'NOT NULL' : 'NULL'}`]),
  ];
  const rows = await sql.all(
    `SELECT * FROM certificates${where.length > 0 ? ` WHERE ${where.join(' AND ')}` : ''} ORDER BY number DESC${limit === undefined ? '' : ' LIMIT ?'}`,
    ...wanted.map(({ value }) => value),
    ...(limit === undefined ? [] : [limit]),
  );
  return rows.map(certificateOf);
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
