import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDevices } from './devices-file.ts';
import { fleetIdentity } from './identities.ts';
import { personaOf } from './personas.ts';
import { mixOf, ratePerSecond, shardOf, stagesOf } from './rates.ts';

test('rates, stages, mixes and shards are read, and what is none of them is refused with an example', () => {
  assert.equal(ratePerSecond('1200/m'), 20);
  assert.deepEqual(stagesOf('30s:100/s,5m:0.5/s'), [
    { seconds: 30, perSecond: 100 },
    { seconds: 300, perSecond: 0.5 },
  ]);
  assert.deepEqual(mixOf('honest:95,bad-pop:5'), [
    { persona: 'honest', share: 95 },
    { persona: 'bad-pop', share: 5 },
  ]);
  assert.deepEqual(shardOf('2/5'), { index: 1, of: 5 });
  const bad: readonly [read: (text: string) => unknown, text: string][] = [
    [ratePerSecond, '50'],
    [ratePerSecond, 'x/s'],
    [stagesOf, '30s'],
    [stagesOf, '30s:1/s:2'],
    [mixOf, 'honest'],
    [mixOf, 'honest:0'],
    [mixOf, 'honest:1,honest:2'],
    [shardOf, '0/3'],
    [shardOf, '4/3'],
  ];
  for (const [read, text] of bad) assert.throws(() => read(text), /expected, seen/, text);
});

test('an identity is a function of seed and number; a persona is drawn the same way, by its share', () => {
  assert.deepEqual(fleetIdentity(7, 1234), fleetIdentity(7, 1234));
  assert.notDeepEqual(fleetIdentity(7, 1234), fleetIdentity(8, 1234));
  assert.notEqual(fleetIdentity(7, 999).username, fleetIdentity(7, 1000).username);
  const plan = { seed: 7, mix: mixOf('honest:90,replay:10') };
  const drawn = Array.from({ length: 2000 }, (_, index) => personaOf(plan, index));
  const replays = drawn.filter((persona) => persona === 'replay').length;
  assert.ok(replays > 140 && replays < 260, `${replays} of 2000 are «replay»`);
  assert.deepEqual(
    drawn.slice(500, 510),
    Array.from({ length: 10 }, (_, at) => personaOf(plan, 500 + at)),
  );
});

test('a file of devices is read; every bad line is named, and no password is shown', () => {
  const [device] = parseDevices('# ours\ndevice 1 2 gw1.example.com north "p w"\n', 'devices');
  assert.deepEqual(device, {
    customer: '1',
    device: '2',
    deviceName: 'gw1.example.com',
    username: 'north',
    password: 'p w',
  });
  assert.throws(
    () => parseDevices('device 1 2 gw1 north\ngateway 1 2 gw1 north secret\n', 'devices'),
    (error: Error) =>
      /devices:1: expected/.test(error.message) && /devices:2/.test(error.message) && !/secret/.test(error.message),
  );
  assert.throws(() => parseDevices('', 'devices'), /at least one device/);
});
