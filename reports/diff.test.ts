import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ChangeKind, changeKinds, diffRuns } from './diff.ts';
import { renderDiff } from './diff-terminal.ts';
import { renderDiffHtml } from './html/diff-page.ts';
import type { CaseRecord, RunRecord } from './run-record.ts';
import { sampleRecord } from './sample-record.ts';

const plain = { color: false, columns: 100 };
const idOf = 'DEV-TLS-001';

/** The sample run, in which one case is different; undefined takes it away. */
function runWith(differs: Partial<CaseRecord> | undefined): RunRecord {
  const cases = sampleRecord.cases.flatMap((one) => {
    if (one.id !== idOf) return [one];
    return differs === undefined ? [] : [{ ...one, ...differs }];
  });
  return { ...sampleRecord, cases };
}

const notMended = sampleRecord.cases.filter(({ verdict }) =>
  ['fail', 'unverified', 'warn', 'error', 'expected-failure'].includes(verdict),
).length;

test('a run beside itself has nothing but what is not mended, and is not worse', () => {
  const diff = diffRuns(sampleRecord, sampleRecord);
  assert.deepEqual([diff.worse, diff.differences, diff.unchanged], [false, [], sampleRecord.cases.length - notMended]);
  assert.deepEqual([...new Set(diff.changes.map(({ kind }) => kind))], ['still-failing']);
});

test('of two runs with one planted regression, just that is worse', () => {
  const after = runWith({ verdict: 'fail', reason: 'The spoofed server read the password.' });
  const diff = diffRuns(sampleRecord, after);
  assert.ok(diff.worse);
  assert.deepEqual(
    diff.changes.filter(({ worse }) => worse).map(({ id, kind }) => [id, kind]),
    [[idOf, 'new-failure']],
  );
  const text = renderDiff(diff, plain);
  assert.match(text, /The second run is worse: 1 case\.\n\nNew failures \(1\)\n {2}DEV-TLS-001 pass → fail\n/);
  assert.match(text, /The spoofed server read the password/);
  const back = diffRuns(after, sampleRecord);
  assert.deepEqual([back.worse, back.changes.find(({ id }) => id === idOf)?.kind], [false, 'fixed']);
});

const failed = { verdict: 'fail', reason: 'Expected: refused. Seen: HTTP 200 after 12 ms.' } as const;
const warned = { verdict: 'warn', reason: 'A SHOULD is not met.' } as const;
const unproved = { verdict: 'unverified', reason: 'No proof.' } as const;
const excluded = { verdict: 'not-applicable', reason: 'The profile excludes it.' } as const;
const flaky = { verdict: 'fail', repetitions: ['pass', 'fail'], reason: 'Flaky: …' } as const;
const expected = {
  ...failed,
  verdict: 'expected-failure',
  expectation: { entry: 'b:1', fails: 'fail', seen: ['*'], owner: 'o', reason: 'r', expires: '2027-01-01' },
} as const;
const proofAt = (port: number) => ({ proof: `Fatal TLS alert 45, seen at 127.0.0.1:${port}.` });

