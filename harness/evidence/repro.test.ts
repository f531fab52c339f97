import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { generateKeyPair, spkiOf } from '#protocol/pki/keys.ts';
import { toPem } from '#protocol/pki/pem.ts';
import { createPkcs10 } from '#protocol/pki/pkcs10.ts';
import { encodePairs } from '#protocol/wire.ts';
import type { RunRecord } from '#reports/run-record.ts';
import { createAuthorityOf } from '#simulators/gateway/scripted-clearinghouse.ts';
import { tlsOutages } from '#simulators/hostile/tls-outages.ts';
import { redirectsToCleartext } from '#simulators/hostile/transport-faults.ts';
import { DeviceBench } from '../bench/device-bench.ts';
import { goesOnOnlyVerified, installsOnlyGood } from '../bench/hostile-answer-flows.ts';
import { followsNoRedirect, keepsToTls } from '../bench/transport-flows.ts';
import { WatchedDevice } from '../case/conduct.ts';
import { makeIdentity } from '../case/identity.ts';
import { Judge, type Judgement } from '../case/judge.ts';
import { long, longTests } from '../long-tests.ts';
import { certify } from '../runner/certification.ts';
import { builtInPlan } from '../runner/plan.ts';
import { deviceUnderTest } from '../subject/under-test.ts';
import { Recorder } from './recorder.ts';
import { writeRepro } from './repro.ts';

const seed = 20261123;
const muster = join(import.meta.dirname, '../cli/muster.mjs');
let folder: string;
let record: RunRecord;
const repro = (id: string, out = 'out') => join(folder, out, 'repro', id);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-repro-'));
  record = await certified('no-name-check', ['DEV-TLS-002', 'DEV-TLS-001', 'DEV-ANS-002'], 'out');
});
after(() => rm(folder, { recursive: true, force: true }));

async function certified(persona: string, cases: readonly string[], out: string): Promise<RunRecord> {
  const outFolder = join(folder, out);
  const ran = await certify({
    plan: { ...builtInPlan(seed), device: { kind: 'built-in', persona }, cases, outFolder, workers: 2 },
    outFolder,
    strict: false,
    muster: '0',
    command: 'muster certify device',
    signal: new AbortController().signal,
    onEvent: () => {},
  });
  return ran.record;
}

/** What a case does, without the run around it: a flawed device meets it, and its failure leaves its folder. */
async function fails(persona: string, id: string, flow: (bench: DeviceBench) => Promise<void>): Promise<Judgement> {
  const judge = new Judge();
  const recorder = new Recorder();
  const device = new WatchedDevice(await deviceUnderTest({ kind: 'built-in', persona }), judge);
  const plan = { ...builtInPlan(seed), workspace: folder };
  const bench = await DeviceBench.open({ device, fixes: {}, plan, caseId: id, recorder, judge });
  const thrown = await flow(bench).then(
    () => undefined,
    (error: unknown) => String(error),
  );
  await bench.close();
  const judgement = judge.conclude(thrown);
  const about = { id, title: id, control: 'the honest server', requirements: ['CRT-010'] as const };
  await writeRepro(join(folder, persona), { ...about, reason: judgement.reason }, recorder.stage);
  return judgement;
}

async function copied(from: string): Promise<string> {
  const elsewhere = await mkdtemp(join(folder, 'elsewhere-'));
  await cp(from, elsewhere, { recursive: true });
  return elsewhere;
}

/** The one command of the folder, copied elsewhere, with a device. */
async function shownAgain(persona: string, from = repro('DEV-TLS-002')) {
  const elsewhere = await copied(from);
  const device = [
    process.execPath,
    muster,
    'enroll',
    '--persona',
    persona,
    '--poll',
    '100ms',
    '--state',
    join(elsewhere, 'state'),
  ];
  // In the words of an adapter: 20, the device refused the server.
  const adapter = ['sh', '-c', '"$0" "$@"; [ $? = 1 ] && exit 20 || exit 0', ...device];
  return spawnSync(process.execPath, ['serve.mjs', ...adapter], { cwd: elsewhere, encoding: 'utf8' });
}

