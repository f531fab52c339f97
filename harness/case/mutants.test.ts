import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestDetails } from '@playwright/test';
import type { MutationPlan } from '../runner/plan.ts';
import { type CaseDetails, caseDetailsOf, conformanceCase } from './details.ts';
import { againstMutants, mutantOf } from './mutants.ts';

const details: CaseDetails = {
  id: 'DEV-TLS-001',
  version: 1,
  requirements: ['ID-004'],
  control: 'the same listener, accepted',
  mutants: ['no-anchor-check', 'no-checks'],
};
const body = () => {};

/** What a scenario's one `test()` declares in a run with this mutation. */
function declared(mutation: MutationPlan | undefined, one: TestDetails = conformanceCase(details)) {
  const seen: { title: string; mutant: string | undefined; id: string | undefined; body: unknown }[] = [];
  const given = Object.assign(
    (title: string, { annotation }: TestDetails, run: unknown) => {
      const annotations = [annotation ?? []].flat();
      seen.push({ title, mutant: mutantOf(annotations), id: caseDetailsOf(annotations)?.id, body: run });
    },
    { use: () => 'used' },
  );
  const changed = againstMutants(given, mutation);
  changed('A device refuses', one, body);
  assert.equal(changed.use(), 'used');
  return seen;
}

test('each mutant that a case names has a test of its own, with the same body', () => {
  assert.deepEqual(declared({}), [
    { title: 'A device refuses (no-anchor-check)', mutant: 'no-anchor-check', id: 'DEV-TLS-001', body },
    { title: 'A device refuses (no-checks)', mutant: 'no-checks', id: 'DEV-TLS-001', body },
  ]);
});

test('every mutant of its role has one, when all are to be played', () => {
  const all = { device: ['a', 'b', 'c'], server: ['d'] };
  assert.deepEqual(
    declared({ all }).map(({ mutant }) => mutant),
    ['a', 'b', 'c'],
  );
  const ofServer = conformanceCase({ ...details, id: 'SRV-ENR-001' });
  assert.deepEqual(
    declared({ all }, ofServer).map(({ mutant }) => mutant),
    ['d'],
  );
});

test('in a run that certifies, a case is what it says, and has no mutant', () => {
  assert.deepEqual(declared(undefined), [{ title: 'A device refuses', mutant: undefined, id: 'DEV-TLS-001', body }]);
});
