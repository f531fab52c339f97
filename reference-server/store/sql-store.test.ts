import { after } from 'node:test';
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
