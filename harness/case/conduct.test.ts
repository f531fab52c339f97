import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { DeviceWord } from '../subject/device.ts';
import { type DeviceEnvironment, type DeviceState, type DeviceUnderTest, DeviceUnseen } from '../subject/device.ts';
import { Conduct, WatchedDevice } from './conduct.ts';
import { Judge } from './judge.ts';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function workspace(): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-conduct-'));
  folders.push(folder);
  return folder;
}

test('after three red controls in a row the device is left alone, in every process, and the reason says why', () => {
  const folder = workspace();
  for (const id of ['DEV-A-001', 'DEV-A-002']) new Conduct(folder).red(id, 'no end within 30 s: stopped');
  assert.equal(new Conduct(folder).stopped, undefined);
  new Conduct(folder).red('DEV-A-003', 'no end within 30 s: stopped\nand more');
  assert.equal(
    new Conduct(folder).stopped,
    'The device stopped answering: the controls of 3 cases in a row were red, last that of DEV-A-003. no end within 30 s: stopped',
  );
});

test('a case in which the device answered begins the count anew', () => {
  const conduct = new Conduct(workspace());
  for (const id of ['DEV-A-001', 'DEV-A-002']) conduct.red(id, 'x');
  conduct.answered();
  for (const id of ['DEV-A-003', 'DEV-A-004']) conduct.red(id, 'x');
  assert.equal(conduct.stopped, undefined);
});

const environment = {} as DeviceEnvironment;

function watched(kind: DeviceWord['kind'], state: DeviceState | Error = { state: 'none' }) {
  const device: DeviceUnderTest = {
    patienceSeconds: 1,
    info: async () => ({ name: 'x', version: '1', capabilities: [] }),
    perform: async () => ({ kind, detail: 'no terminal', output: '' }),
    status: async () => {
      if (state instanceof Error) throw state;
      return state;
    },
  };
  const judge = new Judge();
  return { device: new WatchedDevice(device, judge), judge };
}

test('what nobody saw is unverified, whatever the case would have made of it', async () => {
  const enrolling = watched('unseen');
  await assert.rejects(enrolling.device.perform('enroll', environment));
  const { verdict, reason } = enrolling.judge.conclude(undefined);
  assert.deepEqual([verdict, reason], ['unverified', 'Nobody saw what the device did at "enroll": no terminal']);
  const asking = watched('done', new DeviceUnseen('Nobody knows the state of the device.'));
  await assert.rejects(asking.device.status(environment));
  assert.equal(asking.judge.conclude(undefined).verdict, 'unverified');
});

test('a device has answered when it holds or awaits a certificate, not when it says "done"', async () => {
  const idle = watched('done');
  await idle.device.perform('enroll', environment);
  await idle.device.status(environment);
  assert.equal(idle.device.answered, false);
  const enrolled = watched('done', { state: 'enrolled' });
  await enrolled.device.status(environment);
  assert.equal(enrolled.device.answered, true);
  const pending = watched('pending');
  await pending.device.perform('enroll', environment);
  assert.equal(pending.device.answered, true);
});

function reporting(...kinds: readonly DeviceWord['kind'][]): DeviceUnderTest {
  const left = [...kinds];
  return {
    info: async () => ({ name: 'x', version: '1', capabilities: [] }),
    perform: async () => ({ kind: left.shift() ?? 'done', detail: '', output: '' }),
    status: async () => ({ state: 'none' }),
    patienceSeconds: 1,
  };
}

test('a device is at factory state after a reset, until it is asked for anything, whatever it answers', async () => {
  const device = new WatchedDevice(reporting('error', 'done', 'refused-server', 'done', 'error'), new Judge());
  assert.equal(device.isAtFactory, false, 'nobody knows where it was');
  await device.perform('reset', environment);
  assert.equal(device.isAtFactory, false, 'a reset that failed');
  await device.perform('reset', environment);
  await device.status(environment);
  assert.equal(device.isAtFactory, true);
  await device.perform('enroll', environment);
  assert.equal(device.isAtFactory, false, 'a device that refused a server is not reset by that');
  await device.perform('reset', environment);
  assert.equal(device.isAtFactory, true);
  await device.perform('reset', environment);
  assert.equal(device.isAtFactory, false, 'a reset that breaks leaves it nobody knows where');
});

test('what is known of a device goes from case to case, where all of them meet the same one', async () => {
  const conduct = () => new Conduct(folder);
  const folder = workspace();
  const first = new WatchedDevice(reporting('done'), new Judge(), conduct());
  await first.perform('reset', environment);
  assert.equal(new WatchedDevice(reporting(), new Judge(), conduct()).isAtFactory, true);
  assert.equal(new WatchedDevice(reporting(), new Judge()).isAtFactory, false, 'side by side, each has its own');
  const second = new WatchedDevice(reporting('unsupported'), new Judge(), conduct());
  await second.perform('renew', environment);
  conduct().red('DEV-A-001', 'x');
  const third = new WatchedDevice(reporting(), new Judge(), conduct());
  assert.deepEqual([third.isAtFactory, third.lacks('renew'), third.lacks('retrieve')], [false, true, false]);
});
