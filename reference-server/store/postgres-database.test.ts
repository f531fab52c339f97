import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { after, test } from 'node:test';
import { inspect } from 'node:util';
import { MusterError } from '#protocol/errors.ts';
import { testCallStoreContract } from '../clearinghouse/call-store-contract.ts';
import { testPeopleContract } from '../console/people-contract.ts';
import type { Database, Sql } from './database.ts';
import { testDatabaseContract } from './database-contract.ts';
import { migrations } from './migrations.ts';
import { PostgresDatabase } from './postgres-database.ts';
import { SqlStore } from './sql-store.ts';
import { testStoreContract } from './store-contract.ts';
import { ThrowAwayPostgres } from './throw-away-postgres.ts';

const cluster = await ThrowAwayPostgres.start();
const opened: PostgresDatabase[] = [];
after(async () => {
  await Promise.all(opened.map((database) => database.close()));
  await cluster.remove();
});

async function open(url: string): Promise<PostgresDatabase> {
  const database = await PostgresDatabase.open(url);
  opened.push(database);
  return database;
}

const url = await cluster.newUrl();
const [one, other] = await Promise.all([open(url), open(url)]);
let turn = 0;
/** What two server processes do at once: each transaction is on the connections of the other one. */
const both: Database = {
  dialect: 'postgres',
  atomically: (work) => (turn++ % 2 === 0 ? one : other).atomically(work),
  close: async () => {},
};

testDatabaseContract('PostgreSQL', async () => {
  await cluster.empty(url);
  return both;
});
testPeopleContract('PostgreSQL', async () => {
  await cluster.empty(url);
  return both;
});

testStoreContract('PostgreSQL', async () => {
  await cluster.empty(url);
  return new SqlStore(both);
});
testCallStoreContract('PostgreSQL', async () => {
  await cluster.empty(url);
  return both;
});

const fails = (code: MusterError['code'], pattern: RegExp) => (thrown: unknown) =>
  thrown instanceof MusterError && thrown.code === code && pattern.test(thrown.message);
const insert = (key: string) => (sql: Sql) => sql.run('INSERT INTO keys VALUES (?, ?)', key, 'gw1');
const count = async (database: Database) =>
  (await database.atomically((sql) => sql.get('SELECT count(*) AS keys FROM keys')))?.keys;

test('several processes that start at once make one schema', async () => {
  const fresh = await cluster.newUrl();
  const started = await Promise.all(Array.from({ length: 6 }, () => open(fresh)));
  await Promise.all(started.map((database, i) => database.atomically(insert(String(i)))));
  assert.equal(await count(await open(fresh)), 6);
  assert.deepEqual(await cluster.query('SELECT version FROM schema_version', fresh), [
    { version: String(migrations.length) },
  ]);
});

test('the schema of a newer Muster is told, and nothing is changed', async () => {
  const newer = await cluster.newUrl();
  await (await PostgresDatabase.open(newer)).close();
  await cluster.query('UPDATE schema_version SET version = 99', newer);
  await assert.rejects(open(newer), fails('settings-invalid', /schema is version 99, this Muster knows up to \d+/));
  assert.deepEqual(await cluster.query('SELECT version FROM schema_version', newer), [{ version: '99' }]);
});

