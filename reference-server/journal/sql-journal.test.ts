import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { ManualClock } from '#protocol/clock.ts';
import type { AuditEvent } from '../audit.ts';
import type { Database } from '../store/database.ts';
import { PostgresDatabase } from '../store/postgres-database.ts';
import { SqliteDatabase } from '../store/sqlite-database.ts';
import { ThrowAwayPostgres } from '../store/throw-away-postgres.ts';
import { beginning, type JournalEntry } from './journal.ts';
import { SqlJournal } from './sql-journal.ts';

const cluster = await ThrowAwayPostgres.start();
const url = await cluster.newUrl();
const [postgres, otherServer] = [await PostgresDatabase.open(url), await PostgresDatabase.open(url)];
after(async () => {
  await Promise.all([postgres.close(), otherServer.close()]);
  await cluster.remove();
});

const start = Date.UTC(2026, 10, 23);
const named = (entries: readonly JournalEntry[]) => entries.map(({ event }) => event.event);

/** `open`: the database, and the same as another server sees it. */
function testJournal(name: string, open: () => Promise<readonly [Database, Database]>): void {
  describe(name, () => {
    test('what was appended is listed with its number, time and person, the newest first, and holds', async () => {
      const [database] = await open();
      const clock = new ManualClock(new Date(start));
      const journal = new SqlJournal({ database, clock });
      assert.deepEqual(await journal.verify(), { entries: 0, head: beginning });
      const hostile: AuditEvent = { event: 'refused', status: 4, detail: 'a\0b\n\ud800"—', device: 'gw\0\ud800' };
      journal.append({ event: 'started', detail: 'https://localhost/tep' });
      clock.advance(1);
      journal.append(hostile);
      journal.append({ event: 'approved', device: 'gw1' }, 'ann');
      await journal.flush();
      const entries = await journal.list();
      const told = entries.map(({ number, at, event, by }) => ({ number, at, event, by }));
      assert.deepEqual(told, [
        { number: 3, at: start + 1000, event: { event: 'approved', device: 'gw1' }, by: 'ann' },
        { number: 2, at: start + 1000, event: hostile, by: undefined },
        { number: 1, at: start, event: { event: 'started', detail: 'https://localhost/tep' }, by: undefined },
      ]);
      assert.deepEqual(
        entries.map(({ previous }) => previous),
        [entries[1]?.hash, entries[2]?.hash, beginning],
      );
      assert.deepEqual(await journal.verify(), { entries: 3, head: entries[0]?.hash });
      // Another process goes on where this one ended.
      const next = new SqlJournal({ database, clock });
      next.append({ event: 'stopped' });
      await next.flush();
      assert.equal((await next.list({ limit: 1 }))[0]?.previous, entries[0]?.hash);
    });

    test('a list may be of a device, an event, a time, and go on from page to page', async () => {
      const [database] = await open();
      const clock = new ManualClock(new Date(0));
      const journal = new SqlJournal({ database, clock });
      for (let i = 0; i < 6; i++) {
        journal.append({ event: i % 2 === 0 ? 'pending' : 'issued', device: i < 3 ? 'gw1' : 'gw2' });
        clock.advance(1);
      }
      await journal.flush();
      const numbers = async (filter: Parameters<SqlJournal['list']>[0]) =>
        (await journal.list(filter)).map(({ number }) => number);
      assert.deepEqual(await numbers({ device: 'gw1' }), [3, 2, 1]);
      assert.deepEqual(await numbers({ event: 'issued' }), [6, 4, 2]);
      assert.deepEqual(await numbers({ device: 'gw2', event: 'pending' }), [5]);
      assert.deepEqual(await numbers({ from: 2_000, to: 4_000 }), [5, 4, 3]);
      assert.deepEqual(await numbers({ limit: 2 }), [6, 5]);
      assert.deepEqual(await numbers({ limit: 2, before: 5 }), [4, 3]);
      assert.deepEqual(await numbers({ device: 'none' }), []);
    });

    test('it is written a moment later without anyone asking, in the order in which it happened', async () => {
      const [database] = await open();
      const journal = new SqlJournal({ database, clock: new ManualClock(new Date(0)) });
      for (let i = 0; i < 120; i++) journal.append({ event: 'issued', device: String(i) });
      assert.deepEqual(await journal.list(), []);
      let listed: readonly JournalEntry[] = [];
      // Its timer keeps no process alive; this one does.
      while (listed.length === 0) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        listed = await journal.list();
      }
      assert.deepEqual(
        listed.map(({ event }) => event.device),
        Array.from({ length: 120 }, (_, i) => String(119 - i)),
      );
    });

    test('several servers write one chain', async () => {
      const [database, other] = await open();
      const clock = new ManualClock(new Date(0));
      const journals = [database, other, database, other].map((each) => new SqlJournal({ database: each, clock }));
      for (let round = 0; round < 5; round++) {
        for (const [server, journal] of journals.entries()) journal.append({ event: 'issued', device: `${server}` });
        await Promise.all(journals.map((journal) => journal.flush()));
      }
      assert.equal((await journals[0]?.verify())?.entries, 20);
      assert.equal((await journals[0]?.list({ device: '3' }))?.length, 5);
    });

    for (const [what, statement, broken] of [
      ['changed text', `UPDATE journal SET body = replace(body, 'gw2', 'gw9') WHERE number = 3`, 3],
      ['a changed device', `UPDATE journal SET device = 'gw9' WHERE number = 3`, 3],
      ['a changed time', `UPDATE journal SET at = at + 1 WHERE number = 3`, 3],
      ['a changed hash', `UPDATE journal SET hash = previous WHERE number = 3`, 3],
      ['an entry that is gone', `DELETE FROM journal WHERE number = 3`, 3],
      ['a first entry that is gone', `DELETE FROM journal WHERE number = 1`, 1],
      ['a last entry that is gone', `DELETE FROM journal WHERE number = 5`, 5],
      ['all of it gone', `DELETE FROM journal`, 1],
      ['one that was moved before the first', `UPDATE journal SET number = -2 WHERE number = 2`, 1],
    ] as const) {
      test(`${what} is found, and where`, async () => {
        const [database] = await open();
        const journal = new SqlJournal({ database, clock: new ManualClock(new Date(0)) });
        for (let i = 0; i < 5; i++) journal.append({ event: 'issued', device: `gw${i}` });
        await journal.flush();
        assert.equal((await journal.verify()).broken, undefined);
        assert.ok((await database.atomically((sql) => sql.run(statement))) > 0);
        const { entries, broken: found } = await journal.verify();
        assert.deepEqual({ entries, found }, { entries: broken - 1, found: broken });
      });
    }

    test('a flood of what anyone can cause is counted, not written; what matters is written among it', async () => {
      const [database] = await open();
      const clock = new ManualClock(new Date(0));
      const journal = new SqlJournal({ database, clock });
      for (let i = 0; i < 3_000; i++) journal.append({ event: 'refused', status: 4, from: `192.0.2.1:${i}` });
      journal.append({ event: 'issued', device: 'gw1' });
      await journal.flush();
      assert.equal((await journal.list({ event: 'refused' })).length, 1_000);
      assert.equal((await journal.list({ event: 'issued' })).length, 1);
      const [counted, ...more] = await journal.list({ event: 'abridged' });
      assert.deepEqual(more, []);
      assert.equal(counted?.event.detail, '2000 × refused status=4 (more than are written one by one)');
      clock.advance(1);
      for (let i = 0; i < 20; i++) journal.append({ event: 'refused', status: 4 });
      await journal.flush();
      assert.equal((await journal.list({ event: 'refused' })).length, 1_010, 'one each tenth of a second');
    });

    test('entries that are older than they are kept go, an entry says so, and the rest holds', async () => {
      const [database] = await open();
      const clock = new ManualClock(new Date(start));
      const journal = new SqlJournal({ database, clock, keptSeconds: 100 });
      const append = async (event: AuditEvent['event']): Promise<void> => {
        journal.append({ event });
        await journal.flush();
      };
      await append('started');
      clock.advance(60);
      await append('issued');
      clock.advance(45);
      await append('approved');
      assert.deepEqual(named(await journal.list()), ['approved', 'issued', 'started'], 'not for every little while');
      clock.advance(6);
      await append('rejected');
      const entries = await journal.list();
      assert.deepEqual(named(entries), ['rejected', 'abridged', 'approved', 'issued']);
      assert.equal(entries[1]?.event.detail, 'entries up to 1 were removed for their age');
      const verdict = await journal.verify();
      assert.deepEqual(verdict, { entries: 4, head: entries[0]?.hash });
      await database.atomically((sql) => sql.run('DELETE FROM journal WHERE number = 2'));
      assert.equal((await journal.verify()).broken, 2);
    });
  });
}

