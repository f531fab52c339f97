import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entriesFor, expectationText, heldAgainst } from './baseline.ts';
import { readBaseline, writeEntries } from './baseline-file.ts';
import type { CaseRecord } from './run-record.ts';
import { sampleRecord } from './sample-record.ts';
import { judgeRun } from './verdict.ts';

const day = '2026-11-23';
const baseline = readBaseline(
  `expect DEV-TLS-004 ID-002
  fails fail
  seen "*a server certified as *"
  owner "gateway team"
  reason "GW-812: the name is not checked before 2.5"
  expires 2026-12-31
`,
  'known.baseline',
);
const failing = sampleRecord.cases.find(({ id }) => id === 'DEV-TLS-004') ?? assert.fail();

/** What comes of one case under the baseline, and how a run of it alone ends. */
function held(differs: Partial<CaseRecord>, on = day, of = baseline, known?: ReadonlySet<string>) {
  const { cases, stale } = heldAgainst(of, [{ ...failing, ...differs }], { day: on, known });
  const [one = assert.fail()] = cases;
  const { exitCode } = judgeRun(cases, { strict: false, status: 'complete', stale });
  return { one, verdict: one.verdict, why: stale.map(({ why }) => why).join('\n'), exitCode };
}

test('a failure of the very kind is expected, and the run is good', () => {
  const { one, verdict, why, exitCode } = held({});
  assert.deepEqual([verdict, why, exitCode], ['expected-failure', '', 0]);
  assert.deepEqual(one.expectation?.owner, 'gateway team');
  assert.match(
    expectationText(one) ?? '',
    /^known\.baseline:1 \(gateway team, until 2026-12-31: GW-812.*expects this failure/,
  );
});

test('the same failure in a case without an entry is a failure', () => {
  assert.deepEqual([held({ id: 'DEV-TLS-005' }).verdict, held({ id: 'DEV-TLS-005' }).exitCode], ['fail', 1]);
});

test('another failure of the same case is not covered: it says what was expected, and what was seen', () => {
  const { one, verdict, why, exitCode } = held({ reason: 'The device crashed.' });
  assert.deepEqual([verdict, exitCode], ['fail', 5]);
  assert.match(
    why,
    /DEV-TLS-004 fails another way: expected fail “\*a server certified as \*”; seen fail “The device crashed\.”/,
  );
  assert.match(expectationText(one) ?? '', /expects another failure/);
});

test('a violation that no entry is about outweighs one that fails another way than its entry expects', () => {
  const changed = held({ reason: 'The device crashed.' }).one;
  const judged = (...cases: CaseRecord[]) => judgeRun(cases, { strict: false, status: 'complete' });
  assert.deepEqual([judged(changed).verdict, judged(changed).exitCode], ['fail', 5]);
  assert.deepEqual(judged(changed, { ...failing, id: 'DEV-TLS-005' }).exitCode, 1);
  assert.match(
    judged(changed).reasons.join(' '),
    /1 case failed in another way than the baseline expects: DEV-TLS-004/,
  );
});

test('an unmet SHOULD where a violation is expected is another failure, and stale though it is no violation', () => {
  assert.deepEqual([held({ verdict: 'warn' }).verdict, held({ verdict: 'warn' }).exitCode], ['warn', 5]);
});

test('a case that passes again makes its entry stale', () => {
  const { one, verdict, why, exitCode } = held({ verdict: 'pass' });
  assert.deepEqual([verdict, why, exitCode], ['unexpected-pass', '', 5]);
  assert.match(expectationText(one) ?? '', /remove the entry/);
});

test('neither an error nor a missing proof is the failure that was expected', () => {
  assert.deepEqual([held({ verdict: 'error' }).verdict, held({ verdict: 'error' }).exitCode], ['error', 3]);
  assert.deepEqual(
    [held({ verdict: 'unverified' }).verdict, held({ verdict: 'unverified' }).exitCode],
    ['unverified', 4],
  );
});

test('an entry holds through its last day, and is stale on the next', () => {
  assert.equal(held({}, '2026-12-31').exitCode, 0);
  const { verdict, why, exitCode } = held({}, '2027-01-01');
  assert.deepEqual([verdict, exitCode], ['expected-failure', 5]);
  assert.match(why, /^expired on 2026-12-31: gateway team is to mend DEV-TLS-004/);
});

test('an entry whose case is not applicable any more is stale', () => {
  const { verdict, why, exitCode } = held({ verdict: 'not-applicable', reason: 'The profile excludes it.' });
  assert.equal(verdict, 'not-applicable');
  assert.match(why, /not applicable: The profile excludes it/);
  assert.notEqual(exitCode, 0);
});

test('an entry for a requirement that its case does not judge is stale, and covers nothing', () => {
  const { verdict, why, exitCode } = held({ requirements: ['ID-003'] });
  assert.deepEqual([verdict, exitCode], ['fail', 1]);
  assert.match(why, /DEV-TLS-004 does not judge ID-002, but ID-003/);
});

test('an entry for a case that there is not is stale; for one that was only not selected, it says nothing of this run', () => {
  const good = { id: 'DEV-TLS-005', verdict: 'pass' } as const;
  assert.match(held(good).why, /there is no case DEV-TLS-004/);
  assert.equal(held(good).exitCode, 5);
  assert.deepEqual(held(good, day, baseline, new Set(['DEV-TLS-004', 'DEV-TLS-005'])).exitCode, 0);
  assert.equal(held(good, '2027-01-01', baseline, new Set(['DEV-TLS-004'])).exitCode, 5, 'expired is expired');
});

test('of two entries for one case, the one that does not describe its failure is stale', () => {
  const two = readBaseline(
    `expect DEV-TLS-004 ID-003\n  fails fail\n  seen "It crashed."\n  owner o\n  reason r\n  expires 2026-12-31\n${writeEntries(baseline.entries)}`,
    'two',
  );
  const { one, verdict, why, exitCode } = held({}, day, two);
  assert.deepEqual([verdict, exitCode, one.expectation?.entry], ['expected-failure', 5, 'two:7']);
  assert.match(why, /DEV-TLS-004 fails as two:7 expects, and not as this entry does/);
});

test('a baseline made of a run expects just its failures, and the same run is then good but for what proves nothing', () => {
  const about = { owner: 'o', reason: 'r', expires: '2026-12-31' };
  const entries = entriesFor(sampleRecord.cases, about);
  assert.deepEqual(
    entries.map(({ caseId, requirement, fails }) => `${caseId} ${requirement} ${fails}`),
    ['DEV-TLS-004 ID-002 fail', 'DEV-TLS-021 ID-007 warn'],
  );
  const made = readBaseline(writeEntries(entries), 'made');
  const bad = sampleRecord.cases.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn');
  const { cases, stale } = heldAgainst(made, bad, { day });
  assert.deepEqual([cases.map(({ verdict }) => verdict), stale], [['expected-failure', 'expected-failure'], []]);
  assert.deepEqual(entriesFor([{ ...failing, repetitions: ['fail', 'pass'] }], about), [], 'none that comes and goes');
});
