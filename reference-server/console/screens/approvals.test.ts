import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { enrollmentOf, fleet, type SampleDevice } from '../../sample-server.ts';
import { createSampleConsole } from '../sample-console.ts';

const sample = await createSampleConsole({ pendingLifetimeSeconds: 600 });
after(() => sample.stop());
const { server, clock } = sample;

async function enroll(device: SampleDevice) {
  const message = await enrollmentOf(device);
  await server.engine.answer(message, '192.0.2.9:4');
  const [waiting] = (await server.engine.list('pending')).filter((each) => each.device === device.deviceName);
  const retrieve = async () => (await server.engine.answer({ ...message, operation: 'retrieve' }, 'here')).kind;
  return { id: waiting?.id ?? '', digest: waiting?.digest ?? '', retrieve };
}

test('the queue shows device, group, age, key, fingerprint and address', async () => {
  const { digest } = await enroll(fleet.gateway);
  clock.advance(250);
  const vic = await sample.signedIn('viewer');
  assert.match(
    await vic.read('/approvals'),
    new RegExp(`gw1.example.com north 4 min ago P-256 ECDSA with SHA-256 ${digest.slice(0, 12)}… 192.0.2.9:4`),
  );
  assert.doesNotMatch((await vic.get('/approvals')).body, /<button name="decision"/, 'a viewer has no button');
});

test('an approver approves one, and the device retrieves; the journal has the name', async () => {
  const { id, retrieve } = await enroll(fleet.gateway);
  const amy = await sample.signedIn('approver');
  assert.equal((await amy.post('/approvals', { decision: `approve ${id}` }, '/approvals')).to, '/approvals');
  assert.match(await amy.read('/approvals'), /gw1.example.com was approved\. .*Nothing waits/);
  assert.equal(await retrieve(), 'issued');
  assert.ok(sample.events.some(({ event, by }) => event.event === 'approved' && by === 'amy'));
});

test('many at once; what cannot be decided any more is said, and the rest is done', async () => {
  const [one, two, three] = [await enroll(fleet.gateway), await enroll(fleet.sibling), await enroll(fleet.stranger)];
  await server.engine.decide(two.id, { kind: 'approve' });
  const amy = await sample.signedIn('approver');
  const form = new URLSearchParams([
    ['decision', 'reject'],
    ['reason', 'not ours'],
  ]);
  for (const { id } of [one, two, three]) form.append('id', id);
  await amy.post('/approvals', form, '/approvals');
  const said = await amy.read('/approvals');
  assert.match(said, /2 requests were rejected\..*waits for no decision: it is issued/);
  assert.deepEqual(
    [await one.retrieve(), await two.retrieve(), await three.retrieve()],
    ['refused', 'issued', 'refused'],
  );
  assert.match(await amy.read(`/approvals/${one.id}`), /rejected not ours/);
});

test('none chosen, or another word than approve and reject: nothing happens', async () => {
  const { id, retrieve } = await enroll(fleet.gateway);
  const amy = await sample.signedIn('approver');
  await amy.post('/approvals', { decision: 'approve' }, '/approvals');
  assert.match((await amy.get('/approvals')).body, /No request was chosen/);
  assert.equal((await amy.post('/approvals', { decision: 'delete', id }, '/approvals')).status, 400);
  assert.equal(await retrieve(), 'pending');
});

test('the page of one request shows the whole fingerprint and the PKCS#10, until it expires', async () => {
  const { id, digest } = await enroll(fleet.sibling);
  const amy = await sample.signedIn('approver');
  const { body } = await amy.get(`/approvals/${id}`);
  assert.ok(body.includes(digest.toUpperCase().replace(/..(?!$)/g, '$&:')));
  assert.match(body, /BEGIN CERTIFICATE REQUEST/);
  clock.advance(601);
  assert.equal((await amy.get(`/approvals/${id}`)).status, 404);
});

test('of many only a page is shown, and of a group only what is its own', async () => {
  await enroll(fleet.gateway);
  await enroll(fleet.stranger);
  const amy = await sample.signedIn('approver');
  const south = await amy.read('/approvals?group=south');
  assert.ok(south.includes('gw.example.org') && !south.includes('gw1.example.com'));
  assert.equal((await amy.get('/approvals?page=0')).status, 400);
});