test('a database that cannot hold every text is told', async () => {
  await cluster.query("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
  const latin = cluster.url().replace('/postgres?', '/latin?');
  await assert.rejects(open(latin), fails('settings-invalid', /UTF8 is expected, seen LATIN1: createdb -E UTF8/));
});

test('what is wrong with a URL is told, and the password in it never', async () => {
  await cluster.query("CREATE ROLE guarded LOGIN PASSWORD 'right'");
  const nobodyThere = createServer().listen(0, '127.0.0.1');
  await once(nobodyThere, 'listening');
  const { port } = nobodyThere.address() as AddressInfo;
  nobodyThere.close();
  for (const [database, code, pattern] of [
    ['mysql://u:canary@localhost/x', 'settings-invalid', /postgres:\/\/USER@HOST:PORT\/NAME is expected/],
    ['canary', 'settings-invalid', /is expected/],
    ['postgres://u:12/canary@localhost/x', 'settings-invalid', /percent-encoded/],
    ['postgres://u:12?canary@localhost/x', 'settings-invalid', /percent-encoded/],
    ['postgres://u:12#canary@localhost/x', 'settings-invalid', /percent-encoded/],
    ['postgres://u:canary@a@localhost/x', 'settings-invalid', /percent-encoded/],
    ['postgres://u:canary@localhost:port/x', 'settings-invalid', /is expected/],
    [`postgres://u:canary@127.0.0.1:${port}/x`, 'database-unavailable', /at 127.0.0.1:\d+, database x: .*ECONNREFUSED/],
    ['postgres://u:canary@/x?host=/nowhere', 'database-unavailable', /at \/nowhere:5432, database x: .*ENOENT/],
    [cluster.url('guarded:canary'), 'settings-invalid', /password authentication failed for user "guarded"/],
    [cluster.url().replace('/postgres?', '/none?'), 'settings-invalid', /database "none" does not exist: createdb/],
  ] as const) {
    await assert.rejects(open(database), (thrown) => {
      assert.ok(fails(code, pattern)(thrown), `${database}: ${inspect(thrown)}`);
      assert.ok(!inspect(thrown, { depth: 9, showHidden: true }).includes('canary'), inspect(thrown));
      return true;
    });
  }
  await cluster.query('GRANT CREATE ON SCHEMA public TO guarded');
  await open(cluster.url('guarded:right'));
});

test('a connection that is lost fails what was on it, which leaves nothing; the next one works', async () => {
  await cluster.empty(url);
  const lost = one.atomically(async (sql) => {
    await insert('AA')(sql);
    const backend = await sql.get('SELECT pg_backend_pid() AS id');
    await cluster.query(`SELECT pg_terminate_backend(${backend?.id})`);
    await insert('BB')(sql);
  });
  await assert.rejects(lost, fails('database-unavailable', /^PostgreSQL at .*; nothing was stored\.$/));
  assert.equal(await count(one), 0);
});

test('while PostgreSQL is away nothing is stored, and that is told; when it is back, all goes on', async () => {
  await cluster.empty(url);
  await Promise.all(Array.from({ length: 20 }, (_, i) => one.atomically(insert(String(i)))));
  const during = one.atomically(async (sql) => {
    await insert('during')(sql);
    await cluster.stopServer();
    await insert('too late')(sql);
  });
  await assert.rejects(during, fails('database-unavailable', /nothing was stored/));
  await assert.rejects(one.atomically(insert('away')), fails('database-unavailable', /nothing was stored/));
  await cluster.startServer();
  const unknown = one.atomically(async (sql) => {
    await insert('unknown')(sql);
    await cluster.stopServer();
  });
  await assert.rejects(unknown, fails('database-unavailable', /whether it was stored is not known/));
  await cluster.startServer();
  await one.atomically(insert('back'));
  assert.equal(await count(one), 21);
});

test('transactions that would wait for one another for ever both come to their end', async () => {
  await cluster.empty(url);
  await one.atomically(async (sql) => {
    await insert('AA')(sql);
    await insert('BB')(sql);
  });
  let firsts = 0;
  let bothHold: (() => void) | undefined;
  const held = new Promise<void>((resolve) => {
    bothHold = resolve;
  });
  const renaming = (first: string, second: string) => async (sql: Sql) => {
    const rename = (key: string) => sql.run('UPDATE keys SET device = device || ? WHERE fingerprint = ?', '+', key);
    await rename(first);
    firsts += 1;
    if (firsts === 2) bothHold?.();
    await held;
    await rename(second);
  };
  await Promise.all([one.atomically(renaming('AA', 'BB')), other.atomically(renaming('BB', 'AA'))]);
  const rows = await one.atomically((sql) => sql.all('SELECT device FROM keys'));
  assert.deepEqual(rows, [{ device: 'gw1++' }, { device: 'gw1++' }]);
  assert.ok(firsts > 2, 'one of them ran again');
});
