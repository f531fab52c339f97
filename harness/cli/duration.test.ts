import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationSeconds } from './duration.ts';

test('a duration is a whole number and its unit', () => {
  const seconds = ['500ms', '0s', '30s', '10m', '24h', '7d', '2w', '1y'].map(durationSeconds);
  assert.deepEqual(seconds, [0.5, 0, 30, 600, 86_400, 604_800, 1_209_600, 31_536_000]);
});

test('anything else is refused with what is expected', () => {
  for (const text of ['', '30', 's', '-1s', '1.5h', '1 d', '1h30m', '1Y', '9999999999s', '0x1s', '1constructor']) {
    assert.throws(() => durationSeconds(text), { code: 'settings-invalid', message: /30s, 10m, 24h, 7d or 1y/ }, text);
  }
});
