import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeStatus, statusTable } from './status.ts';

test('the statuses are 0 to 12, with ready and pending where the publication puts them', () => {
  assert.deepEqual(
    Object.keys(statusTable),
    Array.from({ length: 13 }, (_, status) => String(status)),
  );
  assert.equal(statusTable[0].id, 'ready');
  assert.equal(statusTable[1].id, 'pending');
});

test('each status has an id and a meaning of its own', () => {
  const rows = Object.values(statusTable);
  assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length);
  assert.equal(new Set(rows.map(({ meaning }) => meaning)).size, rows.length);
});

test('a status is described by its id, an unknown one by its number alone', () => {
  assert.equal(describeStatus(5), '5 (proof-of-possession-failed)');
  assert.equal(describeStatus(77), '77');
});
