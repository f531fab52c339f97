import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStore } from './memory-store.ts';
import { testStoreContract } from './store-contract.ts';

testStoreContract('memory', async () => new MemoryStore());

test('a flood of getcacert costs the oldest challenges, not the memory', async () => {
  const store = new MemoryStore();
  for (let i = 0; i <= 100_000; i++) await store.giveChallenge(`N${i}`, 1_000, 0);
  const used = ['N0', 'N1', 'N100000'].map((nonce) =>
    store.atomically((records) => records.useChallenge(nonce, nonce, 1)),
  );
  assert.deepEqual(await Promise.all(used), ['unknown', 'accepted', 'accepted']);
});
