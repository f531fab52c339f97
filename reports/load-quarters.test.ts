import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Latencies } from './latency.ts';
import { quartersOf } from './load-quarters.ts';
import type { LoadSecond } from './load-record.ts';

function second(at: number, latencyMs: number, generatorMiB: number): LoadSecond {
  const latencies = new Latencies(2);
  for (let i = 0; i < 10; i++) latencies.add((i === 0 ? latencyMs * 4 : latencyMs) * 1000);
  const counts = { started: 10, succeeded: 10, failed: at === 39 ? 1 : 0, inFlight: 0, pending: 0, held: 0, polls: 0 };
  return { second: at, ...counts, generatorMiB, ...latencies.ofSecond() };
}

test('the quarters of a run show what grows, from merged histograms (control: a run that stays as it is)', () => {
  const steady = quartersOf({ seconds: Array.from({ length: 40 }, (_, at) => second(at, 20, 100)) });
  assert.deepEqual(
    steady.map(({ from, to }) => [from, to]),
    [
      [0, 10],
      [10, 20],
      [20, 30],
      [30, 40],
    ],
  );
  assert.equal(new Set(steady.map(({ p99Ms, generatorMiB }) => `${p99Ms} ${generatorMiB}`)).size, 1);
  const [first, , , last] = quartersOf({
    seconds: Array.from({ length: 40 }, (_, at) => second(at, 20 + at, 100 + at)),
  });
  assert.deepEqual([first?.generatorMiB, last?.generatorMiB, last?.failed], [109, 139, 1]);
  assert.ok((last?.p50Ms ?? 0) > (first?.p50Ms ?? 0) * 1.8);
  // One in ten of each second takes four times as long: a percentile of percentiles would not know.
  assert.ok(Math.abs((first?.p99Ms ?? 0) - 112) < 1, String(first?.p99Ms));
});

test('a run too short to have a course has no quarters, and what was not measured is not there', () => {
  assert.deepEqual(quartersOf({ seconds: [second(0, 1, 1)] }), []);
  const idle = { started: 0, succeeded: 0, failed: 0, inFlight: 0, pending: 0, held: 0, polls: 0, p50Ms: 0, p99Ms: 0 };
  const [first] = quartersOf({ seconds: Array.from({ length: 20 }, (_, at) => ({ second: at, ...idle })) });
  assert.deepEqual(first, { from: 0, to: 5, startedPerSecond: 0, succeededPerSecond: 0, failed: 0 });
});
