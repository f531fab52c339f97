import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flaws } from '#reference-server/flaws.ts';
import { fuzzBatch, openFuzzedServer } from './fuzzed-server/batch.ts';
import { MemoryWatch } from './fuzzed-server/memory-watch.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);

test('no generated request makes the server throw, hang, or issue what it must not; some get a certificate', async () => {
  const fuzzed = await openFuzzedServer();
  const memory = new MemoryWatch();
  for (let batch = 0; batch < 4; batch++) {
    assert.equal(await fuzzBatch(fuzzed, seed + batch), undefined, `node tools/fuzz-server.ts --seed ${seed + batch}`);
    memory.look();
  }
  assert.ok(fuzzed.counts.issued > 20, `${fuzzed.counts.issued} certificates`);
  assert.match(memory.summary, /over 4 looks/);
  assert.equal(memory.grows, false);
});

for (const [id, finding] of [
  ['crashes-on-malformed', /HTTP 500/],
  ['grants-ca', /A certificate of a CA/],
  ['other-name', /A certificate for CN=somebody-else/],
] as const) {
  test(`a server with the flaw ${id} is found out`, async () => {
    const flaw = flaws.find((one) => one.id === id);
    assert.ok(flaw);
    const fuzzed = await openFuzzedServer(flaw);
    const found = [];
    for (let batch = 0; batch < 4 && found.length === 0; batch++)
      found.push(...[await fuzzBatch(fuzzed, seed + batch)].flatMap((one) => one ?? []));
    assert.match(found.join(), finding);
  });
}
