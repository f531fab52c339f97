import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { TurnBatch } from './turn-batch.ts';

test('what came up in one turn begins together, in its order, and goes on stage by stage', async () => {
  const batch = new TurnBatch(0);
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
});

test('what had company waits for more; what comes alone does not', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const batch = new TurnBatch(2);
  /** How many have begun when nothing goes on any more without the time going on. */
  const begunOf = async (came: number): Promise<number> => {
    let begun = 0;
    for (let i = 0; i < came; i++) batch.add(() => begun++);
    await nextTurn();
    return begun;
  };
  assert.equal(await begunOf(1), 1);
  assert.equal(await begunOf(1), 1, 'alone');
  assert.equal(await begunOf(2), 2, 'alone before');
  assert.equal(await begunOf(1), 0, 'in company before');
  let last = 0;
  batch.add(() => last++);
  t.mock.timers.tick(2);
  assert.equal(last, 1, 'with whoever came meanwhile');
  assert.equal(await begunOf(1), 0, 'in company before');
  t.mock.timers.tick(2);
  assert.equal(await begunOf(1), 1, 'alone again');
});
