import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FrozenCase, type RequirementSet, scoreBy } from './requirement-set.ts';
import type { CaseRecord, CaseVerdict, ProfileView } from './run-record.ts';
import { sampleRecord } from './sample-record.ts';

const choices = [{ line: 'TLS', choice: '1.2 to 1.3' }];
const profile: ProfileView = { id: 'modern', insecure: false, choices };
const set = (...cases: FrozenCase[]): RequirementSet => ({
  schemaVersion: 1,
  name: '2026-11',
  date: '2026-11-28',
  muster: '0.1.0',
  profiles: [{ id: 'modern', choices }],
  requirements: [],
  cases,
});
const frozen = (id: string, version = 2): FrozenCase => ({ id, version, role: 'device' });
const [sample] = sampleRecord.cases;
assert.ok(sample);
const ran = (id: string, version = 2, verdict: CaseVerdict = 'pass'): CaseRecord => ({
  ...sample,
  id,
  version,
  verdict,
});
const score = (by: RequirementSet, ...cases: CaseRecord[]) => scoreBy(by, { roles: ['device'], profile, cases });

test('the cases of the set are scored, those that are newer are not', () => {
  const { cases, unmet } = score(set(frozen('A-1')), ran('A-1', 2, 'fail'), ran('B-1', 1, 'fail'));
  assert.deepEqual(
    cases.map(({ id, scored }) => [id, scored]),
    [
      ['A-1', undefined],
      ['B-1', false],
    ],
  );
  assert.deepEqual(unmet, []);
});

test('a case that is gone, or older here, is named; a case of the other role is not asked for', () => {
  const by = set(frozen('A-1'), frozen('B-1'), { id: 'SRV-1', version: 1, role: 'server' });
  const { unmet } = score(by, ran('B-1', 1));
  assert.deepEqual(
    unmet.map(({ id }) => id),
    ['A-1', 'B-1'],
  );
  assert.match(unmet[0]?.why ?? '', /no such case: certify with Muster 0\.1\.0, which froze the set 2026-11/);
  assert.match(unmet[1]?.why ?? '', /this Muster is older/);
});

test('a newer version of a case stands for the frozen one where it is good, and is held against nobody where it is not', () => {
  const good = score(set(frozen('A-1')), ran('A-1', 3, 'pass'));
  assert.deepEqual([good.cases[0]?.scored, good.unmet], [undefined, []]);
  const bad = score(set(frozen('A-1')), ran('A-1', 3, 'fail'));
  assert.equal(bad.cases[0]?.scored, false);
  assert.match(bad.unmet[0]?.why ?? '', /version 3, whose verdict \(fail\) is not held against a subject of the set/);
});

test('a profile that decides otherwise than it did is named; what a statement decides in its place is not', () => {
  const decided = (line: string, statement?: ProfileView['statement']) =>
    scoreBy(
      { ...set(), profiles: [{ id: 'modern', choices: [...choices, { line, choice: 'refused' }] }] },
      {
        roles: ['device'],
        profile: { ...profile, choices: [...choices, { line, choice: 'taken' }], ...(statement ? { statement } : {}) },
        cases: [],
      },
    ).unmet.map(({ id }) => id);
  const statement = { file: 'gw.profile', subject: 'GW', lines: [] };
  assert.deepEqual(decided('clock skew'), ['profile modern']);
  assert.deepEqual(decided('clock skew', statement), ['profile modern']);
  assert.deepEqual(decided('expired trust anchor'), ['profile modern']);
  assert.deepEqual(decided('expired trust anchor', statement), []);
});