test('a failure leaves a folder that shows it again; what passed leaves none', async () => {
  const verdicts = Object.fromEntries(record.cases.map(({ id, verdict }) => [id, verdict]));
  assert.deepEqual(verdicts, { 'DEV-ANS-002': 'pass', 'DEV-TLS-001': 'pass', 'DEV-TLS-002': 'fail' });
  assert.deepEqual(await readdir(join(folder, 'out', 'repro')), ['DEV-TLS-002']);
  const failed = record.cases.find(({ id }) => id === 'DEV-TLS-002');
  assert.ok(failed?.evidence?.files?.includes('repro/DEV-TLS-002/serve.mjs'));
});

test('its README says what was expected and seen, the requirement with its citation, the weakness, and how to mend it', async () => {
  const readme = await readFile(join(repro('DEV-TLS-002'), 'README.md'), 'utf8');
  for (const part of [
    /^# DEV-TLS-002: A device refuses/,
    /Fault: \*\*other-host\*\*\./,
    /Expected: /,
    /Seen: The device accepted a server/,
    /node serve\.mjs/,
    /- ID-007 \(MUST\): .*\[WO 01\/47232/,
    /- CWE-297 /,
    /- Switch the library’s host check on/,
  ]) {
    assert.match(readme, part);
  }
});

test('copied elsewhere, one command shows the flawed device accept again', async () => {
  const { status, stdout, stderr } = await shownAgain('no-name-check');
  assert.match(stdout, /THE DEVICE ACCEPTED: it sent application bytes/, stderr);
  assert.match(stdout, /TLS: POST operation=request/);
  assert.equal(status, 1);
});

test('control: a device that was mended refuses, and the same command ends 0', async () => {
  const { status, stdout, stderr } = await shownAgain('honest');
  assert.doesNotMatch(stdout, /ACCEPTED/, stderr);
  assert.equal(status, 0, stdout + stderr);
});

const generated = (bench: DeviceBench) => installsOnlyGood(bench, 'DEV-FUZ-001', { builtIn: 100, external: 12 });
const goodCertificate = [
  'garbage-status-as-zero',
  'DEV-FUZ-001',
  generated,
  'a generated answer with a good certificate',
] as const;
for (const [persona, id, flow, kind] of [
  ...(longTests ? [goodCertificate] : []),
  ['no-issued-name-check', 'DEV-FUZ-001', generated, 'a generated answer with a bad certificate'],
  [
    'no-fingerprint-check',
    'DEV-FUZ-002',
    (bench: DeviceBench) => goesOnOnlyVerified(bench, 'DEV-FUZ-002', { builtIn: 130, external: 12 }),
    'a generated answer to getcacert',
  ],
] as const) {
  test(`${kind} is shown again, to any device: the flawed one (${persona}) takes it, the honest one does not`, async () => {
    const { verdict, reason } = await fails(persona, id, flow);
    assert.equal(verdict, 'fail');
    const stage = JSON.parse(await readFile(join(repro(id, persona), 'stage.json'), 'utf8')) as {
      fault: { id: string };
    };
    assert.match(stage.fault.id, /^generated: [a-z-]+\(/);
    assert.ok(reason.includes(stage.fault.id.replace('generated: ', '')), reason);
    await showsAgain(id, persona, /THE DEVICE ACCEPTED/);
  });
}

test('a failure that no server of a TLS library can play says why, and how to have it again', async () => {
  const failure = { id: 'DEV-HSK-001', title: 'x', reason: 'y', control: 'z', requirements: ['ID-012'] };
  const fault = { id: 'f', explanation: 'e' };
  const environment = () => assert.fail('nothing is played');
  const outFolder = join(folder, 'why');
  const authority = await createAuthorityOf('modern', 'CA');
  const key = await generateKeyPair('p256');
  const pkcs10 = createPkcs10({ key, subject: [{ type: 'CN', value: 'gw' }], signature: 'ecdsa-sha256' });
  const request = {
    ...{ method: 'POST', path: '/tep', headers: {}, secure: true, from: 'device' },
    body: encodePairs([['request', Buffer.from(pkcs10).toString('base64')]]),
  };
  const keyInPem = encodePairs([['cert', toPem('CERTIFICATE', spkiOf(key.publicKey)).replace(/-----.*-----/g, '')]]);
  const answer = { status: 200, headers: {}, body: keyInPem };
  const stages = [
    undefined,
    { fault, environment, authority, exchanges: [] },
    {
      fault: { ...fault, operation: 'enrollment' as const },
      identity: { chainPem: '', keyPem: '' },
      ...{ environment, authority },
      exchanges: [{ operation: 'request', request, answer }],
    },
  ];
  for (const stage of stages) {
    assert.deepEqual(await writeRepro(outFolder, failure, stage), ['repro/DEV-HSK-001/README.md']);
    const readme = await readFile(join(outFolder, 'repro/DEV-HSK-001/README.md'), 'utf8');
    assert.match(readme, /cannot be shown by a server that stands alone\. \S.*muster replay DEV-HSK-001/);
  }
});

/** Faults of what carries an answer: the case, the device that fails it, and what that is seen to do again. */
const carried = [
  [
    'follows-redirects',
    'DEV-NET-004',
    (bench: DeviceBench) => followsNoRedirect(bench, redirectsToCleartext),
    /ACCEPTED: it followed the redirect with its credentials/,
  ],
  [
    'falls-back-to-cleartext',
    'DEV-NET-011',
    (bench: DeviceBench) => keepsToTls(bench, [tlsOutages.cleartext]),
    /ACCEPTED: it sent its credentials in cleartext/,
  ],
] as const;

for (const [persona, id, flow, sign] of carried) {
  test(`what ${persona} does is shown again, and a device that was mended passes`, async () => {
    assert.equal((await fails(persona, id, flow)).verdict, 'fail');
    await showsAgain(id, persona, sign);
  });
}

async function showsAgain(id: string, persona: string, sign: RegExp): Promise<void> {
  const flawed = await shownAgain(persona, repro(id, persona));
  assert.match(flawed.stdout, sign, flawed.stderr);
  assert.equal(flawed.status, 1, flawed.stdout + flawed.stderr);
  const mended = await shownAgain('honest', repro(id, persona));
  assert.doesNotMatch(mended.stdout, /ACCEPTED/);
  assert.equal(mended.status, 0, mended.stdout + mended.stderr);
}

test(
  'an answer without end is played for longer than a device waits, and one that gives it up passes',
  long,
  async () => {
    await certified('no-time-out', ['DEV-NET-010'], 'trickle');
    const from = repro('DEV-NET-010', 'trickle');
    const { answers } = JSON.parse(await readFile(join(from, 'stage.json'), 'utf8'));
    const [, , drops] = answers.retrieve.script.steps;
    assert.ok(drops.times * drops.everyMs >= 60_000, JSON.stringify(drops));
    const impatient = `
    const url = process.env.MUSTER_TLS_URL;
    const options = { method: 'POST', ca: require('fs').readFileSync(process.env.MUSTER_ANCHOR) };
    require('https').request(url, options, (answer) => {
      answer.on('error', () => process.exit(1)).resume();
      setTimeout(() => answer.destroy(new Error('too long')), 300);
    }).end('operation=retrieve');`;
    const words = ['serve.mjs', process.execPath, '-e', impatient];
    const { status, stdout } = spawnSync(process.execPath, words, { cwd: await copied(from), encoding: 'utf8' });
    assert.match(stdout, /the device ended the connection after/);
    assert.equal(status, 0, stdout);
  },
);

test('the only private key is the one that was made for the server of this case, and no password is there', async () => {
  const { password } = makeIdentity(seed, 'DEV-TLS-002');
  for (const name of await readdir(repro('DEV-TLS-002'))) {
    const text = await readFile(join(repro('DEV-TLS-002'), name), 'utf8');
    assert.equal(text.includes(password), false, name);
    assert.equal(text.includes('PRIVATE KEY'), name === 'server-key-throw-away.pem', name);
  }
});
