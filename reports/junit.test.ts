import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { renderJunit } from './junit.ts';
import { junitProblems } from './junit-validity.ts';
import type { RunRecord } from './run-record.ts';
import { sampleCertification } from './sample-certification.ts';
import { sampleRecord } from './sample-record.ts';
import { judgeRun } from './verdict.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);
const element = (xml: string, id: string): string =>
  xml.split('<testcase ').find((part) => part.startsWith(`name="${id} `)) ?? '';

test('the report is valid against the de-facto schema, and the schema can say no', async () => {
  const xml = renderJunit(sampleRecord);
  assert.deepEqual(await junitProblems(xml), []);
  assert.notDeepEqual(await junitProblems(xml.replace('<testcase name=', '<testcase title=')), []);
});

test('a failure is theirs, an error is missing proof or ours, an excluded case is skipped', () => {
  const xml = renderJunit(sampleRecord);
  assert.match(element(xml, 'DEV-TLS-004'), /<failure type="fail" message="Expected: no credential/);
  assert.match(element(xml, 'DEV-TLS-009'), /<error type="unverified"/);
  assert.match(element(xml, 'DEV-RET-002'), /<error type="error"/);
  assert.match(element(xml, 'SRV-CFG-004'), /<error type="unexpected-pass"/);
  assert.match(element(xml, 'DEV-TLS-033'), /<skipped type="not-applicable" message="The profile excludes it/);
  assert.match(element(xml, 'SRV-REQ-014'), /<skipped type="expected-failure"/);
  assert.match(element(xml, 'DEV-TLS-021'), /<system-out>warn: /);
  assert.doesNotMatch(element(xml, 'DEV-TLS-001'), /<(failure|error|skipped)/);
});

test('what a baseline has to do with a case is said, and an entry that is not so any more is an error of its own', () => {
  const xml = renderJunit(sampleRecord);
  assert.match(
    element(xml, 'SRV-REQ-014'),
    /message="expected: A second certificate was issued\. known\.baseline:7 \(server team/,
  );
  assert.match(element(xml, 'SRV-CFG-004'), /Baseline: known\.baseline:14 [^<]*remove the entry/);
  assert.match(xml, /<testcase name="known\.baseline:20"[^>]*>\s*<error type="stale" message="expired on 2026-10-31/);
});

test('the numbers of the suites are those of the cases', () => {
  const xml = renderJunit(sampleRecord);
  assert.match(xml, /<testsuites name="muster" tests="13" failures="1" errors="4"/);
  assert.match(xml, /<testsuite name="muster.device" tests="7" failures="1" errors="2" skipped="1"/);
});

test('a run that is empty, not over or strict is not green, though no case of it failed', async () => {
  const { baseline: _baseline, ...withoutBaseline } = sampleRecord;
  const empty: RunRecord = { ...withoutBaseline, cases: [], ...judgeRun([], { strict: false, status: 'complete' }) };
  const warned = sampleRecord.cases.filter(({ verdict }) => verdict === 'warn');
  const strict: RunRecord = {
    ...withoutBaseline,
    cases: warned,
    ...judgeRun(warned, { strict: true, status: 'complete' }),
  };
  for (const record of [empty, strict, { ...empty, status: 'incomplete', verdict: 'incomplete' } as const]) {
    const xml = renderJunit(record);
    assert.match(xml, /<testcase name="the run as a whole"[^>]*>\s*<(failure|error) /);
    assert.deepEqual(await junitProblems(xml), []);
  }
});

test('whatever a peer put into a reason, the report stays well-formed', async () => {
  const first = sampleRecord.cases[0];
  assert.ok(first);
  // One document of many hostile strings: starting the validator costs more than the validation.
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(']]>', '<!--', '-->', '&', '"', "'", '\0', '\u001b[2J', '\ud800', '\r\n') }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(hostile, hostile), { minLength: 40, maxLength: 60 }), async (strings) => {
      const verdicts = ['pass', 'fail', 'error', 'not-applicable'] as const;
      const cases = strings.map(([id, reason], index) => ({
        ...first,
        id,
        reason,
        verdict: verdicts[index % verdicts.length] ?? 'pass',
      }));
      const [[entry, why] = ['', '']] = strings;
      const baseline = { file: '', digest: '', stale: [{ entry, why }] };
      const xml = renderJunit({ ...sampleRecord, cases, baseline, command: entry });
      assert.deepEqual(await junitProblems(xml), []);
      assert.equal(xml.split('<testcase ').length - 1, cases.length + 1);
    }),
    { seed, numRuns: 5 },
  );
});

test('a case that is not scored is skipped, whatever was found; scored, it counts', () => {
  const record = sampleCertification();
  const newer = element(renderJunit(record), 'DEV-TLS-009');
  assert.match(
    newer,
    /<skipped type="unverified" message="not scored, since it is newer than the requirement set: unver/,
  );
  const cases = record.cases.map(({ scored: _scored, ...rest }) => rest);
  assert.match(element(renderJunit(sampleCertification({ cases })), 'DEV-TLS-009'), /<error type="unverified"/);
});
