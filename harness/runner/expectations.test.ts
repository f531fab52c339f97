import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readBaseline, writeEntries } from '#reports/baseline-file.ts';
import type { RunRecord } from '#reports/run-record.ts';
import { schemaIn } from '#reports/schema-validity.ts';
import { certify } from './certification.ts';
import { builtInPlan, type Plan } from './plan.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-expectations-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const { schema, validate } = schemaIn('run-record.schema.json');
const { server: _server, ...device } = builtInPlan(20_261_128);
const plan: Omit<Plan, 'workspace'> = {
  ...device,
  device: { kind: 'built-in', persona: 'no-dates-check' },
  cases: ['DEV-TLS-001', 'DEV-TLS-003'],
  workers: 2,
  repeat: 2,
  outFolder: folder,
};

test('each repetition is judged and keeps its evidence; what the baseline expects is no finding, and an unknown case is stale', async () => {
  const about = {
    requirement: 'ID-008',
    fails: 'fail',
    owner: 'ana',
    reason: 'GW-812',
    expires: '9999-12-31',
  } as const;
  const entries = [
    { ...about, caseId: 'DEV-TLS-003', seen: ['The device accepted a server that it is to refuse: *'] },
    { ...about, caseId: 'DEV-TLS-999', seen: ['x'] },
    // There is one, and it was not selected.
    { ...about, caseId: 'SRV-CRD-001', seen: ['x'] },
  ];
  const baseline = readBaseline(writeEntries(entries), 'known.baseline');
  const { record, exitCode } = await certify({
    plan,
    outFolder: folder,
    baseline,
    strict: false,
    muster: '0.1.0',
    command: 'muster certify device',
    signal: new AbortController().signal,
    onEvent: () => {},
  });
  assert.deepEqual(
    record.cases.map(({ id, verdict, repetitions }) => [id, verdict, repetitions]),
    [
      ['DEV-TLS-001', 'pass', ['pass', 'pass']],
      ['DEV-TLS-003', 'expected-failure', ['expected-failure', 'expected-failure']],
    ],
    record.reasons.join('\n'),
  );
  assert.deepEqual(record.baseline?.stale, [{ entry: 'known.baseline:8', why: 'there is no case DEV-TLS-999' }]);
  assert.deepEqual([exitCode, record.verdict], [5, 'inconclusive']);
  const left = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as RunRecord;
  assert.deepEqual(validate(schema, left), []);
  for (const { id, evidence } of left.cases)
    for (const number of [1, 2]) {
      const file = `evidence/${id}/${number}/transcript.txt`;
      assert.ok(evidence?.files?.includes(file) && existsSync(join(folder, file)), file);
    }
  assert.ok(existsSync(join(folder, 'repro', 'DEV-TLS-003', '2', 'README.md')));
});
