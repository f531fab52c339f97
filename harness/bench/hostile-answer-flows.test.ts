import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { WatchedDevice } from '../case/conduct.ts';
import { Judge, type Judgement } from '../case/judge.ts';
import { Recorder } from '../evidence/recorder.ts';
import { builtInPlan } from '../runner/plan.ts';
import type { DeviceUnderTest, DeviceVerb, DeviceWord } from '../subject/device.ts';
import { deviceUnderTest } from '../subject/under-test.ts';
import { DeviceBench } from './device-bench.ts';
import { goesOnOnlyVerified, installsOnlyGood } from './hostile-answer-flows.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);
const folder = await mkdtemp(join(tmpdir(), 'muster-hostile-answers-'));
after(() => rm(folder, { recursive: true, force: true }));

const honest = await deviceUnderTest({ kind: 'built-in', persona: 'honest' });

/** An honest gateway whose words somebody changes before they are heard. */
function deviceWith(change: (verb: DeviceVerb, word: DeviceWord) => DeviceWord): DeviceUnderTest {
  return {
    patienceSeconds: honest.patienceSeconds,
    info: () => honest.info(),
    perform: async (verb, environment) => change(verb, await honest.perform(verb, environment)),
    status: (environment) => honest.status(environment),
  };
}

async function judged(
  device: DeviceUnderTest,
  flow: typeof installsOnlyGood = installsOnlyGood,
  builtIn = 30,
): Promise<Judgement & { recorder: Recorder }> {
  const plan = { ...builtInPlan(seed), workspace: folder };
  const judge = new Judge();
  const recorder = new Recorder();
  const watched = new WatchedDevice(device, judge);
  const bench = await DeviceBench.open({ device: watched, fixes: {}, plan, caseId: 'DEV-FUZ-001', recorder, judge });
  const thrown = await flow(bench, 'DEV-FUZ-001', { builtIn, external: 3 }).then(
    () => undefined,
    (error: unknown) => String(error),
  );
  await bench.close();
  return { ...judge.conclude(thrown), recorder };
}

test('control: an honest device passes, and the evidence says what was tried', async () => {
  const { verdict, proof, recorder } = await judged(deviceWith((_, word) => word));
  assert.equal(verdict, 'pass');
  assert.match(proof ?? '', /held for 30 generated inputs/);
  const { text = '' } = recorder.evidence().outputs.find(({ title }) => /^Generated answers/.test(title)) ?? {};
  const counted = [...text.matchAll(/^ *(\d+) /gm)].reduce((sum, [, times]) => sum + Number(times), 0);
  assert.equal(counted, 30, text);
  assert.match(text, /accept: the device says "done"/);
  assert.match(text, /refuse: the device says "refused-server"/);
});

test('a device that says that it is enrolled, and is not, is found', async () => {
  const { verdict, reason } = await judged(
    deviceWith((_, word) => (word.kind === 'refused-server' ? { ...word, kind: 'done' } : word)),
  );
  assert.equal(verdict, 'fail');
  assert.match(reason, /says "done" and holds nothing, but is to refuse the answer: .*"phase":"enroll"/);
});

for (const [end, says] of [
  ['crashed', /it broke down/],
  ['stopped', /its verb "enroll" did not end/],
] as const) {
  test(`a device that ${end === 'crashed' ? 'breaks down on noise' : 'does not end'} is found; an error alone is no finding`, async () => {
    const onNoise = (word: DeviceWord, more: Partial<DeviceWord>): DeviceWord =>
      word.kind === 'refused-server' ? { ...word, kind: 'error', ...more } : word;
    const { verdict, reason } = await judged(deviceWith((_, word) => onNoise(word, { [end]: true })));
    assert.equal(verdict, 'fail');
    assert.match(reason, says);
    assert.equal((await judged(deviceWith((_, word) => onNoise(word, {})))).verdict, 'pass');
  });
}

test('a device that knows neither retrieve nor renew is judged at its first enrollment', async () => {
  const unknown: ReadonlySet<DeviceVerb> = new Set(['retrieve', 'renew']);
  const device = deviceWith((verb, word) => (unknown.has(verb) ? { ...word, kind: 'unsupported' } : word));
  assert.equal((await judged(device)).verdict, 'pass');
});

test('a device that does not fetch the answers is no finding, and no pass', async () => {
  let enrolled = 0;
  const honest = deviceWith((_, word) => word);
  const device: DeviceUnderTest = {
    patienceSeconds: honest.patienceSeconds,
    info: () => honest.info(),
    status: (environment) => honest.status(environment),
    perform: async (verb, environment) => {
      if (verb === 'enroll' && enrolled++ > 0) return { kind: 'refused-server', detail: 'tired', output: '' };
      return honest.perform(verb, environment);
    },
  };
  const { verdict, reason } = await judged(device);
  assert.deepEqual([verdict, /never fetched/.test(reason)], ['error', true]);
});

test('after getcacert, a device that goes on unverified is found by what it sends', async () => {
  assert.equal(
    (
      await judged(
        deviceWith((_, word) => word),
        goesOnOnlyVerified,
      )
    ).verdict,
    'pass',
  );
  const careless = await deviceUnderTest({ kind: 'built-in', persona: 'no-fingerprint-check' });
  const { verdict, reason } = await judged(careless, goesOnOnlyVerified, 100);
  assert.equal(verdict, 'fail');
  assert.match(reason, /it goes on with “request”, but is to refuse the answer: it is not of the fingerprint/);
});
