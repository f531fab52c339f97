import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { MusterError } from '#protocol/errors.ts';
import { testDatabaseContract } from './database-contract.ts';
import { SqliteDatabase } from './sqlite-database.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-sqlite-'));
const opened: SqliteDatabase[] = [];
after(async () => {
  await Promise.all(opened.map((database) => database.close()));
  rmSync(folder, { recursive: true, force: true });
});

let count = 0;
const newPath = (): string => join(folder, `${++count}.db`);
function open(path: string): SqliteDatabase {
  const database = SqliteDatabase.open(path);
  opened.push(database);
  return database;
}

testDatabaseContract('SQLite in a file', async () => open(newPath()));
testDatabaseContract('SQLite in memory', async () => open(':memory:'));

const refused = (pattern: RegExp) => (thrown: unknown) =>
  thrown instanceof MusterError && thrown.code === 'settings-invalid' && pattern.test(thrown.message);

test('the file is for its owner alone', () => {
  const path = newPath();
  open(path);
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('what is no database, a folder that is not there, and the schema of a newer Muster are told; nothing is changed', async () => {
  const text = newPath();
  writeFileSync(text, 'this is a letter, and no database at all\n'.repeat(100));
  assert.throws(() => open(text), refused(/no database can be had there: file is not a database/));
  assert.throws(() => open(join(folder, 'nowhere', 'x.db')), refused(/no database can be had there/));
  const newer = newPath();
  await open(newer).close();
  const database = new DatabaseSync(newer);
  database.exec('PRAGMA user_version = 99');
  database.close();
  assert.throws(() => open(newer), refused(/schema is version 99, this Muster knows up to \d+/));
});
