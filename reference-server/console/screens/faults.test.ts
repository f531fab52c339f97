import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createSampleConsole } from '../sample-console.ts';

const sample = await createSampleConsole();
after(() => sample.stop());
const { server, clock } = sample;

test('an administrator begins and ends a fault; meanwhile every page says so to everybody', async () => {
  const [ada, vic] = [await sample.signedIn('administrator'), await sample.signedIn('viewer')];
  const form = { fault: 'pending-forever', device: 'GW1.example.com', minutes: '2' };
  assert.equal((await vic.post('/faults', form)).status, 403);
  assert.equal((await ada.post('/faults', { ...form, device: 'nowhere' })).status, 400);
  await ada.post('/faults', form);
  clock.advance(30);
  const banner =
    /misbehaves on purpose, for gw1\.example\.com: Goes on saying pending after the approval\. It ends in 1 min\./;
  assert.match(await vic.read('/approvals'), banner);
  const [fault] = server.faults.list();
  await ada.post(`/faults/${fault?.id}/end`, {});
  assert.doesNotMatch(await vic.read('/approvals'), banner);
  await ada.post('/faults', form);
  clock.advance(120);
  assert.doesNotMatch(await vic.read('/approvals'), banner);
  assert.ok(sample.events.some(({ event, by }) => event.event === 'fault-begun' && by === 'ada'));
});
