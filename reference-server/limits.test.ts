import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ManualClock } from '#protocol/clock.ts';
import { Credentials } from './accounts.ts';
import { Budgets, PasswordGuard } from './limits.ts';
import { fleet, fleetAccounts } from './sample-server.ts';

const start = (): ManualClock => new ManualClock(new Date('2026-01-01T00:00:00Z'));

describe('a budget', () => {
  test('is there at once, and comes back one by one', () => {
    const clock = start();
    const budgets = new Budgets(clock, 3, 10);
    for (let i = 0; i < 3; i++) {
      assert.equal(budgets.waitSeconds('a'), 0);
      budgets.spend('a');
    }
    assert.equal(budgets.waitSeconds('a'), 10);
    clock.advance(4);
    assert.equal(budgets.waitSeconds('a'), 6);
    clock.advance(6);
    assert.equal(budgets.waitSeconds('a'), 0);
    budgets.spend('a');
    assert.equal(budgets.waitSeconds('a'), 10);
    clock.advance(30);
    for (let i = 0; i < 3; i++) budgets.spend('a');
    assert.equal(budgets.waitSeconds('a'), 10);
  });

  test('is one for each name', () => {
    const budgets = new Budgets(start(), 1, 10);
    budgets.spend('a');
    assert.deepEqual([budgets.waitSeconds('a'), budgets.waitSeconds('b')], [10, 0]);
  });

  test('is forgotten once it is whole again, and a flood of names does not grow for ever', () => {
    const clock = start();
    const budgets = new Budgets(clock, 1, 10);
    budgets.spend('first');
    for (let i = 0; i < 20_000; i++) budgets.spend(`name ${i}`);
    assert.equal(budgets.waitSeconds('first'), 0, 'the oldest went');
    assert.equal(budgets.waitSeconds('name 19999'), 10);
  });
});

describe('the guard of passwords', async () => {
  const credentials = new Credentials(await fleetAccounts());
  const { gateway, stranger } = fleet;
  const limits = { wrongPasswords: 3, wrongPasswordsByAddress: 5, wrongPasswordSeconds: 10 };
  const here = '192.0.2.1:5000';
  const wrong = { ...gateway, password: 'wrong' };

  test('tells right from wrong, and limits the wrong ones of an account', async () => {
    const clock = start();
    const guard = new PasswordGuard(clock, limits);
    assert.equal(await guard.verify(credentials, gateway, here), 'right');
    for (let i = 0; i < 3; i++) assert.equal(await guard.verify(credentials, wrong, here), 'wrong');
    assert.deepEqual(await guard.verify(credentials, wrong, here), { retryAfterSeconds: 10 });
    assert.deepEqual(await guard.verify(credentials, gateway, here), { retryAfterSeconds: 10 }, 'the right one too');
    clock.advance(10);
    assert.equal(await guard.verify(credentials, gateway, here), 'right');
  });

  test('holds from another port of the address, and neither from another address nor for another account', async () => {
    const guard = new PasswordGuard(start(), limits);
    for (let i = 0; i < 3; i++) await guard.verify(credentials, wrong, here);
    assert.deepEqual(await guard.verify(credentials, gateway, '192.0.2.1:6000'), { retryAfterSeconds: 10 });
    assert.equal(await guard.verify(credentials, gateway, '192.0.2.2:5000'), 'right');
    assert.equal(await guard.verify(credentials, gateway, '[2001:db8::1]:5000'), 'right');
    assert.equal(await guard.verify(credentials, stranger, here), 'right');
  });

  test('limits the accounts that one address tries, those too that there are not', async () => {
    const guard = new PasswordGuard(start(), limits);
    for (let i = 0; i < 5; i++) {
      assert.equal(await guard.verify(credentials, { ...wrong, username: `nobody-${i}` }, here), 'wrong');
    }
    assert.deepEqual(await guard.verify(credentials, stranger, here), { retryAfterSeconds: 10 });
  });

  test('of a hundred guesses at once looks at as many as one after the other', async () => {
    const guard = new PasswordGuard(start(), limits);
    const all = await Promise.all(Array.from({ length: 100 }, () => guard.verify(credentials, wrong, here)));
    assert.equal(all.filter((verdict) => verdict === 'wrong').length, 3);
  });

  test('of a hundred accounts guessed at once looks at few beyond the limit of the address', async () => {
    const guard = new PasswordGuard(start(), limits);
    const all = await Promise.all(
      Array.from({ length: 100 }, (_, i) => guard.verify(credentials, { ...wrong, username: `nobody-${i}` }, here)),
    );
    const looked = all.filter((verdict) => verdict === 'wrong').length;
    assert.ok(looked >= 5 && looked <= 5 + 8, `${looked}`);
  });

  test('fifty right ones at once are all right', async () => {
    const guard = new PasswordGuard(start(), limits);
    const all = await Promise.all(Array.from({ length: 50 }, () => guard.verify(credentials, gateway, here)));
    assert.deepEqual(new Set(all), new Set(['right']));
  });
});
