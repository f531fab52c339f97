import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Database, Sql } from './database.ts';

/** What every database must do, whoever made it. `open` gives a new one, with the schema and nothing in it. */
export function testDatabaseContract(name: string, open: () => Promise<Database>): void {
  const keys = (database: Database) =>
    database.atomically(async (sql) =>
      (await sql.all('SELECT fingerprint FROM keys ORDER BY fingerprint')).map((row) => row.fingerprint),
    );

  describe(`${name}: transactions`, () => {
    test('keep all that they did, and say how many rows each statement changed', async () => {
      const database = await open();
      const changed = await database.atomically(async (sql) => [
        await sql.run('INSERT INTO keys VALUES (?, ?), (?, ?)', 'AA', 'gw1', 'BB', 'gw2'),
        await sql.run('UPDATE keys SET device = ? WHERE fingerprint = ?', 'gw3', 'none'),
        await sql.run('INSERT INTO keys VALUES (?, ?) ON CONFLICT DO NOTHING', 'AA', 'gw9'),
      ]);
      assert.deepEqual(changed, [2, 0, 0]);
      const row = await database.atomically((sql) => sql.get('SELECT device FROM keys WHERE fingerprint = ?', 'AA'));
      assert.equal(row?.device, 'gw1');
      assert.equal(await database.atomically((sql) => sql.get('SELECT 1 FROM keys WHERE device = ?', 'no')), undefined);
    });

    test('that throw leave nothing behind, and the next one runs', async () => {
      const database = await open();
      const failing = database.atomically(async (sql) => {
        await sql.run('INSERT INTO keys VALUES (?, ?)', 'AA', 'gw1');
        throw new Error('no');
      });
      await assert.rejects(failing, /^Error: no$/);
      const wrong = database.atomically(async (sql) => {
        await sql.run('INSERT INTO keys VALUES (?, ?)', 'AA', 'gw1');
        await sql.run('INSERT INTO keys VALUES (?, ?)', 'AA', 'gw2');
      });
      await assert.rejects(wrong);
      assert.deepEqual(await keys(database), []);
      await database.atomically((sql) => sql.run('INSERT INTO keys VALUES (?, ?)', 'AA', 'gw1'));
      assert.deepEqual(await keys(database), ['AA']);
    });

    test('in which a statement failed have failed, even when the work went on', async () => {
      const database = await open();
      const insert = (sql: Sql) => sql.run('INSERT INTO keys VALUES (?, ?)', 'AA', 'gw1');
      const careless = database.atomically(async (sql) => {
        await insert(sql);
        await insert(sql).catch(() => {});
      });
      await assert.rejects(careless, /A statement failed, and the work went on/);
      assert.deepEqual(await keys(database), []);
    });

    test('begun at once do not mix, and one that fails takes no other with it', async () => {
      const database = await open();
      const settled = await Promise.allSettled(
        Array.from({ length: 20 }, (_, i) =>
          database.atomically(async (sql) => {
            await sql.run('INSERT INTO keys VALUES (?, ?)', String(100 + i), 'first');
            if (i % 2 === 1) throw new Error('odd');
            await sql.run('INSERT INTO keys VALUES (?, ?)', String(200 + i), 'second');
          }),
        ),
      );
      assert.equal(settled.filter(({ status }) => status === 'rejected').length, 10);
      const even = Array.from({ length: 10 }, (_, i) => 2 * i);
      assert.deepEqual(await keys(database), [...even.map((i) => `${100 + i}`), ...even.map((i) => `${200 + i}`)]);
    });
  });

  describe(`${name}: values`, () => {
    test('text, times and bytes come back as they were; nothing is null', async () => {
      const database = await open();
      const text = `it's "5 ? 3" $1 \\x00 é€😀`;
      const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      const at = Date.UTC(2999, 11, 31);
      await database.atomically(async (sql) => {
        await sql.run(
          `INSERT INTO transactions (device, id, state, nonce, digest, pkcs10, key_fingerprint, requested_at, "from")
           VALUES (?, '?', 'pending', '', '', ?, '', ?, '')`,
          ...[text, bytes, at],
        );
      });
      const row = await database.atomically((sql) => sql.get('SELECT * FROM transactions WHERE device = ?', text));
      assert.ok(row);
      const { device, id, pkcs10, requested_at: requestedAt, certificate, not_after: notAfter } = row;
      assert.deepEqual({ device, id, requestedAt }, { device: text, id: '?', requestedAt: at });
      assert.deepEqual(pkcs10, bytes);
      assert.deepEqual([certificate, notAfter], [null, null]);
      const count = await database.atomically((sql) => sql.get('SELECT count(*) AS all_of_them FROM transactions'));
      assert.equal(count?.all_of_them, 1);
    });

    test('text is compared byte by byte, whatever the language of the machine', async () => {
      const database = await open();
      const names = ['Zebra', 'a-b', 'a.b', 'aB', 'ab', 'zebra', 'Éclair'];
      await database.atomically(async (sql) => {
        for (const name of names.toReversed()) await sql.run('INSERT INTO keys VALUES (?, ?)', name, '');
      });
      assert.deepEqual(await keys(database), names);
    });
  });
}
