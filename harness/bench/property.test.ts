import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeIdentity } from '../case/identity.ts';
import { CaseEnded, Judge } from '../case/judge.ts';
import { Recorder } from '../evidence/recorder.ts';
import { builtInPlan, type Plan } from '../runner/plan.ts';
import { Counterexample, demand, inputsOf, requireProperty } from './property.ts';

function bench(seed = 5, plan: Partial<Plan> = {}) {
  return { judge: new Judge(), recorder: new Recorder(), plan: { ...builtInPlan(seed), ...plan } };
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

test('what ends the case, or breaks the bench, is not tried again to make it smaller', async () => {
  for (const end of [(judge: Judge) => judge.unverified('nobody saw it'), () => assert.fail('the port is in use')]) {
    const parts = bench();
    let runs = 0;
    const thrown = await check(parts, (value) => {
      runs++;
      if (value > 50) end(parts.judge);
    }).catch((error: unknown) => error);
    assert.ok(thrown instanceof Error && !(thrown instanceof Counterexample));
    assert.ok(runs < 20, `${runs} runs`);
  }
});

test('a counterexample is made smaller a bounded number of times, fewer where each one is dear', async () => {
  const attempts = async (plan: Partial<Plan>): Promise<number> => {
    let failures = 0;
    const property = fc.asyncProperty(fc.array(fc.nat(), { minLength: 1, maxLength: 100 }), async (values) => {
      failures += values.length > 3 ? 1 : 0;
      demand(values.length < 4 || values.every((value) => value % 97 === 0), 'they are not');
    });
    await requireProperty(bench(5, plan), 'numbers are round', property, 200, 'DEV-FUZ-001').catch(() => {});
    return failures;
  };
  const adapter = { kind: 'adapter', path: './adapter', timeoutSeconds: 1 } as const;
  assert.ok((await attempts({})) <= 60);
  assert.ok((await attempts({ device: adapter })) <= 25);
});

test('a budget takes the place of the number of inputs, here and elsewhere, and stands in the command', async () => {
  const inputs = { builtIn: 150, external: 12 };
  const adapter = { kind: 'adapter', path: './adapter', timeoutSeconds: 1 } as const;
  assert.equal(inputsOf(bench(), inputs, 'DEV-FUZ-001'), 150);
  assert.equal(inputsOf(bench(5, { device: adapter }), inputs, 'DEV-FUZ-001'), 12);
  assert.equal(inputsOf(bench(5, { device: adapter }), inputs, 'PROP-001'), 150);
  const parts = bench(5, { device: adapter, budget: 7, profile: 'legacy' });
  assert.equal(inputsOf(parts, inputs, 'DEV-FUZ-001'), 7);
  const seen: number[] = [];
  const ever = (id: string, limit: number) =>
    requireProperty(
      parts,
      'numbers are small',
      fc.asyncProperty(fc.nat(1000), async (value) => {
        seen.push(value);
        below(limit)(value);
      }),
      200,
      id,
    );
  await ever('DEV-FUZ-001', 1001);
  assert.equal(seen.length, 7);
  await assert.rejects(
    ever('DEV-FUZ-001', 0),
    /Replay: muster certify device --adapter \.\/adapter --profile legacy --case DEV-FUZ-001 --seed 5 --budget 7$/,
  );
});

const elsewhere: Plan['server'] = {
  kind: 'target',
  tlsUrl: 'https://localhost:1/tep',
  httpUrl: 'http://localhost:2/tep',
  anchorPem: '',
  ...makeIdentity(1, 'PROP-004'),
};

test('no more inputs are tried once their time is over, and the proof is of those that were; a budget has no such time', async () => {
  for (const [plan, due] of [
    [{}, 1],
    [{ budget: 5 }, 5],
  ] as const) {
    const parts = bench(5, plan);
    let tried = 0;
    const property = fc.asyncProperty(fc.nat(), async () => void tried++);
    await requireProperty(parts, 'numbers are numbers', property, 200, 'PROP-004', Number.MIN_VALUE);
    assert.equal(tried, due);
    assert.match(parts.judge.conclude(undefined).proof ?? '', new RegExp(`held for ${due} generated inputs`));
  }
});

test('of a server elsewhere the record of the run knows the command, and replays it', async () => {
  const parts = bench(5, { server: elsewhere, outFolder: resolve('nightly') });
  const never = fc.asyncProperty(fc.nat(), async () => demand(false, 'never'));
  await assert.rejects(
    requireProperty(parts, 'never', never, 10, 'PROP-004'),
    /Replay: muster replay PROP-004 --from nightly$/,
  );
});
