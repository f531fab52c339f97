import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { enrollmentOf, fleet } from '../../sample-server.ts';
import { createSampleConsole } from '../sample-console.ts';

const sample = await createSampleConsole();
after(() => sample.stop());

test('an administrator decides who approves the requests of a group', async () => {
  const ask = async () => (await sample.server.engine.answer(await enrollmentOf(fleet.gateway), 'here')).kind;
  const ada = await sample.signedIn('administrator');
  assert.equal(await ask(), 'pending');
  await ada.post('/groups/approval', { group: 'north', approval: 'auto' }, '/groups');
  assert.equal(await ask(), 'issued');
  const page = await ada.read('/groups');
  assert.match(page, /north 5 \d 0 0 .*set by ada .*south 1 0 0 0/);
  await ada.post('/groups/approval', { group: 'north', approval: '' }, '/groups');
  assert.equal(await ask(), 'pending');
  assert.equal((await ada.post('/groups/approval', { group: 'nowhere', approval: 'auto' })).status, 400);
  assert.deepEqual(
    sample.events.filter(({ event }) => event.event === 'rule-changed').map(({ event, by }) => [event.detail, by]),
    [
      ['group north: auto', 'ada'],
      ['group north: by default', 'ada'],
    ],
  );
});
