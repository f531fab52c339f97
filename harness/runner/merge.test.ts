import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MusterError } from '#protocol/errors.ts';
import type { CaseRecord, RunRecord } from '#reports/run-record.ts';
import { schemaIn } from '#reports/schema-validity.ts';
import { mergeRuns, type RunShard } from './merge.ts';
import { makeRecord } from './record.ts';

const { schema, validate } = schemaIn('run-record.schema.json');
const ids = ['DEV-TLS-001', 'DEV-TLS-002', 'DEV-TLS-003'];

function shard(index: number, differs: Partial<RunRecord> = {}, verdict: CaseRecord['verdict'] = 'pass'): RunShard {
  const cases = ids
    .filter((_, at) => at % 2 === index)
    .map((id): CaseRecord => {
      const listing = {
        id,
        version: 1,
        title: 'A sentence',
        group: 'device',
        requirements: ['ID-004'],
        mutants: ['m'],
      } as const;
      return { ...listing, control: 'the control', verdict, reason: 'because', durationMs: 5 };
    });
  const network = { listen: '127.0.0.1', name: 'localhost', http: 0, tls: 0 };
  const { record } = makeRecord({
    plan: {
      profile: 'modern',
      seed: 5,
      network,
      workers: 1,
      caseTimeoutSeconds: 60,
      device: { kind: 'built-in', persona: 'honest' },
    },
    subject: [],
    muster: '0.1.0',
    startedAt: new Date(index * 1000),
    durationMs: 500,
    command: 'muster certify',
    strict: false,
    shard: { index, of: 2, strict: false, cases: ids },
    status: 'complete',
    listed: cases,
    cases,
  });
  return { name: `shard-${index + 1}`, record: { ...record, ...differs } };
}

test('shards of a certification become one run, with every case in its order', () => {
  assert.deepEqual(validate(schema, JSON.parse(JSON.stringify(shard(0).record))), []);
  const merged = mergeRuns([shard(1), shard(0)]);
  assert.ok(merged);
  const { record, exitCode } = merged;
  assert.deepEqual([exitCode, record.verdict, record.status], [0, 'pass', 'complete'], record.reasons.join('\n'));
  assert.deepEqual(
    record.cases.map(({ id }) => id),
    ids,
  );
  assert.deepEqual([record.counts.pass, record.durationMs, record.shard], [3, 1500, undefined]);
  assert.deepEqual(record.requirements, shard(0).record.requirements);
  assert.deepEqual(validate(schema, JSON.parse(JSON.stringify(record))), []);
});

const flawed: readonly [what: string, shards: readonly RunShard[], why: RegExp][] = [
  ['missing', [shard(0)], /Shard 2 of 2 is missing/],
  ['of another seed', [shard(0), shard(1, { seed: 6 })], /shard-2 is of another run/],
  ['of another baseline', [shard(0), shard(1, { baseline: { file: 'x', digest: 'y', stale: [] } })], /another run/],
  ['of another version', [shard(0), shard(1, { muster: '0.2.0' })], /shard-2 is of another run/],
  ['not over', [shard(0), shard(1, { status: 'incomplete' })], /shard-2 was ended before it was over/],
  [
    'without one of its cases',
    [shard(0, { cases: [] }), shard(1)],
    /Cases are missing \(2\): DEV-TLS-001, DEV-TLS-003/,
  ],
];
for (const [what, shards, why] of flawed) {
  test(`a shard of a certification that is ${what} is never green`, () => {
    const merged = mergeRuns(shards);
    assert.deepEqual([merged?.exitCode, merged?.record.verdict], [4, 'incomplete']);
    assert.match(merged?.record.reasons.join('\n') ?? '', why);
  });
}

test('a shard that is named twice, or was copied, is a mistake of the caller; the same shards once are a run', () => {
  const twice = (): unknown => mergeRuns([shard(0), shard(1), { ...shard(1), name: 'copy' }]);
  assert.throws(twice, (thrown: MusterError) => {
    assert.match(thrown.message, /seen shard 2 of 2 2 times: shard-2, copy/);
    return thrown.code === 'settings-invalid';
  });
  assert.equal(mergeRuns([shard(0), shard(1)])?.exitCode, 0);
});

test('what any shard says of the baseline counts for the whole, once', () => {
  const stale = [{ entry: 'known:1', why: 'expired on 1969-12-31' }];
  const baseline = { file: 'known', digest: 'd', stale };
  const merged = mergeRuns([shard(0, { baseline }), shard(1, { baseline })]);
  assert.deepEqual([merged?.exitCode, merged?.record.baseline], [5, baseline]);
  const none = { ...baseline, stale: [] };
  assert.equal(mergeRuns([shard(0, { baseline: none }), shard(1, { baseline: none })])?.exitCode, 0);
});

test('cases of any shard that ran again are told of the whole', () => {
  const rerun = (at: string) => [
    { at, durationMs: 1, command: 'again', cases: [{ id: 'DEV-TLS-001', was: 'fail' as const }] },
  ];
  const merged = mergeRuns([shard(0, { reruns: rerun('2026-11-24') }), shard(1, { reruns: rerun('2026-11-23') })]);
  assert.deepEqual(
    merged?.record.reruns?.map(({ at }) => at),
    ['2026-11-23', '2026-11-24'],
  );
  assert.equal(mergeRuns([shard(0), shard(1)])?.record.reruns, undefined);
});

test('a failure that one shard has proved counts, also when another is missing', () => {
  const merged = mergeRuns([shard(0, {}, 'fail')]);
  assert.deepEqual([merged?.exitCode, merged?.record.verdict], [1, 'incomplete']);
});
