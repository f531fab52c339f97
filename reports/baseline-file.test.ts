import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MusterError } from '#protocol/errors.ts';
import { type BaselineEntry, readBaseline, writeEntries } from './baseline-file.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);

const good = `# What is known to fail
expect DEV-TLS-021 ID-007
  fails warn
  seen "The device refused *"
  seen 'It says "no"'
  owner field-team   # by mail
  reason "Chains are sorted by hand: GW-812"
  expires 2027-03-31
`;

function refused(text: string): string[] {
  try {
    readBaseline(text, 'known.baseline');
  } catch (thrown) {
    assert.ok(thrown instanceof MusterError && thrown.code === 'baseline-invalid');
    return thrown.message.split('\n');
  }
  return assert.fail('the baseline was read');
}

test('an entry has a case, a requirement, a way of failing, an owner, a reason and a day', () => {
  const { entries, file, digest } = readBaseline(good, 'known.baseline');
  assert.equal(file, 'known.baseline');
  assert.match(digest, /^[0-9a-f]{64}$/);
  assert.deepEqual(entries, [
    {
      line: 2,
      caseId: 'DEV-TLS-021',
      requirement: 'ID-007',
      fails: 'warn',
      seen: ['The device refused *', 'It says "no"'],
      owner: 'field-team',
      reason: 'Chains are sorted by hand: GW-812',
      expires: '2027-03-31',
    },
  ]);
});

test('a baseline without entries expects nothing, and is read', () => {
  assert.deepEqual(readBaseline('# all is mended\n', 'x').entries, []);
});

test('every error is told at once, by file, line and column; the same text without them is read', () => {
  const bad = `owner nobody
expect DEV-TLS-021
expect DEV-TLS-001 ID-001 ID-002
  fails error
  seen "*"
  owner
  reason two words
  expires 2027-02-30
  expires 2027-02-28
  excuse none
expect DEV-TLS-009 ID-001
  fails fail
  seen "x
expect DEV-TLS-009 ID-001
`;
  const problems = refused(bad);
  const missing = (line: number, count: number) => Array.from({ length: count }, () => `${line}:1`);
  assert.deepEqual(
    problems.map((problem) => /^known\.baseline:(\d+:\d+): /.exec(problem)?.[1]).sort(byNumber),
    [
      '1:1',
      '2:1',
      ...missing(2, 5),
      '3:27',
      '4:9',
      '5:8',
      '6:3',
      '7:14',
      '8:11',
      '9:3',
      '10:3',
      ...missing(11, 3),
      '13:8',
      '14:1',
      ...missing(14, 5),
    ].sort(byNumber),
    problems.join('\n'),
  );
  const told = problems.join('\n');
  for (const text of [
    /belongs to no entry/,
    /expected "fail" or "warn", seen "error"/,
    /takes one word; put quotes/,
    /unterminated quote/,
    /stands in line 11 already/,
    /unknown line "excuse"/,
    /the last day that it is expected, as 2027-03-31, seen "2027-02-30"/,
  ])
    assert.match(told, text);
});

const byNumber = (a: string | undefined, b: string | undefined) =>
  (a ?? '').localeCompare(b ?? '', 'en', { numeric: true });

test('what is written is read back, whatever a device said', () => {
  const words = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
    .filter((text) => /[^\s*"'\p{C}\p{Z}]/u.test(text));
  const plain = words.map((text) => text.replace(/["\p{Cc}\p{Zl}\p{Zp}]/gu, '-'));
  const entry: fc.Arbitrary<BaselineEntry> = fc.record(
    {
      caseId: fc.constantFrom('DEV-TLS-001', 'SRV-REQ-014'),
      requirement: fc.constantFrom('ID-001', 'ID-002'),
      fails: fc.constantFrom('fail', 'warn'),
      seen: fc.array(plain, { minLength: 1, maxLength: 3 }),
      owner: plain,
      reason: plain,
      expires: fc.constantFrom('2027-03-31', '2028-02-29'),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(entry, (one) => {
      const [{ line, ...read } = assert.fail(), ...others] = readBaseline(writeEntries([one]), 'x').entries;
      assert.deepEqual([line, others.length, read], [1, 0, one]);
    }),
    { seed },
  );
  const said: BaselineEntry = {
    caseId: 'A-001',
    requirement: 'B-001',
    fails: 'fail',
    seen: ['both \' and " \u001b'],
    owner: 'o',
    reason: 'r',
    expires: '2027-03-31',
  };
  assert.deepEqual(readBaseline(writeEntries([said]), 'x').entries[0]?.seen, ["both ' and * *"]);
  assert.throws(() => writeEntries([{ ...said, owner: 'both \' and "' }]), /owner: a text without control characters/);
});
