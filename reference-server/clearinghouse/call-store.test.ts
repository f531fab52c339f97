import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SqliteDatabase } from '../store/sqlite-database.ts';
import { CallStore } from './call-store.ts';
import { testCallStoreContract } from './call-store-contract.ts';

testCallStoreContract('SQLite in memory', async () => SqliteDatabase.open(':memory:'));

test('a store that is not asked opens no database', async () => {
  let opened = 0;
  const store = new CallStore(() => {
    opened++;
    return SqliteDatabase.open(':memory:');
  });
  assert.equal(opened, 0);
  await store.listUsage();
  await store.listAuthorizations();
  assert.equal(opened, 1);
});