const rows: readonly [
  what: string,
  Partial<CaseRecord> | undefined,
  Partial<CaseRecord> | undefined,
  ChangeKind | undefined,
][] = [
  ['a proof that is lost is no less a regression than a failure', {}, unproved, 'unproved'],
  ['so is an error of the bench', {}, { verdict: 'error', reason: 'Status 127.' }, 'unproved'],
  ['so is a case that is excluded now', {}, excluded, 'unjudged'],
  ['so is a case that is gone', {}, undefined, 'unjudged'],
  ['so is a SHOULD that was met', {}, warned, 'new-warning'],
  ['so is a failure that somebody expects by now', {}, expected, 'new-failure'],
  ['a failure that nobody saw before, since there was no proof', unproved, failed, 'new-failure'],
  ['a SHOULD that becomes a violation', warned, failed, 'new-failure'],
  ['another failure of the same case', failed, { ...failed, reason: 'The device crashed.' }, 'another-failure'],
  [
    'the same failure, with other numbers',
    failed,
    { ...failed, reason: 'Expected: refused. Seen: HTTP 200 after 7 ms.' },
    'still-failing',
  ],
  ['the same failure, expected now', failed, expected, 'still-failing'],
  ['a failure of which there is no proof any more is not mended', failed, unproved, 'still-failing'],
  ['nor is one that is excluded now', failed, excluded, 'still-failing'],
  ['nor is one whose case is gone', failed, undefined, 'still-failing'],
  ['a failure that is gone', failed, {}, 'fixed'],
  ['a failure that was expected, and is gone', expected, { verdict: 'unexpected-pass' }, 'fixed'],
  ['a case that is flaky now', {}, flaky, 'flaky'],
  ['a case that is flaky still', flaky, flaky, 'still-failing'],
  ['a case that is not flaky any more, and passes', flaky, { repetitions: ['pass', 'pass'] }, 'fixed'],
  ['a case that only the second run has', undefined, {}, 'added'],
  ['a case that only the second run has, and that fails', undefined, failed, 'new-failure'],
  ['another proof', {}, { proof: 'The connection was closed.' }, 'changed-proof'],
  ['the same proof, at another port', proofAt(4001), proofAt(4002), undefined],
  ['another version of the case', {}, { version: 2 }, 'changed-version'],
  ['a case that was and is excluded', excluded, excluded, undefined],
];
for (const [what, before, after, kind] of rows) {
  test(`two runs compared: ${what}`, () => {
    const diff = diffRuns(runWith(before), runWith(after));
    const found = diff.changes.find(({ id }) => id === idOf);
    assert.equal(found?.kind, kind);
    assert.equal(diff.worse, kind !== undefined && changeKinds[kind].worse);
  });
}

test('every kind of change is made by one of these pairs', () => {
  assert.deepEqual([...new Set(rows.flatMap(([, , , kind]) => kind ?? []))].sort(), Object.keys(changeKinds).sort());
});

test('a run that is not over is worse than one that was, whatever its cases say', () => {
  const after: RunRecord = { ...sampleRecord, status: 'incomplete', verdict: 'incomplete' };
  assert.ok(diffRuns(sampleRecord, after).worse);
  assert.ok(!diffRuns(after, after).worse);
  assert.match(renderDiff(diffRuns(sampleRecord, after), plain), /Status: complete → incomplete/);
});

test('what else the runs differ in is said first: profile, subject, firmware, seed, version', () => {
  const [device, server] = sampleRecord.subject;
  assert.ok(device && server);
  const after: RunRecord = {
    ...sampleRecord,
    seed: 1,
    muster: '0.2.0',
    profile: { ...sampleRecord.profile, id: 'legacy' },
    subject: [{ ...device, version: '2.5.0', firmware: 'sha256:00' }, server],
  };
  const { differences, worse } = diffRuns(sampleRecord, after);
  assert.deepEqual(
    differences.map(({ name }) => name),
    ['Device', 'Device: firmware', 'Profile', 'Seed', 'Muster'],
  );
  assert.equal(worse, false);
  const text = renderDiff(diffRuns(sampleRecord, after), plain);
  assert.match(text, /Device: Example Gateway 2\.4\.1 → Example Gateway 2\.5\.0/);
  assert.ok(text.indexOf('Seed: 20261123 → 1') < text.indexOf('Nothing is worse'));
});

test('the page says the same, and nothing of a peer becomes markup or a request', () => {
  const hostile = '<img src=https://example.com/x onerror=alert(1)>';
  const page = renderDiffHtml(diffRuns(sampleRecord, runWith({ ...failed, title: hostile, reason: hostile })));
  assert.match(page, /The second run is worse: 1 case\./);
  assert.match(page, /default-src 'none'/);
  assert.ok(!page.includes('<img'));
  assert.match(page, /<span class="id">DEV-TLS-001<\/span> &lt;img src=/);
});

test('what a peer sent moves no cursor', () => {
  const text = renderDiff(diffRuns(sampleRecord, runWith({ ...failed, reason: '\u001b[2J gone' })), plain);
  assert.ok(!text.includes('\u001b'));
});
