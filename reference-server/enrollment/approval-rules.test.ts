import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '#protocol/clock.ts';
import { createSampleServer, enrollmentOf, fleet } from '../sample-server.ts';
import { SqliteDatabase } from '../store/sqlite-database.ts';
import { ApprovalRules } from './approval-rules.ts';

test('a rule of a group goes before the setting of the server, for later requests, until it is taken back', async () => {
  const rules = new ApprovalRules(SqliteDatabase.open(':memory:'), systemClock);
  const approvalOf = (group: string) => rules.of(group);
  const { server } = await createSampleServer({ approval: 'manual' }, { approvalOf });
  const { server: trusting } = await createSampleServer({ approval: 'auto' }, { approvalOf });
  const ask = async (of: typeof server, device: (typeof fleet)['gateway' | 'stranger']) =>
    (await of.engine.answer(await enrollmentOf(device), 'here')).kind;

  assert.deepEqual([await ask(server, fleet.gateway), await ask(trusting, fleet.gateway)], ['pending', 'issued']);
  await rules.set('north', 'auto', 'ada');
  assert.deepEqual([await ask(server, fleet.gateway), await ask(server, fleet.stranger)], ['issued', 'pending']);
  await rules.set('south', 'manual', 'ada');
  assert.deepEqual([await ask(trusting, fleet.stranger), await ask(trusting, fleet.gateway)], ['pending', 'issued']);
  assert.deepEqual(
    (await rules.list()).map(({ group, approval, setBy }) => [group, approval, setBy]),
    [
      ['north', 'auto', 'ada'],
      ['south', 'manual', 'ada'],
    ],
  );
  await rules.set('north', undefined, 'ada');
  assert.equal(await ask(server, fleet.gateway), 'pending');
});

test('a rule does not decide on what waits already', async () => {
  const rules = new ApprovalRules(SqliteDatabase.open(':memory:'), systemClock);
  const { server } = await createSampleServer({ approval: 'manual' }, { approvalOf: (group) => rules.of(group) });
  const message = await enrollmentOf(fleet.gateway);
  await server.engine.answer(message, 'here');
  await rules.set('north', 'auto', 'ada');
  assert.equal((await server.engine.answer({ ...message, operation: 'retrieve' }, 'here')).kind, 'pending');
  assert.equal((await server.engine.answer(message, 'here')).kind, 'pending');
});
