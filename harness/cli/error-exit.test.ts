import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ErrorCode, errorTable, MusterError } from '#protocol/errors.ts';
import { exitOf } from './error-exit.ts';

test('every error has its exit code: the caller 2, the bench 3, anything else is a bug, 70', () => {
  const outside = ['bench-broken', 'database-unavailable'];
  for (const code of Object.keys(errorTable) as ErrorCode[]) {
    const expected = outside.includes(code) ? 3 : errorTable[code].fault === 'caller' ? 2 : 70;
    assert.equal(exitOf(new MusterError(code, 'so'), false).code, expected, code);
  }
  assert.equal(exitOf(new TypeError('so'), false).code, 70);
  assert.equal(exitOf('so', false).code, 70);
});

test('a stack is shown when it is asked for, with the causes, and else never', () => {
  const thrown = new MusterError('settings-invalid', 'so', { cause: new RangeError('the cause') });
  assert.equal(exitOf(thrown, false).message, 'muster: so');
  assert.match(
    exitOf(thrown, true).message,
    /^muster: so\nMusterError: so\n {4}at [\s\S]*caused by RangeError: the cause/,
  );
  assert.doesNotMatch(exitOf(new TypeError('so'), false).message, / {4}at /);
});

test('what hostile text would do to a terminal is shown, not done', () => {
  assert.equal(
    exitOf(new MusterError('not-found', 'a\u001b[2Jb\u202ec'), false).message,
    'muster: a\\u001b[2Jb\\u202ec',
  );
});
