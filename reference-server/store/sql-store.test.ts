import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { systemClock } from '#protocol/clock.ts';
import { createSampleServer, enrollmentOf, fleet } from '../sample-server.ts';
import { migrations } from './migrations.ts';
import { SqlStore } from './sql-store.ts';
import { SqliteDatabase } from './sqlite-database.ts';
import { testStoreContract } from './store-contract.ts';

const opened: SqliteDatabase[] = [];
after(() => Promise.all(opened.map((database) => database.close())));

testStoreContract('SQLite', async () => {
  const database = SqliteDatabase.open(':memory:');
  opened.push(database);
  return new SqlStore(database);
});

test('a file of the first version is brought to this one: what it issued is on record, and may be handed over and revoked', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-earlier-'));
  after(() => rmSync(folder, { recursive: true }));
  // The transactions of a server, in a file as the first version of the schema had it.
  const today = SqliteDatabase.open(':memory:');
  opened.push(today);
  const { server } = await createSampleServer({}, { store: new SqlStore(today) });
  const message = await enrollmentOf(fleet.gateway);
  const answer = await server.engine.answer(message, '192.0.2.1:5');
  assert.equal(answer.kind, 'issued');
  const path = join(folder, 'muster.db');
  const earlier = new DatabaseSync(path);
  earlier.exec(`${migrations[0]} PRAGMA user_version = 1;`);
  for (const table of ['transactions', 'spent', 'nonces', 'keys', 'facts']) {
    for (const row of await today.atomically((sql) => sql.all(`SELECT * FROM ${table}`))) {
      const values = Object.values(row) as (string | number | null | Uint8Array)[];
      earlier.prepare(`INSERT INTO ${table} VALUES (${values.map(() => '?').join()})`).run(...values);
    }
  }
  earlier.close();

  const database = SqliteDatabase.open(path);
  opened.push(database);
  const store = new SqlStore(database);
  const parts = { store, authority: server.authority, clock: systemClock };
  const { server: next } = await createSampleServer({}, parts);
  const retrieve = { ...message, operation: 'retrieve' } as const;
  assert.deepEqual(await next.engine.answer(retrieve, '192.0.2.1:5'), answer);
  const before = await new SqlStore(today).listCertificates();
  const [registered, ...more] = await store.listCertificates();
  assert.deepEqual(more, []);
  assert.deepEqual({ ...registered, issuedAt: 0 }, { ...before[0], issuedAt: 0 });
  assert.equal((await store.revokeCertificate(registered?.serial ?? '', 'lost', 5))?.revokedAt, 5);
  await createSampleServer({}, parts);
  assert.equal((await store.listCertificates()).length, 1, 'it comes on record once');
});
