import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { TurnBatch } from './turn-batch.ts';

test('what came up in one turn begins together, in its order, and goes on stage by stage', async () => {
  const batch = new TurnBatch();
  const seen: string[] = [];
  const work = (name: string) => async () => {
    seen.push(`${name} first`);
    await undefined;
    seen.push(`${name} second`);
  };
  batch.add(() => void work('a')());
  batch.add(() => void work('b')());
  assert.deepEqual(seen, [], 'not before the turn is over');
  await nextTurn();
  assert.deepEqual(seen, ['a first', 'b first', 'a second', 'b second']);
  batch.add(() => void work('c')());
  await nextTurn();
  assert.deepEqual(seen.slice(4), ['c first', 'c second'], 'and the next turn begins anew');
});
