/**
 * What made each version of the schema out of the one before: a migration that was released is never changed. The words are
 * SQLite's, and PostgreSQL gets its own for them. Types are TEXT, INTEGER (times: milliseconds since 1970) and BLOB.
 */
export const migrations: readonly string[] = [
  `CREATE TABLE transactions (
     device TEXT PRIMARY KEY,
     id TEXT NOT NULL UNIQUE,
     state TEXT NOT NULL CHECK (state IN ('pending', 'issued', 'rejected')),
     nonce TEXT NOT NULL,
     digest TEXT NOT NULL,
     pkcs10 BLOB NOT NULL,
     key_fingerprint TEXT NOT NULL,
     requested_at INTEGER NOT NULL,
     "from" TEXT NOT NULL,
     certificate BLOB,
     not_after INTEGER,
     reason TEXT
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX transactions_by_state ON transactions (state);
   CREATE TABLE spent (digest TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
   CREATE TABLE nonces (nonce TEXT PRIMARY KEY, device TEXT NOT NULL, digest TEXT NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE keys (fingerprint TEXT PRIMARY KEY, device TEXT NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE challenges (
     number INTEGER PRIMARY KEY,
     nonce TEXT NOT NULL UNIQUE,
     expires_at INTEGER NOT NULL,
     digest TEXT
   ) STRICT;
   CREATE INDEX open_challenges ON challenges (number) WHERE digest IS NULL;
   CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;`,

  `CREATE TABLE certificates (
     number INTEGER PRIMARY KEY,
     serial TEXT NOT NULL UNIQUE,
     device TEXT NOT NULL,
     der BLOB NOT NULL,
     key_fingerprint TEXT NOT NULL,
     authority TEXT NOT NULL,
     not_before INTEGER NOT NULL,
     not_after INTEGER NOT NULL,
     issued_at INTEGER NOT NULL,
     revoked_at INTEGER,
     revocation_reason TEXT
   ) STRICT;
   CREATE INDEX certificates_by_device ON certificates (device, number);
   CREATE INDEX revoked_certificates ON certificates (number) WHERE revoked_at IS NOT NULL;`,

  `CREATE TABLE authorizations (
     number INTEGER PRIMARY KEY,
     transaction_id TEXT NOT NULL UNIQUE,
     at INTEGER NOT NULL,
     device TEXT NOT NULL,
     called_number TEXT NOT NULL,
     rest TEXT NOT NULL
   ) STRICT;
   CREATE INDEX authorizations_by_device ON authorizations (device, number);
   CREATE TABLE usage_records (
     number INTEGER PRIMARY KEY,
     digest TEXT NOT NULL UNIQUE,
     at INTEGER NOT NULL,
     device TEXT NOT NULL,
     transaction_id TEXT NOT NULL,
     rest TEXT NOT NULL
   ) STRICT;
   CREATE INDEX usage_records_by_device ON usage_records (device, number);`,
];
