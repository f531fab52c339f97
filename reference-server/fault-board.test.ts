import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeRequest } from '#protocol/messages/requests.ts';
import { parseCertificate } from '#protocol/pki/certificate.ts';
import { offeredFaults } from './fault-board.ts';
import { createSampleServer, enrollmentOf, fleet } from './sample-server.ts';

test('a server misbehaves for the device that is named, and for no other, until it ends by itself', async () => {
  const { server, clock, events } = await createSampleServer({ approval: 'manual' });
  const ask = async (device: (typeof fleet)['gateway' | 'sibling']) => {
    const message = await enrollmentOf(device);
    await server.engine.answer(message, 'here');
    const [waiting] = (await server.engine.list('pending')).filter((one) => one.device === device.deviceName);
    await server.engine.decide(waiting?.id ?? '', { kind: 'approve' });
    return async () => (await server.engine.answer({ ...message, operation: 'retrieve' }, 'here')).kind;
  };
  server.faults.begin('pending-forever', 'GW1.example.com', 60, 'ada');
  const [one, other] = [await ask(fleet.gateway), await ask(fleet.sibling)];
  assert.deepEqual([await one(), await other()], ['pending', 'issued']);
  clock.advance(60);
  assert.equal(await one(), 'issued');
  assert.deepEqual(server.faults.list(), []);
  assert.deepEqual(
    events.filter(({ event }) => event.startsWith('fault')).map(({ event, device }) => [event, device]),
    [
      ['fault-begun', 'gw1.example.com'],
      ['fault-ended', 'gw1.example.com'],
    ],
  );
});

test('for every device, unless one has a fault of its own; ended by hand it is over at once', async () => {
  const { server } = await createSampleServer();
  const certificateOf = async (device: (typeof fleet)['gateway' | 'sibling']) => {
    const answer = await server.engine.answer(await enrollmentOf(device), 'here');
    assert.ok(answer.kind === 'issued');
    return parseCertificate(answer.certificate);
  };
  const all = server.faults.begin('other-name', undefined, 60, 'ada');
  server.faults.begin('ca-certificates', 'gw2.example.com', 60, 'ada');
  const [one, other] = [await certificateOf(fleet.gateway), await certificateOf(fleet.sibling)];
  assert.match(one.subjectText, /somebody-else/);
  assert.deepEqual([other.basicConstraints?.ca, /gw2/.test(other.subjectText)], [true, true]);
  server.faults.end(all.id, 'ada');
  assert.match((await certificateOf(fleet.gateway)).subjectText, /gw1/);
  assert.throws(() => server.faults.end(all.id, 'ada'), { code: 'not-found' });
});

test('a fault of the answer shows at the door', async () => {
  const { server } = await createSampleServer();
  server.faults.begin('wrong-status', 'gw1.example.com', 60, 'ada');
  const refused = async (device: (typeof fleet)['gateway' | 'sibling']) => {
    const body = encodeRequest({ ...(await enrollmentOf(device)), password: 'wrong' });
    const answer = await server.respond({
      method: 'POST',
      path: '/tep',
      headers: {},
      body,
      secure: true,
      from: 'here:1',
    });
    return Buffer.from(answer.body).toString().split('&', 1)[0];
  };
  assert.deepEqual([await refused(fleet.gateway), await refused(fleet.sibling)], ['status=12', 'status=3']);
});

test('what cannot be: an unknown fault, a second one for a device, for ever', async () => {
  const { server } = await createSampleServer();
  const begin = (id: string, seconds: number) => () => server.faults.begin(id, 'gw1.example.com', seconds, 'ada');
  assert.throws(begin('any-password', 60), { code: 'not-found' });
  for (const seconds of [0, -1, Number.NaN, 24 * 3600 + 1]) assert.throws(begin('issues-twice', seconds), /duration/i);
  begin('issues-twice', 60)();
  assert.throws(begin('pending-forever', 60), /already/);
});

test('no fault that is offered asks for settings that count only when a server is made', () => {
  for (const { id, settings, races, framing, tls } of offeredFaults) {
    assert.deepEqual([settings, races, framing, tls], [undefined, undefined, undefined, undefined], id);
  }
});
