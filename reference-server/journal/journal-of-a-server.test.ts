import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '#protocol/clock.ts';
import { createSampleServer, enrollmentOf, fleet } from '../sample-server.ts';
import { SqlStore } from '../store/sql-store.ts';
import { SqliteDatabase } from '../store/sqlite-database.ts';
import { SqlJournal } from './sql-journal.ts';

test('a server writes down who did what, without any password or key, and all of it is there once it has stopped', async () => {
  const database = SqliteDatabase.open(':memory:');
  const journal = new SqlJournal({ database, clock: systemClock });
  const { server, events } = await createSampleServer(
    { approval: 'manual', managementPort: 0 },
    { store: new SqlStore(database), journal },
  );
  await server.start();
  const message = await enrollmentOf(fleet.gateway);
  await server.engine.answer(message, '192.0.2.1:5');
  await server.engine.answer({ ...message, password: 'a-wrong-canary' }, '192.0.2.1:5');
  const [waiting] = await server.engine.list('pending');
  await server.engine.decide(waiting?.id ?? '', { kind: 'approve' }, 'ann');
  await server.engine.answer({ ...message, operation: 'retrieve' }, '192.0.2.1:5');
  await server.reload();
  await server.stop();

  const entries = await journal.list();
  const names = ['started', 'pending', 'refused', 'issued', 'approved', 'handed-over', 'reloaded', 'stopped'];
  assert.deepEqual(entries.map(({ event }) => event.event).toReversed(), names);
  assert.deepEqual(entries.map(({ event }) => event).toReversed(), events);
  assert.equal(entries.find(({ event }) => event.event === 'approved')?.by, 'ann');
  assert.deepEqual(await journal.verify(), { entries: 8, head: entries[0]?.hash });

  const text = JSON.stringify(await database.atomically((sql) => sql.all('SELECT * FROM journal')));
  const pkcs10 = Buffer.from(message.pkcs10).toString('base64');
  const caKey = server.settings.tls.keyPem;
  for (const secret of [message.password, 'a-wrong-canary', pkcs10, caKey, server.token]) {
    assert.ok(!text.includes(secret), text);
  }
  await database.close();
});
