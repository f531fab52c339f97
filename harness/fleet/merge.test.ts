import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { schemaIn } from '#reports/schema-validity.ts';
import { Fleet } from './fleet.ts';
import { mergeShards } from './merge.ts';
import { type SampleTarget, samplePlan, startSampleTarget } from './sample-target.ts';
import type { ShardResult } from './shards-of-run.ts';

const { schema, validate } = schemaIn('load-record.schema.json');

let server: SampleTarget;
const shards: ShardResult[] = [];
const raw: number[] = [];

before(async () => {
  server = await startSampleTarget(12);
  for (const index of [0, 1]) {
    const plan = samplePlan(server.target, {
      fleet: 12,
      from: 6 * index,
      to: 6 * (index + 1),
      shard: { index, of: 2 },
      thresholds: ['enroll.p99<1m'],
    });
    const onSamples = (step: string, samples: readonly number[]): void => {
      if (step === 'enroll') raw.push(...samples);
    };
    const { record, ledger } = await new Fleet(plan, { muster: '0', command: '', onSamples }).run();
    shards.push({ name: `shard-${index}`, record, ledger: [...ledger].join('') });
  }
});
after(() => server.close());

const merged = (results: readonly ShardResult[]) => {
  const whole = mergeShards(results);
  assert.ok(whole);
  return whole;
};

test('shards of a fleet become one record, with the percentiles of all samples', () => {
  const { record, exitCode, ledger } = merged(shards);
  assert.deepEqual([exitCode, record.verdict, record.status], [0, 'pass', 'complete'], JSON.stringify(record.reasons));
  assert.deepEqual(validate(schema, JSON.parse(JSON.stringify(record))), []);
  assert.equal(record.counts.ends.enrolled, 12);
  assert.equal(ledger.trimEnd().split('\n').length, 12);
  assert.equal(new Set(ledger.split('\n').map((line) => line.split(' ')[2])).size, 13, 'twelve names, and the end');
  const sorted = raw.sort((a, b) => a - b);
  const median = (sorted[5] ?? 0) / 1000;
  assert.equal(sorted.length, 12);
  assert.ok(Math.abs((record.steps.enroll?.p50Ms ?? 0) - median) <= median / 1000 + 0.001);
  assert.equal(
    record.seconds.reduce((sum, { succeeded }) => sum + succeeded, 0),
    12,
  );
});

const flawed: readonly [what: string, results: () => ShardResult[], why: RegExp][] = [
  ['missing', () => shards.slice(0, 1), /Shard 2 of 2 is missing/],
  ['there twice', () => [...shards, ...shards.slice(1, 2)], /Shard 2 of 2 is there 2 times/],
  [
    'of another run',
    () => [...shards.slice(0, 1), ...shards.slice(1).map((each) => ({ ...each, record: { ...each.record, seed: 8 } }))],
    /of another run/,
  ],
  [
    'cut short',
    () => shards.map((each) => ({ ...each, record: { ...each.record, status: 'incomplete' as const } })),
    /ended before it was over/,
  ],
  ['without its ledger', () => shards.map((each) => ({ ...each, ledger: '' })), /has 0 lines, expected 6/],
];

for (const [what, results, why] of flawed) {
  test(`a shard that is ${what} is never green`, () => {
    const { record, exitCode } = merged(results());
    assert.deepEqual([exitCode, record.verdict], [4, 'incomplete']);
    assert.match(record.reasons.join('\n'), why);
  });
}

test('a serial number that two shards were given is found, and named', () => {
  const [first, second] = shards;
  assert.ok(first && second);
  const serial = first.ledger.slice(0, first.ledger.indexOf(' '));
  const stolen = { ...second, ledger: second.ledger.replace(/^\w+/, serial) };
  const { record, exitCode } = merged([first, stolen]);
  assert.equal(exitCode, 1);
  assert.equal(record.ledger.doubleSerialCount, 1);
  assert.match(record.reasons.join(), /1 serial numbers were issued twice: serial \w+: gw\d/);
});
