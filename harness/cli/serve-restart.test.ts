import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createOperator } from '#simulators/operator.ts';
import type { DeviceNeeds } from './device-needs.ts';
import { MusterInFolder, type RunningServer } from './spawned-muster.ts';

const muster = await MusterInFolder.create();
after(() => muster.remove());

const path = (...parts: string[]): string => join(muster.folder, ...parts);
const serve = (): Promise<RunningServer> =>
  muster.serve(['--approve', 'manual', '--data', 'server', '--metrics', '0', '--log', 'json']);

/** What something that watches the server reads there. */
async function watched({ needs }: RunningServer, page: string): Promise<string> {
  return (await fetch(new URL(page, needs.metricsUrl))).text();
}

async function enroll(needs: DeviceNeeds, number: number, password: string) {
  const { httpUrl, tlsUrl, anchor = '', caFingerprintSha256 } = needs;
  const server = ['--http', httpUrl, '--tls', tlsUrl, '--anchor', anchor, '--fingerprint', caFingerprintSha256];
  const device = [
    '--name',
    `gw${number}.example.com`,
    '--device',
    String(number),
    '--customer',
    '1',
    '--username',
    'sample',
  ];
  const words = ['enroll', ...server, ...device, '--state', `device-${number}`, '--polls', '0', '--json'];
  const { code, stdout, stderr } = await muster.run(words, { MUSTER_PASSWORD: password });
  assert.match(stdout, /^\{/, stderr);
  return { code, ...(JSON.parse(stdout) as { outcome: string; certificate?: string }) };
}

async function operatorOf({ needs }: RunningServer) {
  const token = (await readFile(path(needs.operatorToken), 'utf8')).trim();
  return createOperator({ url: new URL(needs.managementUrl).origin, token });
}

test('a server that was killed comes back with its CA, what it issued, and what waits; without its crypto line all begin anew', async () => {
  const first = await serve();
  const { password = '' } = first.needs;
  assert.equal((await enroll(first.needs, 1, password)).outcome, 'pending');
  await (await operatorOf(first)).approveNext('gw1.example.com');
  assert.equal((await enroll(first.needs, 1, password)).outcome, 'enrolled');
  assert.equal((await enroll(first.needs, 2, password)).outcome, 'pending');
  assert.equal(await watched(first, '/readyz'), 'listeners: ok\nstore: ok\n');
  const metrics = await watched(first, '/metrics');
  assert.match(metrics, /^muster_enrollments\{state="pending"\} 1$/m);
  assert.match(metrics, /^muster_events_total\{event="handed-over",status="0"\} 1$/m);
  assert.match(metrics, /^muster_request_duration_seconds_count\{transport="tls",code="200"\} 3$/m);
  await first.stop('SIGKILL');

  const second = await serve();
  const configuration = path('server', 'muster.conf');
  const enrolled = /^device gw1\.example\.com .* enabled enrolled$/m;
  assert.match(await readFile(configuration, 'utf8'), enrolled, 'marked before the kill, or at the start after it');
  assert.equal(second.needs.caFingerprintSha256, first.needs.caFingerprintSha256);
  assert.equal((await enroll(second.needs, 1, password)).outcome, 'enrolled');
  await (await operatorOf(second)).approveNext('gw2.example.com');
  assert.equal((await enroll(second.needs, 2, password)).outcome, 'enrolled', 'the pending request was not forgotten');
  await second.stop('SIGTERM');

  await writeFile(configuration, (await readFile(configuration, 'utf8')).replace(/^crypto .*\n/m, ''));
  const third = await serve();
  assert.doesNotMatch(await readFile(configuration, 'utf8'), enrolled);
  assert.notEqual(third.needs.caFingerprintSha256, first.needs.caFingerprintSha256);
  const changed = '"level":"warn","event":"authority-changed","detail":"2 enrolled devices must re-enroll"';
  assert.ok(third.log().includes(changed), third.log());
  await third.stop('SIGTERM');
});
