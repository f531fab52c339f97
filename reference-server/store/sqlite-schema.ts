import type { DatabaseSync } from 'node:sqlite';
import { MusterError } from '#protocol/errors.ts';

/** What made each version of the schema out of the one before. A migration that was released is never changed. */
const migrations: readonly string[] = [
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
];

/** Brings a database to this version's schema. @throws MusterError settings-invalid for one that a newer Muster made */
export function migrate(database: DatabaseSync, path: string): void {
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
