import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderCtrf } from './ctrf.ts';
import { jsonSchema } from './json-validity.ts';
import type { RunRecord } from './run-record.ts';
import { sampleCertification } from './sample-certification.ts';
import { sampleRecord } from './sample-record.ts';
import { judgeRun } from './verdict.ts';

interface Report {
  readonly results: {
    readonly summary: Readonly<Record<string, number>>;
    readonly tests: readonly {
      readonly testId?: string;
      readonly name: string;
      readonly status: string;
      readonly rawStatus: string;
    }[];
    readonly environment: { readonly healthy: boolean };
  };
}
const read = (record: RunRecord) => (JSON.parse(renderCtrf(record)) as Report).results;
const problems = jsonSchema('ctrf-0.0.schema.json');

test('the report is valid against the schema of CTRF, and the schema can say no', () => {
  const text = renderCtrf(sampleRecord);
  assert.deepEqual(problems(text), []);
  assert.notDeepEqual(problems(text.replace('"status": "passed"', '"status": "fine"')), []);
  assert.deepEqual(problems(renderCtrf(sampleCertification())), []);
});

test('what is neither good nor left out is failed, whoever is to blame, and keeps its verdict', () => {
  const { tests, summary, environment } = read(sampleRecord);
  const by = (status: string) => tests.filter((one) => one.status === status).map(({ rawStatus }) => rawStatus);
  assert.deepEqual(by('failed'), ['fail', 'unverified', 'error', 'unexpected-pass', 'stale']);
  assert.deepEqual(by('skipped'), ['not-applicable', 'expected-failure']);
  assert.deepEqual([...new Set(by('passed'))], ['pass', 'warn']);
  assert.deepEqual([summary.tests, summary.passed, summary.failed, summary.skipped], [13, 6, 5, 2]);
  assert.equal(environment.healthy, false);
});

test('a run that is empty or not over is not green, though no case of it failed', () => {
  const { baseline: _baseline, ...withoutBaseline } = sampleRecord;
  const empty: RunRecord = { ...withoutBaseline, cases: [], ...judgeRun([], { strict: false, status: 'complete' }) };
  for (const record of [empty, { ...empty, status: 'incomplete', verdict: 'incomplete' } as const]) {
    const { tests } = read(record);
    assert.deepEqual(
      tests.map(({ name, status }) => [name, status]),
      [['the run as a whole', 'failed']],
    );
    assert.deepEqual(problems(renderCtrf(record)), []);
  }
  const { baseline: _none, ...good } = sampleCertification();
  assert.ok(!read(good).tests.some(({ status }) => status === 'failed'), 'the control');
});
