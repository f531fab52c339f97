import type { DatabaseSync } from 'node:sqlite';
import { MusterError } from '#protocol/errors.ts';
import { migrations } from './migrations.ts';

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
