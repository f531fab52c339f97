import assert from 'node:assert/strict';
import { test } from 'node:test';
import { long } from '#harness/long-tests.ts';
import { attacks } from './slow-http/attack.ts';
import { besides } from './slow-http/siege.ts';

test('slow headers, slow bodies and slow readers at once keep no device from enrolling', long, async () => {
  const { summary, failures, mostConnected } = await besides(attacks, 'TLS', {
    connections: 150,
    perSecond: 150,
    seconds: 3,
  });
  assert.deepEqual(failures, [], summary);
  assert.ok(Math.min(...mostConnected) > 50, summary);
});
