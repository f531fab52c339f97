import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CaseEnded, Judge } from '../case/judge.ts';
import { Recorder } from '../evidence/recorder.ts';
import { Counterexample, demand, requireProperty } from './property.ts';

function bench(seed = 5) {
  return { judge: new Judge(), recorder: new Recorder(), seed };
}

const below = (limit: number) => (value: number) => demand(value < limit, `${value} is not below ${limit}`);
const check = (parts: ReturnType<typeof bench>, run: (value: number) => void | Promise<void>) =>
  requireProperty(
    parts,
    'numbers are small',
    fc.asyncProperty(fc.nat(1000), async (n) => run(n)),
    200,
    'PROP-001',
  );

test('a property that holds is a proof that says how often, and of which seed', async () => {
  const parts = bench();
  await check(parts, below(1001));
  const { verdict, proof } = parts.judge.conclude(undefined);
  assert.equal(verdict, 'pass');
  assert.equal(proof, 'numbers are small: held for 200 generated inputs of seed 5');
});

test('a counterexample is a violation: shrunk, with the way to have it again, and its evidence alone', async () => {
  const parts = bench();
  parts.recorder.arrow('harness', 'device', 'before');
  const run = (value: number): void => {
    parts.recorder.arrow('harness', 'server', `input ${value}`);
    below(100)(value);
  };
  await assert.rejects(check(parts, run), CaseEnded);
  const { verdict, reason } = parts.judge.conclude('thrown');
  assert.equal(verdict, 'fail');
  assert.match(
    reason,
    /^numbers are small: 100 is not below 100\. Counterexample after \d+ shrinks \(path [\d:]+\): \[100\]/,
  );
  assert.match(reason, /Replay: muster certify --case PROP-001 --seed 5$/);
  const { ladder, outputs } = parts.recorder.evidence();
  assert.deepEqual(
    ladder.map(({ label }) => label),
    ['before', 'input 100'],
  );
  assert.deepEqual(outputs, [{ title: 'Counterexample', text: '[100]' }]);
});

test('the same seed finds the same counterexample; the inputs of another seed differ', async () => {
  const inputs = async (seed: number): Promise<readonly number[]> => {
    const seen: number[] = [];
    await check(bench(seed), (value) => void seen.push(value));
    return seen;
  };
  assert.deepEqual(await inputs(5), await inputs(5));
  assert.notDeepEqual(await inputs(5), await inputs(6));
});

test('whatever else a property throws is an error of the bench, not a finding', async () => {
  const parts = bench();
  const thrown = await check(parts, () => {
    throw new Error('connection refused');
  }).catch((error: unknown) => error);
  assert.ok(thrown instanceof Error && !(thrown instanceof CaseEnded) && !(thrown instanceof Counterexample));
  assert.match(thrown.message, /connection refused/);
  assert.equal(parts.judge.conclude(thrown.message).verdict, 'error');
});

test('a property that could make no inputs is an error of the bench', async () => {
  const parts = bench();
  const none = fc.asyncProperty(fc.nat(), async () => fc.pre(false));
  await assert.rejects(requireProperty(parts, 'none', none, 10, 'PROP-001'), /none: .*inputs/);
});
