import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { MusterError } from '#protocol/errors.ts';
import { toPem } from '#protocol/pki/pem.ts';
import { AdapterDevice } from './adapter-device.ts';
import { DeviceUnseen } from './device.ts';
import { HttpAdapter } from './http-adapter.ts';
import { openPromptDesk } from './prompt-desk.ts';
import { sampleEnvironment as environment } from './sample-environment.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-prompt-'));
const closing: (() => Promise<void>)[] = [];
after(async () => {
  for (const close of closing) await close();
  rmSync(folder, { recursive: true, force: true });
});

/** A device whose person types these lines and then says no more, and all that was shown. */
async function deviceOf(lines: readonly string[], timeoutSeconds = 5) {
  const left = [...lines];
  const shown: string[] = [];
  const ask = async (text: string) => {
    shown.push(text);
    return left.shift();
  };
  const desk = await openPromptDesk(ask, new AbortController().signal);
  closing.push(desk.close);
  return { device: new AdapterDevice(new HttpAdapter(desk.address, timeoutSeconds)), shown, desk };
}

test('a person is shown the task and all that is to be entered at the device, and says what happened', async () => {
  const { device, shown } = await deviceOf(['1']);
  assert.equal((await device.perform('enroll', environment)).kind, 'done');
  const [text = ''] = shown;
  const { httpUrl, tlsUrl, anchorFile, deviceName, customer, username, password } = environment;
  for (const value of [httpUrl, tlsUrl, anchorFile, 'AB:CD', 'EF:01', deviceName, customer, username, password]) {
    assert.ok(text.includes(value), value);
  }
  assert.match(text, /DEV-TLS-001, gw-.*: Let the device fetch the CA certificate \(getcacert\) and enroll/);
});

const said = [
  [['1'], 'done', ''],
  [['2'], 'pending', 'it is pending: the server has not decided yet'],
  [['3', 'unknown issuer'], 'refused-server', 'unknown issuer'],
  [['3', ' '], 'refused-server', 'the device refused the server, and gave no reason'],
  [['4', 'status 3'], 'refused-by-server', 'status 3'],
  [['5'], 'unsupported', 'the device does not support this'],
  [['6'], 'unseen', 'I cannot tell'],
  [['7', 'the power failed'], 'error', 'exit status 1: the power failed'],
  [['', '0', 'yes', '2'], 'pending', 'it is pending: the server has not decided yet'],
  [[], 'unseen', 'nobody answers at the terminal'],
  [['3'], 'unseen', 'nobody answers at the terminal'],
] as const;

for (const [lines, kind, detail] of said) {
  test(`a person who types ${JSON.stringify(lines)} says "${kind}"`, async () => {
    const { device } = await deviceOf(lines);
    const word = await device.perform('enroll', environment);
    assert.deepEqual([word.kind, word.detail], [kind, detail]);
  });
}

test('a reset can be done, not supported, not seen or broken, and no enrollment', async () => {
  const { device, shown } = await deviceOf(['1']);
  assert.equal((await device.perform('reset', environment)).kind, 'done');
  assert.doesNotMatch(shown[0] ?? '', /pending|refused/);
});

test('what the device holds is a PEM file, none, pending, or not known; a file that is none is asked for again', async () => {
  const path = join(folder, 'device.pem');
  const pem = toPem('CERTIFICATE', Buffer.from('3000', 'hex'));
  writeFileSync(path, pem);
  const empty = join(folder, 'empty.pem');
  writeFileSync(empty, '');
  const held = async (...lines: string[]) => (await deviceOf(lines)).device.status(environment);
  assert.deepEqual(await held('none'), { state: 'none' });
  assert.deepEqual(await held('pending'), { state: 'pending' });
  assert.deepEqual(await held(path), { state: 'enrolled', certificatePem: pem });
  assert.deepEqual(await held(join(folder, 'missing.pem'), empty, path), { state: 'enrolled', certificatePem: pem });
  for (const lines of [['?'], []]) await assert.rejects(held(...lines), DeviceUnseen);
});

test('the device is named by the person who drives it, and by its firmware', async () => {
  const firmware = join(folder, 'firmware.bin');
  writeFileSync(firmware, 'abc');
  const { name, version, firmware: bound } = await (await deviceOf(['Gateway 9', '1.2', firmware])).device.info();
  assert.deepEqual([name, version], ['Gateway 9', '1.2']);
  assert.match(bound ?? '', /firmware\.bin, SHA-256 ba7816bf/);
  const nobody = await (await deviceOf([])).device.info();
  assert.deepEqual([nobody.name, nobody.version], ['a device driven by a person', 'unknown']);
});

test('only who knows the address of this run can ask the person', async () => {
  const { desk, shown } = await deviceOf(['1']);
  const stranger = new AdapterDevice(new HttpAdapter(new URL('/guess', desk.address).href, 2));
  await assert.rejects(
    stranger.perform('enroll', environment),
    (thrown: unknown) => thrown instanceof MusterError && /HTTP 200 is expected, seen 404/.test(thrown.message),
  );
  assert.deepEqual(shown, []);
});

test('a question that nobody waits for any more is withdrawn before the next is asked', async () => {
  const log: string[] = [];
  const ask = async (text: string, signal: AbortSignal) => {
    log.push('asked');
    if (text.includes('factory')) return '1';
    return new Promise<undefined>((resolve) => {
      signal.addEventListener('abort', () => {
        log.push('withdrawn');
        resolve(undefined);
      });
    });
  };
  const desk = await openPromptDesk(ask, new AbortController().signal);
  closing.push(desk.close);
  const device = new AdapterDevice(new HttpAdapter(desk.address, 0.3));
  assert.equal((await device.perform('enroll', environment)).kind, 'error');
  assert.equal((await device.perform('reset', environment)).kind, 'done');
  assert.deepEqual(log, ['asked', 'withdrawn', 'asked']);
});
