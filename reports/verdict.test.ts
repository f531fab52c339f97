import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CaseVerdict, caseVerdicts, type RequirementSetView } from './run-record.ts';
import { judgeRun, verdictsWorstFirst, worstVerdict } from './verdict.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);
const complete = { strict: false, status: 'complete' } as const;
const judge = (verdicts: readonly CaseVerdict[], options: Parameters<typeof judgeRun>[1] = complete) =>
  judgeRun(
    verdicts.map((verdict, index) => ({ id: `DEV-TLS-${String(index + 1).padStart(3, '0')}`, verdict })),
    options,
  );

test('each verdict alone leads to its exit code', () => {
  const expected: Record<CaseVerdict, [verdict: string, exitCode: number]> = {
    pass: ['pass', 0],
    fail: ['fail', 1],
    warn: ['pass', 0],
    unverified: ['inconclusive', 4],
    'not-applicable': ['pass', 0],
    error: ['error', 3],
    'expected-failure': ['pass', 0],
    'unexpected-pass': ['inconclusive', 5],
  };
  for (const verdict of caseVerdicts) {
    const judged = judge(['pass', verdict]);
    assert.deepEqual([judged.verdict, judged.exitCode], expected[verdict], verdict);
  }
});

test('a SHOULD that is not met fails a strict run only', () => {
  assert.equal(judge(['pass', 'warn']).exitCode, 0);
  const strict = judge(['pass', 'warn'], { strict: true, status: 'complete' });
  assert.equal(strict.exitCode, 1);
  assert.equal(strict.verdict, 'fail');
  assert.match(strict.reasons[0] ?? '', /DEV-TLS-002/);
});

test('an empty run is never a pass', () => {
  assert.deepEqual([judge([]).verdict, judge([]).exitCode], ['inconclusive', 2]);
  assert.equal(judge(['pass']).exitCode, 0);
});

test('a run in which nothing is applicable is never a pass', () => {
  assert.deepEqual([judge(['not-applicable']).verdict, judge(['not-applicable']).exitCode], ['inconclusive', 4]);
});

test('the weightiest finding decides, and every finding is named', () => {
  const judged = judge(['unexpected-pass', 'unverified', 'error', 'fail', 'pass']);
  assert.deepEqual([judged.verdict, judged.exitCode, judged.reasons.length], ['fail', 1, 4]);
  assert.equal(judge(['unexpected-pass', 'unverified', 'error']).exitCode, 3);
  assert.equal(judge(['unexpected-pass', 'unverified']).exitCode, 4);
});

test('an entry of the baseline that is not so any more makes a good run inconclusive, and hides no finding', () => {
  const stale = [{ entry: 'known.baseline:3', why: 'expired on 2026-10-31' }];
  const judged = judge(['pass', 'expected-failure'], { ...complete, stale });
  assert.deepEqual([judged.verdict, judged.exitCode], ['inconclusive', 5]);
  assert.match(judged.reasons[0] ?? '', /^1 entry of the baseline must be looked at: known\.baseline:3\.$/);
  assert.equal(judge(['pass', 'expected-failure'], { ...complete, stale: [] }).exitCode, 0);
  const codes = (['fail', 'error', 'unverified'] as const).map((verdict) => judge([verdict], { ...complete, stale }));
  assert.deepEqual(
    codes.map(({ exitCode }) => exitCode),
    [1, 3, 4],
  );
});

test('a run that is not over is incomplete, and never ends 0', () => {
  const incomplete = { strict: false, status: 'incomplete' } as const;
  assert.deepEqual([judge(['pass'], incomplete).verdict, judge(['pass'], incomplete).exitCode], ['incomplete', 4]);
  assert.equal(judge([], incomplete).verdict, 'incomplete');
  assert.notEqual(judge([], incomplete).exitCode, 0);
  assert.equal(judge(['fail'], incomplete).exitCode, 1);
});

test('whatever the cases, only good verdicts end 0, the counts add up, and there is a reason', () => {
  const good = new Set<CaseVerdict>(['pass', 'warn', 'not-applicable', 'expected-failure']);
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...caseVerdicts), { maxLength: 40 }), fc.boolean(), (verdicts, strict) => {
      const judged = judge(verdicts, { strict, status: 'complete' });
      const clean =
        verdicts.every((verdict) => good.has(verdict)) &&
        verdicts.some((verdict) => verdict !== 'not-applicable') &&
        !(strict && verdicts.includes('warn'));
      assert.equal(judged.exitCode === 0, clean);
      assert.equal(judged.verdict === 'pass', clean);
      assert.equal(
        Object.values(judged.counts).reduce((sum, count) => sum + count, 0),
        verdicts.length,
      );
      assert.ok(judged.reasons.length > 0 && judged.reasons.every((reason) => reason.endsWith('.')));
    }),
    { seed },
  );
});

test('every verdict has its place in the order, and the worst of several is the first of them', () => {
  assert.deepEqual([...verdictsWorstFirst].sort(), [...caseVerdicts].sort());
  assert.equal(worstVerdict(['pass', 'unverified', 'not-applicable']), 'unverified');
  assert.equal(worstVerdict([]), undefined);
});

const set = { name: '2026-11', digest: 'ab' };
const certified = (cases: Parameters<typeof judgeRun>[0], requirementSet: RequirementSetView = set) =>
  judgeRun(cases, { ...complete, requirementSet });

test('a case that is newer than the requirement set counts neither for nor against', () => {
  const old = { id: 'A-1', verdict: 'pass' } as const;
  const newer = (verdict: CaseVerdict) => ({ id: 'B-1', verdict, scored: false }) as const;
  for (const verdict of caseVerdicts) {
    assert.deepEqual(certified([old, newer(verdict)]), certified([old]), verdict);
    const alone = certified([newer(verdict)]);
    assert.deepEqual([alone.verdict, alone.exitCode], ['inconclusive', 2], `nothing but ${verdict}, not scored`);
  }
  assert.equal(certified([old, { id: 'B-1', verdict: 'fail' }]).exitCode, 1, 'the same case, scored');
});

test('in a certification a case does not apply by a line of the profile, or the run is never green', () => {
  const pass = { id: 'A-1', verdict: 'pass' } as const;
  const excluded = { id: 'B-1', verdict: 'not-applicable' } as const;
  const silent = certified([pass, excluded]);
  assert.deepEqual([silent.verdict, silent.exitCode], ['inconclusive', 4]);
  assert.match(silent.reasons[0] ?? '', /no line of the profile says so: B-1\./);
  assert.equal(certified([pass, { ...excluded, profileLine: 'gw.profile, line 4' }]).exitCode, 0);
  assert.equal(judgeRun([pass, excluded], complete).exitCode, 0, 'a run that certifies nothing');
});

test('in a certification what is missing of the set is never green, and a baseline excuses nothing', () => {
  const pass = { id: 'A-1', verdict: 'pass' } as const;
  assert.equal(certified([pass]).exitCode, 0);
  const missing = certified([pass], { ...set, unmet: [{ id: 'C-1', why: 'It is gone.' }] });
  assert.deepEqual([missing.verdict, missing.exitCode], ['inconclusive', 4]);
  assert.match(missing.reasons[0] ?? '', /as it was frozen: C-1\./);
  const excused = [pass, { id: 'B-1', verdict: 'expected-failure' }] as const;
  assert.equal(certified(excused).exitCode, 1);
  assert.equal(judgeRun(excused, complete).exitCode, 0, 'a run that certifies nothing');
});
