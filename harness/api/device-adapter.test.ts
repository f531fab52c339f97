import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adapterStatuses, environmentOf, variablesOf } from '../subject/adapter-contract.ts';
import { AdapterDevice } from '../subject/adapter-device.ts';
import type { DeviceEnvironment } from '../subject/device.ts';
import { sampleEnvironment } from '../subject/sample-environment.ts';
import { type DeviceOutcome, type DeviceVerbs, deviceVerb } from './device-adapter.ts';

const variables = variablesOf(sampleEnvironment);

const device = (outcome: DeviceOutcome): DeviceVerbs => ({
  info: () => ({ name: 'gw', version: '2', capabilities: [] }),
  reset: () => 'done',
  enroll: () => outcome,
  status: () => ({ state: 'none' }),
});

/** The device as the bench takes the adapter's word. */
const benched = (verbs: DeviceVerbs) =>
  new AdapterDevice({
    path: 'in this process',
    timeoutSeconds: 30,
    isLocal: true,
    run: async (verb, environment) => {
      const { status, text } = await deviceVerb(verbs, verb, environment);
      return { exitCode: status, stdout: text, stderr: '' };
    },
  });

test('each outcome is what the bench understands by it', async () => {
  const rows: readonly (readonly [DeviceOutcome, string, string])[] = [
    ['done', 'done', ''],
    ['pending', 'pending', ''],
    ['unseen', 'unseen', ''],
    ['unsupported', 'unsupported', ''],
    [{ refusedServer: 'expired' }, 'refused-server', 'expired'],
    [{ refusedByServer: 'status 3' }, 'refused-by-server', 'status 3'],
  ];
  for (const [outcome, kind, detail] of rows) {
    const word = await benched(device(outcome)).perform('enroll', sampleEnvironment);
    assert.deepEqual([word.kind, word.detail], [kind, detail]);
  }
});

test('what it is and holds comes as it was said', async () => {
  const holds = { state: 'enrolled', certificate: 'C', cacert: 'A' } as const;
  const subject = benched({ ...device('done'), status: () => holds });
  assert.deepEqual(await subject.info(), { name: 'gw', version: '2', capabilities: [] });
  assert.deepEqual(await subject.status(sampleEnvironment), { state: 'enrolled', certificatePem: 'C', cacertPem: 'A' });
});

test('a verb is told the whole of its case', async () => {
  let told: DeviceEnvironment | undefined;
  const enroll = (environment: DeviceEnvironment): DeviceOutcome => {
    told = environment;
    return 'done';
  };
  await deviceVerb({ ...device('done'), enroll }, 'enroll', variables);
  assert.deepEqual(told, sampleEnvironment);
  assert.equal(environmentOf({}).password, '');
});

test('a verb that is left out, or that there is none of, is not supported', async () => {
  for (const verb of ['retrieve', 'renew', 'call', 'dance', '', 'constructor'])
    assert.equal((await deviceVerb(device('done'), verb, variables)).status, adapterStatuses.unsupported, verb);
  const renews = { ...device('done'), renew: () => 'done' as const };
  assert.equal((await deviceVerb(renews, 'renew', variables)).status, adapterStatuses.done);
});

test('an outcome that is none is never taken for done', async () => {
  for (const none of [undefined, null, true, 0, 'ok', {}])
    await assert.rejects(
      deviceVerb(device(none as unknown as DeviceOutcome), 'enroll', variables),
      /^TypeError: enroll: 'done', .* is expected, seen /,
    );
});
