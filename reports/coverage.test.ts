import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coverageOf } from './coverage.ts';
import { sampleRecord } from './sample-record.ts';

const coverage = coverageOf(sampleRecord);
const row = (id: string) => coverage.requirements.find(({ requirement }) => requirement.id === id);

test('a requirement leads to its cases and to the mutants that they must catch', () => {
  const found = row('ID-002');
  assert.deepEqual(
    found?.cases.map(({ id }) => id),
    ['DEV-TLS-001', 'DEV-TLS-004'],
  );
  assert.deepEqual(found?.mutants, ['refuses-every-server', 'skips-name-check']);
});

test('the worst verdict of its cases stands for a requirement', () => {
  assert.equal(row('ID-002')?.verdict, 'fail');
  assert.equal(row('POP-001')?.verdict, 'pass');
  assert.equal(row('ADM-006')?.verdict, undefined);
});

test('a mutant leads back to the cases that must fail it', () => {
  const found = coverage.mutants.find(({ id }) => id === 'skips-name-check');
  assert.deepEqual(
    found?.cases.map(({ id }) => id),
    ['DEV-TLS-004'],
  );
});

test('a requirement without a case is told apart by whether a reason is written', () => {
  assert.equal(row('ADM-006')?.state, 'explained');
  assert.equal(row('SEC-004')?.state, 'absent');
  assert.deepEqual(coverage.numbers.all, { total: 13, covered: 11, explained: 1, absent: 1 });
  assert.equal(coverage.numbers.MUST.total + coverage.numbers.SHOULD.total, coverage.numbers.all.total);
});

test('a case that names a requirement which the record does not hold is reported', () => {
  assert.deepEqual(coverage.unknown, []);
  const cases = sampleRecord.cases.map((one) => ({ ...one, requirements: [...one.requirements, 'ID-999'] }));
  const { unknown } = coverageOf({ ...sampleRecord, cases: cases.slice(0, 1) });
  assert.deepEqual(unknown, [{ caseId: 'DEV-TLS-001', requirement: 'ID-999' }]);
});