testJournal('SQLite', async () => {
  const database = SqliteDatabase.open(':memory:');
  return [database, database];
});
testJournal('PostgreSQL', async () => {
  await cluster.empty(url);
  return [postgres, otherServer];
});

test('while the database is away the entries wait, that is told once, and nothing is lost or out of order', async () => {
  await cluster.empty(url);
  const troubles: string[] = [];
  const clock = new ManualClock(new Date(0));
  const journal = new SqlJournal({ database: postgres, clock, onTrouble: (why) => troubles.push(why) });
  journal.append({ event: 'started' });
  await journal.flush();
  await cluster.stopServer();
  for (let i = 0; i < 3; i++) {
    journal.append({ event: 'issued', device: `gw${i}` });
    await assert.rejects(journal.flush(), /nothing was stored/);
  }
  assert.equal(troubles.length, 1, troubles.join('\n'));
  await cluster.startServer();
  journal.append({ event: 'stopped' });
  await journal.flush();
  assert.deepEqual(named(await journal.list()), ['stopped', 'issued', 'issued', 'issued', 'started']);
  assert.deepEqual(
    (await journal.list({ event: 'issued' })).map(({ event }) => event.device),
    ['gw2', 'gw1', 'gw0'],
  );
  assert.equal((await journal.verify()).broken, undefined);
});
