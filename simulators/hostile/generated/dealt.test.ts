import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Dealt } from './dealt.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);
const cards = [fc.constant('a'), fc.constant('b'), fc.constant('c'), fc.constant('d')];

test('none comes again before each of the others has come, in an order that follows the seed', () => {
  const draw = (from: number) => fc.sample(new Dealt(cards), { seed: from, numRuns: 40 });
  const drawn = draw(seed);
  for (let at = 0; at < drawn.length; at += 4) {
    assert.deepEqual(drawn.slice(at, at + 4).sort(), ['a', 'b', 'c', 'd']);
  }
  assert.deepEqual(draw(seed), drawn);
  assert.notDeepEqual(draw(seed + 1), drawn);
});

test('what was dealt shrinks as its own kind does', () => {
  const dealt = new Dealt([fc.constant(0), fc.integer({ min: 1000, max: 2000 })]);
  const { counterexample } = fc.check(
    fc.property(dealt, (value) => value < 1234),
    { seed },
  );
  assert.deepEqual(counterexample, [1234]);
});
