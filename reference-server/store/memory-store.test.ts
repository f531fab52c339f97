import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStore } from './memory-store.ts';
import { testStoreContract } from './store-contract.ts';

testStoreContract('memory', async () => new MemoryStore());

test('a flood of getcacert costs the oldest challenges, not the memory', async () => {
  const store = new MemoryStore();
  for (let i = 0; i <= 100_000; i++) await store.giveChallenge(`N${i}`, 1_000, 0);
  assert.equal(await store.useChallenge('N0', 'd1', 1), 'unknown');
  assert.equal(await store.useChallenge('N1', 'd2', 1), 'accepted');
  assert.equal(await store.useChallenge('N100000', 'd3', 1), 'accepted');
});
