import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { OpenClock } from './open-clock.ts';
import type { FleetModel } from './plan.ts';
import { samplePlan } from './sample-target.ts';
import { dueTimes, startsOf } from './schedule.ts';

const open = (perSecond: number, ...stages: { seconds: number; perSecond: number }[]) =>
  ({ kind: 'open', perSecond, stages }) as const satisfies FleetModel;

test('a constant rate spaces its starts evenly', () => {
  assert.deepEqual([...dueTimes(open(4, { seconds: 1, perSecond: 4 }))], [0, 250, 500, 750]);
});

test('a rate that rises in a line starts as many as the surface below it, ever closer', () => {
  const times = [...dueTimes(open(0, { seconds: 10, perSecond: 10 }))];
  assert.equal(times.length, 50);
  assert.ok(Math.abs((times[25] ?? 0) - Math.sqrt(25 / 50) * 10_000) < 1);
});

test('stages follow one another: the number of starts is the surface, and no start is out of order', () => {
  const seed = Number(process.env.MUSTER_SEED ?? Date.now() % 2 ** 31);
  const stage = fc.record({ seconds: fc.integer({ min: 1, max: 20 }), perSecond: fc.integer({ min: 0, max: 50 }) });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 50 }), fc.array(stage, { minLength: 1, maxLength: 4 }), (rate, stages) => {
      const model = open(rate, ...stages);
      const times = [...dueTimes(model)];
      let before = rate;
      const surface = stages.reduce((sum, { seconds, perSecond }) => {
        const part = ((before + perSecond) / 2) * seconds;
        before = perSecond;
        return sum + part;
      }, 0);
      assert.ok(Math.abs(times.length - surface) < 1, `${times.length} starts, surface ${surface}`);
      assert.equal(startsOf(model), times.length);
      assert.ok(times.every((time, at) => time >= (times[at - 1] ?? 0)));
    }),
    { seed, numRuns: 50 },
  );
});

test('the starts of a run are dealt to shards and workers, each to one', () => {
  const model = open(10, { seconds: 3, perSecond: 10 });
  const dealt: number[] = [];
  for (const index of [0, 1]) {
    for (const worker of [0, 1, 2]) {
      const plan = samplePlan(
        { kind: 'at', tlsUrl: '', httpUrl: '', anchorPem: '' },
        { model, workers: 3, shard: { index, of: 2 } },
      );
      const clock = new OpenClock(1000, { plan, worker }, dueTimes(model));
      dealt.push(...clock.due(1_000_000));
      assert.equal(clock.isRunning, false);
    }
  }
  assert.deepEqual(
    dealt.sort((a, b) => a - b).map((time) => time - 1000),
    [...dueTimes(model)],
  );
});

test('a run that is paused keeps its plan, later', () => {
  const model = open(10, { seconds: 1, perSecond: 10 });
  const plan = samplePlan({ kind: 'at', tlsUrl: '', httpUrl: '', anchorPem: '' }, { model });
  const clock = new OpenClock(0, { plan, worker: 0 }, dueTimes(model));
  assert.equal([...clock.due(450)].length, 5);
  clock.speed(0, 450);
  assert.deepEqual([...clock.due(5000)], []);
  clock.speed(2, 5000);
  assert.deepEqual([...clock.due(5100)], [5025, 5075]);
});
