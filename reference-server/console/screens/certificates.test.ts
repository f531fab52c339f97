import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { enrollmentOf, fleet, type SampleDevice } from '../../sample-server.ts';
import { createSampleConsole } from '../sample-console.ts';

const sample = await createSampleConsole({ approval: 'auto' });
const folder = mkdtempSync(join(tmpdir(), 'muster-console-'));
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await sample.stop();
});
const { server } = sample;
const ada = await sample.signedIn('administrator');

async function enroll(device: SampleDevice): Promise<string> {
  await server.engine.answer(await enrollmentOf(device), '192.0.2.9:4');
  const [certificate] = await server.store.listCertificates({ device: device.deviceName, limit: 1 });
  return certificate?.serial ?? assert.fail('it has a certificate');
}

const skip = spawnSync('openssl', ['version']).error === undefined ? false : 'the command openssl is not there';

test('revoked with a reason: openssl refuses it by the list of the console, and no other', { skip }, async () => {
  const [bad, good] = [await enroll(fleet.gateway), await enroll(fleet.sibling)];
  const form = { reason: 'keyCompromise', note: 'stolen from the rack' };
  await ada.post(`/certificates/${bad}/revoke`, form, `/certificates/${bad}`);
  for (const [name, path] of [
    ['ca.pem', '/authority/ca.pem'],
    ['crl.pem', '/authority/crl.pem'],
    ['bad.pem', `/certificates/${bad}/pem`],
    ['good.pem', `/certificates/${good}/pem`],
  ] as const) {
    writeFileSync(join(folder, name), (await ada.get(path)).body);
  }
  const judge = (name: string) => {
    const words = ['verify', '-crl_check', '-CRLfile', 'crl.pem', '-CAfile', 'ca.pem', name];
    const { stdout, stderr } = spawnSync('openssl', words, { cwd: folder, encoding: 'utf8' });
    return stdout + stderr;
  };
  assert.match(judge('bad.pem'), /certificate revoked/);
  assert.equal(judge('good.pem').trim(), 'good.pem: OK');
  assert.match(await ada.read(`/certificates/${bad}`), /revoked .*keyCompromise: stolen from the rack/);
  assert.ok(sample.events.some(({ event, by }) => event.event === 'certificate-revoked' && by === 'ada'));
});

test('what cannot be: another reason, a second revocation, a certificate that is not there', async () => {
  const serial = await enroll(fleet.stranger);
  const revoke = (of: string, reason: string) => ada.post(`/certificates/${of}/revoke`, { reason });
  assert.equal((await revoke(serial, 'mood')).status, 400);
  assert.equal((await revoke(serial, 'superseded')).status, 303);
  assert.equal((await revoke(serial, 'superseded')).status, 409);
  assert.equal((await revoke('00', 'superseded')).status, 404);
});

test('lists are of what is live, revoked, or all', async () => {
  const count = async (show: string) =>
    [...(await ada.get(`/certificates?show=${show}`)).body.matchAll(/<tr role="row"><th/g)].length - 1;
  const [live, revoked, all] = [await count('live'), await count('revoked'), await count('all')];
  assert.equal(live + revoked, all);
  assert.ok(live > 0 && revoked > 1);
});

test('another CA comes with a tick alone; then what was enrolled is due to re-enroll', async () => {
  const { sha256 } = server.fingerprints;
  await ada.post('/authority/rotate', {}, '/authority');
  assert.equal(server.fingerprints.sha256, sha256);
  assert.match(await ada.read('/authority'), /Nothing was changed/);
  await ada.post('/authority/rotate', { sure: 'yes' }, '/authority');
  assert.notEqual(server.fingerprints.sha256, sha256);
  const due = await ada.read('/devices?show=due');
  assert.match(due, /3 of \d+ .*GW1\.example\.com .*must re-enroll: other CA/);
  assert.match(await ada.read('/authority'), /3 devices are due to re-enroll/);
  await enroll(fleet.gateway);
  assert.match(await ada.read('/devices?show=due'), /2 of /);
});
