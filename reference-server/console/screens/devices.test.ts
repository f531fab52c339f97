import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { enrollmentOf, fleet, type SampleDevice } from '../../sample-server.ts';
import { createSampleConsole } from '../sample-console.ts';

const sample = await createSampleConsole({ approval: 'auto', validitySeconds: 1000 });
after(() => sample.stop());
const { server, clock } = sample;
const ada = await sample.signedIn('administrator');

async function enroll(device: SampleDevice) {
  return (await server.engine.answer(await enrollmentOf(device), '192.0.2.9:4')).kind;
}

/** The names that a page of devices shows. */
async function shown(query: string): Promise<readonly string[]> {
  const { body } = await ada.get(`/devices?${query}`);
  return [...body.matchAll(/rowheader[^>]*><div><a href="[^"]*">([^<]*)</g)].map(([, name = '']) => name);
}

test('devices are found by a part of their name, by group, and by how they stand', async () => {
  await enroll(fleet.gateway);
  await enroll(fleet.stranger);
  await server.configurationKeeper.close();
  assert.equal((await shown('')).length, server.configuration.devices.size);
  assert.deepEqual(await shown('q=GW1'), ['GW1.example.com']);
  assert.deepEqual(await shown('group=south'), ['gw.example.org']);
  assert.deepEqual(await shown('show=enrolled'), ['GW1.example.com', 'gw.example.org']);
  assert.deepEqual(await shown('show=disabled'), ['off.example.com']);
  assert.deepEqual(await shown('q=nowhere'), []);
  await sample.webConsole.rules.set('north', 'manual', 'ada');
  await enroll(fleet.sibling);
  assert.deepEqual(await shown('show=waiting'), ['gw2.example.com']);
});

test('a device whose certificate has ended is due, and no more when it enrolls again', async () => {
  assert.deepEqual(await shown('show=due'), []);
  clock.advance(1001);
  assert.deepEqual(await shown('show=due'), ['GW1.example.com', 'gw.example.org']);
  assert.match(await ada.read('/devices/gw.example.org'), /expired: must re-enroll/);
  await enroll(fleet.stranger);
  assert.deepEqual(await shown('show=due'), ['GW1.example.com']);
});

test('of a hundred thousand devices a page holds fifty', async () => {
  const many = Array.from({ length: 100_000 }, (_, i) => `device d${i}.example.com north enabled\n`).join('');
  await server.configurationKeeper.apply(`${server.configurationKeeper.text}${many}`, 'test');
  const begun = performance.now();
  const { body } = await ada.get('/devices?page=1000');
  const took = performance.now() - begun;
  assert.equal([...body.matchAll(/<tr role="row">/g)].length, 51);
  assert.match(body, /Page 1000 of 2001/);
  assert.ok(body.length < 100_000, `${body.length} characters`);
  assert.ok(took < 1000, `${took} ms`);
  assert.deepEqual(await shown('q=d99999.'), ['d99999.example.com']);
});

test('one device shows its account, its certificates, and what happened to it', async () => {
  await server.journal?.flush();
  const page = await ada.read('/devices/gw.example.org');
  assert.match(page, /device 1 of customer 2000, user south/);
  assert.match(
    page,
    /Timeline .*certificate handed over request 192\.0\.2\.9:4.*certificate issued serial [0-9a-f]{32}/,
  );
  assert.equal((await ada.get('/devices/nowhere.example.com')).status, 404);
  assert.equal((await ada.get('/devices/2001%3Adb8%3A%3A7')).status, 200);
});

test('it is disabled and enabled in the configuration file, by name, and only by an administrator', async () => {
  const isEnabled = () => server.configuration.devices.get('gw.example.org')?.enabled;
  await ada.post('/devices/gw.example.org/enabled', { enabled: 'no' }, '/devices/gw.example.org');
  assert.equal(isEnabled(), false);
  assert.match(server.configurationKeeper.text, /device gw\.example\.org south disabled/);
  assert.equal(await enroll(fleet.stranger), 'refused');
  const amy = await sample.signedIn('approver');
  assert.equal((await amy.post('/devices/gw.example.org/enabled', { enabled: 'yes' })).status, 403);
  assert.equal(isEnabled(), false);
  await ada.post('/devices/gw.example.org/enabled', { enabled: 'yes' }, '/devices/gw.example.org');
  assert.equal(isEnabled(), true);
  assert.ok(sample.events.some(({ event, by }) => event.event === 'configuration-changed' && by === 'ada'));
});
