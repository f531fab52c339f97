import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Check, examine, fail, ok, warn } from './check.ts';

const good: Check = { id: 'good', expected: 'x', look: () => ok('x') };
const after = (id: string, needs: string): Check => ({ id, expected: 'x', needs, look: () => ok('x') });
const gradesOf = async (checks: readonly Check[]) => (await examine(checks)).map(({ id, grade }) => `${id} ${grade}`);

test('what needs a check that failed is not asked, and is not known to be good', async () => {
  const bad: Check = { id: 'bad', expected: 'x', look: () => fail('y', 'mend it') };
  const checks = [bad, after('second', 'bad'), after('third', 'second'), good];
  assert.deepEqual(await gradesOf(checks), ['bad fail', 'second unknown', 'third unknown', 'good ok']);
  assert.deepEqual(await gradesOf([good, after('second', 'good')]), ['good ok', 'second ok']);
});

test('a warning holds nothing up, and what a look throws is a failure with its message', async () => {
  const odd: Check = { id: 'odd', expected: 'x', look: () => warn('y', 'mend it') };
  assert.deepEqual(await gradesOf([odd, after('second', 'odd')]), ['odd warn', 'second ok']);
  const thrown: Check = { id: 'thrown', expected: 'x', look: () => Promise.reject(new Error('no such thing')) };
  const [finding] = await examine([thrown]);
  assert.deepEqual([finding?.grade, finding?.seen], ['fail', 'no such thing']);
});

test('what was found before counts', async () => {
  const before = await examine([{ id: 'bad', expected: 'x', look: () => fail('y', 'mend it') }]);
  assert.equal((await examine([after('second', 'bad')], before))[0]?.grade, 'unknown');
  assert.equal((await examine([after('second', 'good')], before))[0]?.grade, 'ok');
});
