import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readBaseline, writeEntries } from '#reports/baseline-file.ts';
import type { RunRecord } from '#reports/run-record.ts';
import { schemaIn } from '#reports/schema-validity.ts';
import { longTests } from '../long-tests.ts';
import { type CertificationOptions, certify } from './certification.ts';
import { builtInPlan, type Plan } from './plan.ts';
import { certifyAgain } from './rerun.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-expectations-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const { schema, validate } = schemaIn('run-record.schema.json');
const { server: _server, ...device } = builtInPlan(20_261_128);
const plan: Omit<Plan, 'workspace'> = {
  ...device,
  device: { kind: 'built-in', persona: 'no-dates-check' },
  cases: ['DEV-TLS-001', 'DEV-TLS-003'],
  workers: 1,
  repeat: 2,
  outFolder: folder,
};

const about: CertificationOptions = {
  plan,
  outFolder: folder,
  strict: false,
  muster: '0.1.0',
  command: 'muster certify device',
  signal: new AbortController().signal,
  onEvent: () => {},
};

/** One that there is not, and one that was not selected: to know it, all cases are listed, which takes two seconds. */
const others = ['DEV-TLS-999', 'SRV-CRD-001'];

test('each repetition is judged and keeps its evidence; what the baseline expects is no finding, and an unknown case is stale', async () => {
  const same = {
    requirement: 'ID-008',
    fails: 'fail',
    owner: 'ana',
    reason: 'GW-812',
    expires: '9999-12-31',
  } as const;
  const entries = [
    { ...same, caseId: 'DEV-TLS-003', seen: ['The device accepted a server that it is to refuse: *'] },
    ...(longTests ? others.map((caseId) => ({ ...same, caseId, seen: ['x'] })) : []),
  ];
  const baseline = readBaseline(writeEntries(entries), 'known.baseline');
  const { record, exitCode } = await certify({ ...about, baseline });
  assert.deepEqual(
    record.cases.map(({ id, verdict, repetitions }) => [id, verdict, repetitions]),
    [
      ['DEV-TLS-001', 'pass', ['pass', 'pass']],
      ['DEV-TLS-003', 'expected-failure', ['expected-failure', 'expected-failure']],
    ],
    record.reasons.join('\n'),
  );
  const stale = longTests ? [{ entry: 'known.baseline:8', why: 'there is no case DEV-TLS-999' }] : [];
  assert.deepEqual(record.baseline?.stale, stale);
  assert.deepEqual([exitCode, record.verdict], longTests ? [5, 'inconclusive'] : [0, 'pass']);
  const left = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as RunRecord;
  assert.deepEqual(validate(schema, left), []);
  for (const { id, evidence } of left.cases)
    for (const number of [1, 2]) {
      const file = `evidence/${id}/${number}/transcript.txt`;
      assert.ok(evidence?.files?.includes(file) && existsSync(join(folder, file)), file);
    }
  assert.ok(existsSync(join(folder, 'repro', 'DEV-TLS-003', '2', 'README.md')));
});

test('what failed runs again into the record: it keeps the rest, with its evidence', async () => {
  const earlier = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as RunRecord;
  const { repeat: _repeat, cases: _cases, ...once } = plan;
  const { record, exitCode } = await certifyAgain(earlier, {
    ...about,
    plan: once,
    command: `${earlier.command} --last-failed`,
  });
  assert.deepEqual(
    record.cases.map(({ id, verdict, repetitions }) => [id, verdict, repetitions]),
    [
      ['DEV-TLS-001', 'pass', ['pass', 'pass']],
      ['DEV-TLS-003', 'fail', undefined],
    ],
  );
  assert.equal(exitCode, 1, 'this time nothing expects it');
  assert.deepEqual(record.reruns?.[0]?.cases, [{ id: 'DEV-TLS-003', was: 'expected-failure' }]);
  assert.deepEqual(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')), JSON.parse(JSON.stringify(record)));
  const there = ['DEV-TLS-001/2', 'DEV-TLS-003', 'DEV-TLS-003/2'].map((name) =>
    existsSync(join(folder, 'evidence', name, 'transcript.txt')),
  );
  assert.deepEqual(there, [true, true, false]);
});
