import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareTimes } from './time-comparison.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);

/** Pairs of durations with normal noise: the second takes longer by `shift`. */
function samples(shift: number, noise: number, pairs: number, runs: number): (readonly [number, number])[][] {
  const uniform = fc.double({ min: 1e-9, max: 1, noNaN: true, noDefaultInfinity: true });
  const normal = fc
    .tuple(uniform, uniform)
    .map(([u, v]) => noise * Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v));
  const pair = fc.tuple(normal, normal).map(([a, b]) => [40 + a, 40 + shift + b] as const);
  const many = fc.noBias(fc.array(pair, { minLength: pairs, maxLength: pairs, size: 'max' }));
  return fc.sample(many, { seed, numRuns: runs });
}

test('a difference of the size that is said to be seen is seen, nineteen times of twenty', () => {
  const detectable = compareTimes(samples(0, 2, 4_000, 1)[0] ?? []).detectableMs * Math.sqrt(4_000 / 16);
  const seen = samples(detectable, 2, 16, 400).filter((pairs) => compareTimes(pairs).isSignificant).length;
  assert.ok(seen > 340, `${seen} of 400`);
});

test('where there is no difference, hardly ever one is seen (control)', () => {
  const seen = samples(0, 2, 16, 400).filter((pairs) => compareTimes(pairs).isSignificant).length;
  assert.ok(seen < 20, `${seen} of 400`);
});

test('one slow answer changes nothing; more noise makes less detectable', () => {
  const quiet = samples(0, 1, 16, 1)[0] ?? [];
  const interrupted = quiet.with(3, [40, 900]);
  assert.equal(compareTimes(interrupted).isSignificant, false);
  assert.ok(compareTimes(samples(0, 10, 16, 1)[0] ?? []).detectableMs > 4 * compareTimes(quiet).detectableMs);
});
