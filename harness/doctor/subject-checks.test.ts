import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { profiles } from '#protocol/pki/profiles.ts';
import { ReferenceServer } from '#reference-server/server.ts';
import { findPersona } from '#simulators/gateway/personas.ts';
import { createThirdPartyCa } from '#simulators/third-party-ca.ts';
import { builtInPlan } from '../runner/plan.ts';
import { BuiltInDevice } from '../subject/built-in-device.ts';
import type { DeviceUnderTest, DeviceVerb, DeviceWord } from '../subject/device.ts';
import { infoSeen, unknownVerbSeen } from './adapter-checks.ts';
import { livesOf, visitAdapter } from './adapter-visit.ts';
import { examine, type Finding } from './check.ts';
import { caSeen, skewSeen, type Target, targetChecks } from './target-checks.ts';

const workspace = mkdtempSync(join(tmpdir(), 'muster-doctor-subject-'));
after(() => rmSync(workspace, { recursive: true, force: true }));

const notGood = (findings: readonly Finding[]) =>
  findings.flatMap(({ id, grade }) => (grade === 'ok' ? [] : [`${id} ${grade}`]));

/** The built-in gateway, with other words for some verbs. */
function device(words: Partial<Record<DeviceVerb, DeviceWord['kind']>> = {}, persona = 'honest'): DeviceUnderTest {
  const gateway = new BuiltInDevice(findPersona(persona) ?? assert.fail());
  return {
    patienceSeconds: 5,
    info: () => gateway.info(),
    status: (environment) => gateway.status(environment),
    perform: async (verb, environment) => {
      const kind = words[verb];
      return kind === undefined ? gateway.perform(verb, environment) : { kind, detail: 'as it says', output: '' };
    },
  };
}

const lives = (subject: DeviceUnderTest) => livesOf(subject, { ...builtInPlan(1), workspace }, []);

test('a device that does all that an adapter may is good at every verb', async () => {
  const findings = await lives(device());
  assert.deepEqual(notGood(findings), []);
  assert.equal(findings.length, 9);
});

test('a verb that is not supported is a warning, and the others are still looked at', async () => {
  assert.deepEqual(notGood(await lives(device({ retrieve: 'unsupported', renew: 'unsupported' }))), [
    'adapter-renew warn',
    'adapter-retrieve warn',
  ]);
  assert.deepEqual(notGood(await lives(device({ call: 'refused-by-server' }))), ['adapter-call fail']);
});

test('a device that does not enroll is not asked for what comes after', async () => {
  assert.deepEqual(notGood(await lives(device({ enroll: 'error' }))), [
    'adapter-enroll fail',
    'adapter-status-enrolled unknown',
    'adapter-renew unknown',
    'adapter-call unknown',
    'adapter-enroll-to-wait unknown',
    'adapter-status-pending unknown',
    'adapter-retrieve unknown',
  ]);
});

test('a device that says "done" and holds nothing fails', async () => {
  const [first] = notGood(await lives(device({ enroll: 'done' })));
  assert.equal(first, 'adapter-status-enrolled fail');
});

test('an adapter that says no name is told so, and one that does not know a verb must say that', () => {
  const info = { name: 'gateway', version: '7', capabilities: ['parallel', 'blue'] };
  assert.deepEqual(infoSeen(info), {
    grade: 'ok',
    seen: 'gateway 7; capabilities: parallel; words for the report: blue',
  });
  assert.equal(infoSeen({ ...info, version: 'unknown' }).grade, 'warn');
  assert.deepEqual(
    [89, 1, undefined, 0].map((status) => unknownVerbSeen(status).grade),
    ['ok', 'warn', 'warn', 'fail'],
  );
});

test('an adapter that is no program, or prints no JSON, is a finding with a mend', async () => {
  const network = { listen: '127.0.0.1', name: 'localhost' };
  const missing = await visitAdapter(join(workspace, 'nothing'), 5, network, 'modern');
  assert.deepEqual(notGood(missing), ['adapter fail']);
  const path = join(workspace, 'mute');
  writeFileSync(path, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  const mute = await visitAdapter(path, 5, network, 'modern');
  assert.deepEqual(notGood(mute).slice(0, 2), ['adapter-info fail', 'adapter-unknown-verb unknown']);
  assert.ok(mute.every(({ grade, mend }) => grade === 'ok' || mend));
});

async function served(work: (target: Target, server: ReferenceServer) => Promise<void>): Promise<void> {
  const ca = await createThirdPartyCa({ profile: 'modern' });
  const tls = await ca.issueServer({ host: 'localhost' });
  const server = await ReferenceServer.create({ httpPort: 0, tlsPort: 0, tls });
  await server.start();
  try {
    const { http: httpUrl, tls: tlsUrl } = server.urls;
    const target = { tlsUrl, httpUrl, anchorPem: ca.anchorPem, profile: profiles.modern, timeoutSeconds: 5 };
    await work({ ...target, fingerprint: server.fingerprints.sha256 }, server);
  } finally {
    await server.stop();
  }
}

test('a server that answers and is who it should be is good; another anchor, name or fingerprint is not', async () => {
  await served(async (target) => {
    const look = async (change: Partial<Target>) => notGood(await examine(targetChecks({ ...target, ...change })));
    assert.deepEqual(await look({}), []);
    const stranger = (await createThirdPartyCa({ profile: 'modern' })).anchorPem;
    assert.deepEqual(await look({ anchorPem: stranger }), ['target-tls fail']);
    assert.deepEqual(await look({ tlsUrl: target.tlsUrl.replace('localhost', '127.0.0.1') }), ['target-tls fail']);
    assert.deepEqual(await look({ fingerprint: '00'.repeat(32) }), ['target-getcacert fail']);
    assert.deepEqual(await look({ tlsUrl: target.httpUrl.replace('http:', 'https:') }), ['target-tls fail']);
  });
});

test('a server that is not there is told at both ports, and not asked for more', async () => {
  let gone: Target | undefined;
  await served(async (target) => {
    gone = target;
  });
  assert.deepEqual(notGood(await examine(targetChecks(gone ?? assert.fail()))), [
    'target-cleartext fail',
    'target-tls fail',
    'target-getcacert unknown',
    'target-clock unknown',
  ]);
});

test('a clock that differs by more than a minute is a warning; without a date it is not known', () => {
  const now = new Date('2026-11-28T12:00:00Z');
  const grades = ['Sat, 28 Nov 2026 11:59:30 GMT', 'Sat, 28 Nov 2026 12:05:00 GMT', undefined].map(
    (date) => skewSeen(date, now).grade,
  );
  assert.deepEqual(grades, ['ok', 'warn', 'unknown']);
  assert.match(skewSeen('Sat, 28 Nov 2026 11:00:00 GMT', now).seen, /3600 s behind/);
});

test('an answer that is no CA certificate is a failure', () => {
  assert.equal(caSeen({ status: 404, body: new Uint8Array() }, undefined).grade, 'fail');
  assert.equal(caSeen({ status: 200, body: Buffer.from('status=12&error=busy') }, undefined).grade, 'fail');
});
