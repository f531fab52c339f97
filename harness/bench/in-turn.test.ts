import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { InTurn } from './in-turn.ts';

test('each value has its share of the runs, one after the other; more runs than announced begin again', () => {
  assert.equal(fc.sample(new InTurn(['a', 'b', 'c'], 7), 7).join(''), 'aaabbbc');
  assert.equal(fc.sample(new InTurn(['a', 'b'], 2), 5).join(''), 'ababa');
});

test('it shrinks to the values before it', () => {
  const { counterexample } = fc.check(
    fc.property(new InTurn(['a', 'b', 'c'], 9), (value) => value !== 'c' && value !== 'b'),
    { numRuns: 9 },
  );
  assert.deepEqual(counterexample, ['b']);
});
