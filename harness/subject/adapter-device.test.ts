import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { MusterError } from '#protocol/errors.ts';
import { Adapter } from './adapter.ts';
import { AdapterDevice } from './adapter-device.ts';
import { sampleEnvironment as environment } from './sample-environment.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-adapter-device-'));
after(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
function deviceOf(lines: string, timeoutSeconds = 5): AdapterDevice {
  count += 1;
  const path = join(folder, `adapter-${count}`);
  writeFileSync(path, `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
  return new AdapterDevice(new Adapter(path, timeoutSeconds));
}

const broken = (pattern: RegExp) => (thrown: unknown) =>
  thrown instanceof MusterError && thrown.code === 'bench-broken' && pattern.test(thrown.message);

const statuses = [
  [0, 'done', ''],
  [10, 'pending', 'the last line'],
  [20, 'refused-server', 'the last line'],
  [21, 'refused-by-server', 'the last line'],
  [88, 'unseen', 'the last line'],
  [89, 'unsupported', 'the last line'],
  [1, 'error', 'exit status 1: the last line'],
  [127, 'error', 'exit status 127: the last line'],
] as const;

for (const [status, kind, detail] of statuses) {
  test(`exit status ${status} of an adapter means "${kind}"`, async () => {
    const word = await deviceOf(`echo first; echo "the last line"; exit ${status}`).perform('enroll', environment);
    assert.deepEqual(word, { kind, detail, output: 'first\nthe last line\n' });
  });
}

test('the reason is the last line of the output, or of the errors when there is none', async () => {
  const word = await deviceOf('echo "curl: (60) certificate" >&2; exit 20').perform('enroll', environment);
  assert.equal(word.detail, 'curl: (60) certificate');
});

test('an adapter that does not end in its time is an error, not a word of the device', async () => {
  const word = await deviceOf('sleep 30', 0.3).perform('enroll', environment);
  assert.deepEqual(word, { kind: 'error', detail: 'no end within 0.3 s: stopped', output: '', stopped: true });
});

test('an adapter that breaks down by itself is told from one that is stopped', async () => {
  for (const [signal, crashed] of [
    ['SEGV', true],
    ['ABRT', true],
    ['KILL', undefined],
    ['TERM', undefined],
  ] as const) {
    const word = await deviceOf(`kill -${signal} $$`).perform('enroll', environment);
    assert.deepEqual([word.kind, word.crashed], ['error', crashed], signal);
  }
});

/** Fails the first time that it is asked, and counts. */
const stumbling = (name: string): string =>
  `echo >>${join(folder, name)}; test $(wc -l <${join(folder, name)}) -gt 1 || exit 1; echo '{"state":"none"}'`;

test('an adapter that stumbles over status or reset is asked once more; one that stumbles twice is broken', async () => {
  assert.deepEqual(await deviceOf(stumbling('status')).status(environment), { state: 'none' });
  assert.equal((await deviceOf(stumbling('reset')).perform('reset', environment)).kind, 'done');
  assert.equal((await deviceOf('exit 1').perform('reset', environment)).kind, 'error');
});

test('what a device did is never done again: enroll, retrieve and renew are asked once', async () => {
  for (const verb of ['enroll', 'retrieve', 'renew'] as const) {
    assert.equal((await deviceOf(stumbling(verb)).perform(verb, environment)).kind, 'error', verb);
  }
});

test('the adapter gets every variable of the contract, and no other of ours', async () => {
  const { output } = await deviceOf('env | grep "^MUSTER_" | sort').perform('retrieve', environment);
  const given = Object.fromEntries(
    output
      .trim()
      .split('\n')
      .map((line) => line.split(/=(.*)/s).slice(0, 2)),
  );
  assert.deepEqual(given, {
    MUSTER_HTTP_URL: environment.httpUrl,
    MUSTER_TLS_URL: environment.tlsUrl,
    MUSTER_ANCHOR: environment.anchorFile,
    MUSTER_ANCHOR_PEM: '-----BEGIN CERTIFICATE-----',
    MUSTER_CA_FINGERPRINT_SHA256: 'AB:CD',
    MUSTER_CA_FINGERPRINT_SHA1: 'EF:01',
    MUSTER_DEVICE_NAME: environment.deviceName,
    MUSTER_DEVICE: environment.device,
    MUSTER_CUSTOMER: environment.customer,
    MUSTER_USERNAME: environment.username,
    MUSTER_PASSWORD: environment.password,
    MUSTER_PROFILE: 'modern',
    MUSTER_CLOCK: '',
    MUSTER_CALLED_NUMBER: '14045550100',
    MUSTER_CASE: 'DEV-TLS-001',
    MUSTER_STATE: '/run/state',
  });
});

test('info and status are read from JSON; what is not there is left out', async () => {
  const json = (value: unknown) => deviceOf(`printf '%s' '${JSON.stringify(value)}'`);
  const full = { name: 'Gateway 9', version: '1.2', firmware: 'sha256:ab', capabilities: ['retrieve'] };
  assert.deepEqual(await json(full).info(), full);
  assert.deepEqual(await json({}).info(), { name: 'unnamed device', version: 'unknown', capabilities: [] });
  assert.deepEqual(await json({ state: 'none', certificate: '', cacert: '' }).status(environment), { state: 'none' });
  assert.deepEqual(await json({ state: 'enrolled', certificate: 'A', cacert: 'B' }).status(environment), {
    state: 'enrolled',
    certificatePem: 'A',
    cacertPem: 'B',
  });
});

const unusable = [
  ['no JSON', 'echo enrolled', /verb "status", exit status 0: a JSON object is expected, seen "enrolled\\n"/],
  ['no object', 'echo "[]"', /a JSON object is expected, seen "\[\]\\n"/],
  ['nothing at all', 'exit 0', /a JSON object is expected, seen ""/],
  ['a state of its own', 'echo \'{"state":"ok"}\'', /"state" is none, pending or enrolled; seen "ok"/],
  ['another exit status', 'echo broken >&2; exit 3', /exit status 3: 0 and JSON are expected\. broken/],
] as const;

for (const [what, lines, pattern] of unusable) {
  test(`an adapter whose status gives ${what} is an error of the bench that says what was seen`, async () => {
    await assert.rejects(deviceOf(lines).status(environment), broken(pattern));
  });
}

test('an adapter whose info does not end is an error of the bench', async () => {
  await assert.rejects(deviceOf('sleep 30', 0.3).info(), broken(/exit status none \(stopped after its time\)/));
});
