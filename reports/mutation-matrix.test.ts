import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MusterError } from '#protocol/errors.ts';
import { readMutationMatrix, withMatrix } from './mutation-matrix.ts';

const results = [
  { case: 'A-001', version: 1, mutant: 'careless', isCaught: true },
  { case: 'A-002', version: 1, mutant: 'careless', isCaught: false },
  { case: 'A-003', version: 1, mutant: 'careless', isCaught: true },
];
const matrix = { schemaVersion: 1, muster: '0.1.0', results } as const;

test('a flaw names the cases that were seen to catch it; another version of a case says nothing', () => {
  const mutants = [
    { id: 'careless', explanation: 'Takes all.' },
    { id: 'unplayed', explanation: 'Takes none.' },
  ];
  const cases = [
    { id: 'A-001', version: 1 },
    { id: 'A-002', version: 1 },
    { id: 'A-003', version: 2 },
  ];
  assert.deepEqual(withMatrix(mutants, cases, readMutationMatrix(JSON.stringify(matrix), 'matrix.json')), [
    { id: 'careless', explanation: 'Takes all.', caughtBy: ['A-001'] },
    { id: 'unplayed', explanation: 'Takes none.' },
  ]);
});

test('a file that is no matrix is told by its name, and how one is made', () => {
  for (const text of [
    '',
    '{',
    'null',
    '[]',
    '{}',
    JSON.stringify({ ...matrix, schemaVersion: 2 }),
    '{"schemaVersion":1,"results":[{}]}',
  ]) {
    assert.throws(
      () => readMutationMatrix(text, 'matrix.json'),
      (thrown) => thrown instanceof MusterError && /^matrix\.json .*--json FILE/.test(thrown.message),
      text,
    );
  }
});
