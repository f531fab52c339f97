import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ManualClock } from '#protocol/clock.ts';
import { ApprovalRules } from '../enrollment/approval-rules.ts';
import type { Database } from '../store/database.ts';
import { ApiTokens } from './api-tokens.ts';
import { People } from './people.ts';

const password = 'a long password';

/** What the console keeps, in every database. `open` gives an empty one. */
export function testPeopleContract(name: string, open: () => Promise<Database>): void {
  const clock = new ManualClock(new Date('2026-11-28T03:26:30.000Z'));
  const openPeople = async () => new People(await open(), clock, 2);

  describe(`${name}: people`, () => {
    test('are added once, found, verified, changed and removed', async () => {
      const people = await openPeople();
      await people.add('ada', 'administrator', password);
      await people.add('amy', 'viewer', password);
      await assert.rejects(people.add('amy', 'viewer', password), /already/);
      await people.signedIn('amy');
      const addedAt = clock.now().getTime();
      assert.deepEqual(await people.list(), [
        { name: 'ada', role: 'administrator', addedAt },
        { name: 'amy', role: 'viewer', addedAt, signedInAt: addedAt },
      ]);
      await people.setRole('amy', 'approver');
      await people.setPassword('amy', 'another password');
      assert.equal(await people.verify('amy', password), undefined);
      assert.equal((await people.verify('amy', 'another password'))?.role, 'approver');
      await people.remove('amy');
      assert.equal(await people.find('amy'), undefined);
      await assert.rejects(people.remove('amy'), { code: 'not-found' });
    });

    test('of two who are added at once under one name, one is', async () => {
      const people = await openPeople();
      const settled = await Promise.allSettled([1, 2].map(() => people.add('admin', 'administrator', password)));
      assert.deepEqual(settled.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
      assert.equal((await people.list()).length, 1);
    });

    test('one administrator must be left', async () => {
      const people = await openPeople();
      await people.add('ada', 'administrator', password);
      await people.add('amy', 'approver', password);
      await assert.rejects(people.remove('ada'), /only administrator/);
      await assert.rejects(people.setRole('ada', 'viewer'), /only administrator/);
      assert.equal((await people.find('ada'))?.role, 'administrator');
      await people.setRole('amy', 'administrator');
      const settled = await Promise.allSettled(['ada', 'amy'].map((each) => people.remove(each)));
      assert.deepEqual(settled.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
      assert.equal((await people.list()).length, 1);
    });
  });

  test(`${name}: a token opens for its role until it is revoked; when it was used last is kept by the minute`, async () => {
    const tokens = new ApiTokens(await open(), clock);
    const token = await tokens.make('nightly', 'approver', 'ada');
    assert.deepEqual(await tokens.holder(token), { name: 'token:nightly', role: 'approver' });
    const usedAt = clock.now().getTime();
    clock.advance(59);
    await tokens.holder(token);
    assert.equal((await tokens.list())[0]?.usedAt, usedAt);
    clock.advance(2);
    await tokens.holder(token);
    assert.equal((await tokens.list())[0]?.usedAt, clock.now().getTime());
    assert.equal(await tokens.holder(`${token}x`), undefined);
    await tokens.revoke('nightly');
    assert.equal(await tokens.holder(token), undefined);
    await assert.rejects(tokens.revoke('nightly'), { code: 'not-found' });
  });

  test(`${name}: rules of approval are set, replaced and taken back`, async () => {
    const rules = new ApprovalRules(await open(), clock);
    await rules.set('', 'auto', 'ada');
    await rules.set("O'Hara", 'auto', 'ada');
    await rules.set("O'Hara", 'manual', 'bob');
    assert.deepEqual(
      [await rules.of(''), await rules.of("O'Hara"), await rules.of('west')],
      ['auto', 'manual', undefined],
    );
    assert.deepEqual(
      (await rules.list()).map(({ group, setBy }) => [group, setBy]),
      [
        ['', 'ada'],
        ["O'Hara", 'bob'],
      ],
    );
    await rules.set('', undefined, 'ada');
    assert.equal(await rules.of(''), undefined);
  });
}
