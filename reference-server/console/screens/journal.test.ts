import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { enrollmentOf, fleet } from '../../sample-server.ts';
import { createSampleConsole } from '../sample-console.ts';

const sample = await createSampleConsole({ approval: 'auto' });
after(() => sample.stop());
const { server, clock, database } = sample;

await server.engine.answer(await enrollmentOf(fleet.gateway), '192.0.2.9:4');
clock.advance(3600);
await server.engine.answer({ ...(await enrollmentOf(fleet.sibling)), password: 'wrong' }, '192.0.2.10:4');
await server.journal?.flush();
const vic = await sample.signedIn('viewer');

test('entries are listed, by device, by event and by time', async () => {
  const all = await vic.read('/journal');
  assert.match(
    all,
    /refused gw2\.example\.com request: status 3: wrong user name or password 192\.0\.2\.10:4 .* certificate issued gw1/,
  );
  const shows = async (query: Record<string, string>) => {
    const page = await vic.read(`/journal?${new URLSearchParams(query)}`);
    return ['gw1.example.com', 'gw2.example.com'].filter((name) => page.includes(name));
  };
  assert.deepEqual(await shows({ device: 'GW1.example.com' }), ['gw1.example.com']);
  assert.deepEqual(await shows({ event: 'refused' }), ['gw2.example.com']);
  const recently = new Date(clock.now().getTime() - 60_000).toISOString().slice(0, 16);
  assert.deepEqual(await shows({ from: recently }), ['gw2.example.com']);
  assert.deepEqual(await shows({ to: recently }), ['gw1.example.com']);
  assert.equal((await vic.get('/journal?from=yesterday')).status, 400);
});

test('the export is one JSON object a line, with the hashes, and obeys the filter', async () => {
  const { body, headers } = await vic.get('/journal/export?device=gw1.example.com');
  assert.match(String(headers['content-disposition']), /^attachment; filename="journal-.*\.jsonl"$/);
  const entries = body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    entries.map(({ event }) => event.event),
    ['handed-over', 'issued'],
  );
  assert.ok(entries.every(({ hash, previous }) => /^[0-9a-f]{64}$/.test(hash) && /^[0-9a-f]{64}$/.test(previous)));
});

test('a chain that somebody altered is seen to break', async () => {
  assert.match(await vic.read('/journal/verification'), /the chain holds/);
  await database.atomically((sql) => sql.run("UPDATE journal SET body = replace(body, 'gw1', 'gw9') WHERE number = 2"));
  assert.match(await vic.read('/journal/verification'), /the chain breaks at entry 2/);
});

test('what hostile peers sent is shown as text', async () => {
  server.audit({ event: 'refused', detail: '<script>alert(1)</script>\u202eabc', from: '"><img src=x>' });
  await server.journal?.flush();
  const { body } = await vic.get('/journal');
  assert.doesNotMatch(body, /<script>alert|<img|\u202e/);
  assert.match(body, /&#60;script&#62;alert\(1\)&#60;\/script&#62;⟨U\+202E⟩abc/);
});
