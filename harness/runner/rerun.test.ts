import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MusterError } from '#protocol/errors.ts';
import { readBaseline } from '#reports/baseline-file.ts';
import type { CaseRecord, RunRecord } from '#reports/run-record.ts';
import { sampleRecord } from '#reports/sample-record.ts';
import { schemaIn } from '#reports/schema-validity.ts';
import { renderSummary } from '#reports/terminal.ts';
import { builtInPlan } from './plan.ts';
import { casesToRunAgain, certifyAgain, rejoined } from './rerun.ts';

const { schema, validate } = schemaIn('run-record.schema.json');
const { baseline: _baseline, ...earlier } = sampleRecord;
const lenient = { strict: false };

/** What came of some cases when they ran again. */
function rerun(verdicts: Readonly<Record<string, CaseRecord['verdict']>>): RunRecord {
  const cases = earlier.cases.flatMap((one) => {
    const verdict = verdicts[one.id];
    return verdict === undefined ? [] : [{ ...one, verdict, reason: 'Again.' }];
  });
  return { ...earlier, startedAt: '2026-11-24T08:00:00.000Z', durationMs: 100, command: 'again', cases };
}

const all = casesToRunAgain(earlier, false);
const everyGood = Object.fromEntries(all.map((id) => [id, 'pass' as const]));

test('what runs again is what was not good: failures, expected ones too, and whatever proved nothing', () => {
  assert.deepEqual(all, ['DEV-TLS-004', 'DEV-TLS-009', 'DEV-RET-002', 'SRV-REQ-014', 'SRV-CFG-004']);
  assert.deepEqual(
    casesToRunAgain(earlier, true).filter((id) => !all.includes(id)),
    ['DEV-TLS-021'],
    'an unmet SHOULD is not good where the run is strict',
  );
});

test('the record has the new verdicts among the others, says which ran again and when, and is judged anew', () => {
  const { record, exitCode } = rejoined(earlier, rerun(everyGood), lenient);
  assert.deepEqual([exitCode, record.verdict, record.cases.length], [0, 'pass', earlier.cases.length]);
  assert.deepEqual(
    record.cases.map(({ id }) => id),
    earlier.cases.map(({ id }) => id),
  );
  assert.deepEqual(record.reruns?.[0]?.cases[0], { id: 'DEV-TLS-004', was: 'fail' });
  assert.deepEqual([record.reruns?.[0]?.at, record.durationMs], ['2026-11-24T08:00:00.000Z', earlier.durationMs + 100]);
  assert.equal(record.command, earlier.command, 'the command is that of the run');
  assert.deepEqual(validate(schema, JSON.parse(JSON.stringify(record))), []);
  assert.match(
    renderSummary(record, { color: false }),
    /Run again on 2026-11-24 08:00 UTC: DEV-TLS-004 \(fail before\)/,
  );
  const twice = rejoined(record, rerun({ 'DEV-TLS-004': 'fail' }), lenient);
  assert.deepEqual([twice.exitCode, twice.record.reruns?.length], [1, 2]);
});

test('a case that did not run again, since the run was interrupted, stays as it was', () => {
  const { record, exitCode } = rejoined(earlier, rerun({ 'DEV-TLS-004': 'pass' }), lenient);
  assert.equal(exitCode, 3);
  const verdictOf = (id: string) => record.cases.find((one) => one.id === id)?.verdict;
  assert.deepEqual([verdictOf('DEV-TLS-004'), verdictOf('DEV-RET-002')], ['pass', 'error']);
  const none = rejoined(earlier, rerun({}), lenient).record;
  assert.deepEqual([none.reruns, none.cases], [undefined, earlier.cases.map(({ expectation: _, ...one }) => one)]);
});

test('a run that was not over is not completed by running some of it again', () => {
  const cut: RunRecord = { ...earlier, status: 'incomplete', verdict: 'incomplete' };
  const { record, exitCode } = rejoined(cut, rerun(everyGood), lenient);
  assert.deepEqual([record.status, record.verdict, exitCode], ['incomplete', 'incomplete', 4]);
});

test('what did not run again is held against the baseline of now, too', () => {
  const baseline = readBaseline(
    'expect DEV-TLS-021 ID-007\n  fails warn\n  seen "A SHOULD is not met: *"\n  owner o\n  reason r\n  expires 2026-11-24\n' +
      'expect DEV-TLS-001 ID-001\n  fails fail\n  seen "*x"\n  owner o\n  reason r\n  expires 2026-11-23\n',
    'known',
  );
  const { record, exitCode } = rejoined(earlier, rerun(everyGood), { strict: false, baseline });
  const verdictOf = (id: string) => record.cases.find((one) => one.id === id)?.verdict;
  assert.deepEqual([verdictOf('DEV-TLS-021'), verdictOf('DEV-TLS-001')], ['expected-failure', 'unexpected-pass']);
  assert.deepEqual(
    record.baseline?.stale.map(({ entry }) => entry),
    ['known:7'],
  );
  assert.equal(exitCode, 5);
});

const options = {
  plan: builtInPlan(earlier.seed),
  outFolder: '/nowhere',
  strict: false,
  muster: earlier.muster,
  command: earlier.command,
  signal: new AbortController().signal,
  onEvent: () => {},
};

test('another command, another subject, and a certification are not run again into the record', async () => {
  const says = (text: RegExp) => (thrown: unknown) =>
    thrown instanceof MusterError && thrown.code === 'settings-invalid' && text.test(thrown.message);
  await assert.rejects(
    certifyAgain(earlier, { ...options, command: 'muster certify server' }),
    says(/the command was “muster certify --adapter \.\/adapter\.sh”\n {2}the command is “muster certify server”/),
  );
  await assert.rejects(
    certifyAgain({ ...earlier, cases: earlier.cases.filter(({ id }) => id === 'DEV-TLS-004') }, options),
    says(/Device: was Example Gateway 2\.4\.1\n {2}Device: is built-in simulated gateway/),
  );
  await assert.rejects(certifyAgain(earlier, { ...options, muster: '9.9.9' }), says(/Muster: is 9\.9\.9/));
  const set = { name: '2026-11', digest: 'd' } as NonNullable<RunRecord['requirementSet']>;
  await assert.rejects(certifyAgain({ ...earlier, requirementSet: set }, options), says(/made in one piece/));
});
