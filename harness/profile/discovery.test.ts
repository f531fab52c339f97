import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { MusterError } from '#protocol/errors.ts';
import { findPersona } from '#simulators/gateway/personas.ts';
import { builtInPlan } from '../runner/plan.ts';
import { BuiltInDevice } from '../subject/built-in-device.ts';
import type { DeviceUnderTest } from '../subject/device.ts';
import { agreeing } from './contradictions.ts';
import { type Discovered, discover } from './discovery.ts';
import { readStatement } from './statement-file.ts';

const workspace = await mkdtemp(join(tmpdir(), 'muster-discovery-'));
after(() => rm(workspace, { recursive: true, force: true }));

function gateway(persona = 'honest'): BuiltInDevice {
  const found = findPersona(persona);
  assert.ok(found);
  return new BuiltInDevice(found);
}

const seenOf = (device: DeviceUnderTest): Promise<Discovered> => discover(device, { ...builtInPlan(1), workspace });

const honest: Discovered = {
  keys: ['p256'],
  tls: ['1.2', '1.3'],
  getcacert: ['cleartext'],
  challenge: ['yes'],
  retrieve: ['yes'],
  renew: ['yes'],
};

test('one honest server shows what a device can do', async () => {
  assert.deepEqual(await seenOf(gateway()), honest);
});

test('a device that does otherwise is seen to', async () => {
  assert.deepEqual(await seenOf(gateway('ignores-challenge')), { ...honest, challenge: ['no'] });
  assert.deepEqual((await seenOf(gateway('offers-old-tls'))).tls, ['1.0', '1.1', '1.2', '1.3']);
});

test('a verb that a device does not know is one that it cannot do', async () => {
  const device = gateway();
  const limited: DeviceUnderTest = {
    info: () => device.info(),
    status: (environment) => device.status(environment),
    perform: async (verb, environment) =>
      verb === 'renew' ? { kind: 'unsupported', detail: '', output: '' } : device.perform(verb, environment),
  };
  assert.deepEqual(await seenOf(limited), { ...honest, renew: ['no'] });
});

test('of a device that does not enroll nothing is made up', async () => {
  const silent: DeviceUnderTest = {
    info: async () => ({ name: 'x', version: '1', capabilities: [] }),
    perform: async () => ({ kind: 'error', detail: 'off', output: '' }),
    status: async () => ({ state: 'none' }),
  };
  assert.deepEqual(await seenOf(silent), {});
});

const statement = (lines: string) => readStatement(`device x\nprofile modern\n${lines}`, 'gw.profile');

test('what is declared stands beside what was seen, and a line of which nothing was seen is no contradiction', () => {
  const declared = statement('keys p256 rsa2048\ntls 1.3 1.2\nfingerprint sha1\nrenew yes');
  assert.deepEqual(agreeing(declared, honest).lines, [
    { line: 'keys', declared: 'p256 rsa2048', discovered: 'p256' },
    { line: 'tls', declared: '1.3 1.2', discovered: '1.2 1.3' },
    { line: 'fingerprint', declared: 'sha1' },
    { line: 'renew', declared: 'yes', discovered: 'yes' },
  ]);
});

test('every line that the device does otherwise stops the run, by name; so does a version that it does not offer', () => {
  const declared = statement('keys rsa2048\ntls 1.1 1.2 1.3\nrenew no\nretrieve yes');
  assert.throws(
    () => agreeing(declared, honest),
    (thrown: unknown) => {
      assert.ok(thrown instanceof MusterError && thrown.code === 'profile-contradicted');
      assert.deepEqual(thrown.message.match(/^ {2}line \d+: "\w+/gm), [
        '  line 3: "keys',
        '  line 4: "tls',
        '  line 5: "renew',
      ]);
      return true;
    },
  );
});
