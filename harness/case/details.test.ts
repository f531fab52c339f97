import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CaseDetails, caseDetailsOf, conformanceCase } from './details.ts';

const details: CaseDetails = {
  id: 'DEV-TLS-001',
  version: 1,
  requirements: ['ID-004'],
  control: 'the same “listener”, accepted',
  mutants: ['no-anchor-check'],
};

test('what a case declares is read back from the annotations, among others', () => {
  const { annotation, tag } = conformanceCase(details);
  assert.equal(tag, '@DEV-TLS-001');
  assert.ok(annotation && !Array.isArray(annotation));
  assert.deepEqual(caseDetailsOf([{ type: 'issue', description: '{}' }, annotation]), details);
});

test('a test that declares nothing is no case', () => {
  assert.equal(caseDetailsOf([]), undefined);
  assert.equal(caseDetailsOf([{ type: 'slow' }, { type: 'muster-case' }]), undefined);
});
