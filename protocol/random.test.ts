import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortRandom } from './random.ts';

test('random bytes are new each time, beyond the size of the pool too', () => {
  const seen = new Set(Array.from({ length: 2000 }, () => shortRandom(16).toString('hex')));
  assert.equal(seen.size, 2000);
  // All sixteen are drawn: of 2000 draws no byte is zero in all.
  for (let at = 0; at < 16; at++) assert.ok([...seen].some((hex) => hex.slice(2 * at, 2 * at + 2) !== '00'));
});

test('random bytes stay what they were when more are drawn', () => {
  const first = shortRandom(16);
  const before = first.toString('hex');
  for (let draws = 0; draws < 600; draws++) shortRandom(16);
  assert.equal(first.toString('hex'), before);
});
