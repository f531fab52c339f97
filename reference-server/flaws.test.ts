import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configRules } from '#protocol/config-file/problems.ts';
import { messageOf } from '#protocol/errors.ts';
import type { HttpRequest } from '#protocol/http.ts';
import { type Answer, decodeAnswer } from '#protocol/messages/answers.ts';
import { type EnrollmentMessage, encodeRequest } from '#protocol/messages/requests.ts';
import { parseCertificate } from '#protocol/pki/certificate.ts';
import { generateKeyPair } from '#protocol/pki/keys.ts';
import { statusTable } from '#protocol/status.ts';
import { MemoryPlace } from './configuration/memory-place.ts';
import { messageChecks, recordChecks } from './enrollment/checks.ts';
import { type DoorCheckId, type Flaw, honest, transitionsWith } from './flaw.ts';
import { flaws } from './flaws.ts';
import { callFlaws } from './flaws-of-calls.ts';
import { exchangeOnce, postBytes } from './http/raw-connection.ts';
import { createSampleServer, enrollmentOf, fleet, fleetAccounts, fleetConfiguration } from './sample-server.ts';
import type { ReferenceServer } from './server.ts';
import type { ServerOptions } from './settings.ts';

/** Those of calls have a test of their own. */
const enrollmentFlaws = flaws.filter((one) => !callFlaws.includes(one));

const doorChecks: Record<DoorCheckId, true> = {
  path: true,
  'post-only': true,
  query: true,
  'body-limit': true,
  'tls-for-credentials': true,
  'ssl-flag': true,
};

test('each flaw has an id of its own and an explanation; the honest server has no flaw', () => {
  const ids = [honest, ...flaws].map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const { id, explanation } of [honest, ...flaws]) {
    assert.match(id, /^[a-z]+(-[a-z0-9]+)*$/);
    assert.match(explanation, /^[A-Z].{10,}\.$/);
  }
  const { id: _id, explanation: _explanation, ...rest } = honest;
  assert.deepEqual(rest, { omits: new Set(), omitsRules: new Set() });
  assert.deepEqual(transitionsWith(honest), transitionsWith({ ...honest, transitions: {} }));
});

test('what a flaw leaves out is there to be left out, and every check can be left out', () => {
  const checks = [...messageChecks, ...recordChecks];
  const known = new Set<string>([...checks.map(({ id }) => id), ...Object.keys(doorChecks)]);
  for (const { id, omits, omitsRules, statusInstead = {} } of enrollmentFlaws) {
    for (const check of omits) assert.ok(known.has(check), `${id}: ${check}`);
    for (const rule of omitsRules) assert.ok(Object.hasOwn(configRules, rule), `${id}: ${rule}`);
    for (const status of Object.entries(statusInstead).flat()) assert.ok(Object.hasOwn(statusTable, status), id);
  }
  assert.deepEqual(new Set(enrollmentFlaws.flatMap(({ omits }) => [...omits])), known);
});

const [key, otherKey, shortKey, rsaKey] = await Promise.all([
  generateKeyPair('p256'),
  generateKeyPair('p256'),
  generateKeyPair('rsa1024'),
  generateKeyPair('rsa2048'),
]);
const { gateway, sibling, stranger } = fleet;
const request = await enrollmentOf(gateway, { key, nonce: 'first' });
const renewal = await enrollmentOf(gateway, { key: otherKey, nonce: 'second' });
const ofSibling = await enrollmentOf(sibling, { key: otherKey });
const asRetrieve = (message: EnrollmentMessage): EnrollmentMessage => ({ ...message, operation: 'retrieve' });
const faulty: readonly EnrollmentMessage[] = [
  { ...request, password: 'wrong' },
  { ...request, username: 'nobody', password: 'wrong' },
  { ...request, username: stranger.username, password: stranger.password },
  await enrollmentOf(fleet.undefined, { key }),
  await enrollmentOf(fleet.disabled, { key }),
  await enrollmentOf(gateway, { key: shortKey, signature: 'rsa-sha256' }),
  await enrollmentOf(gateway, { key: rsaKey, signature: 'rsa-md5' }),
  await enrollmentOf(gateway, { key: { publicKey: otherKey.publicKey, privateKey: key.privateKey } }),
  await enrollmentOf(gateway, { key, commonName: sibling.deviceName }),
  await enrollmentOf(sibling, { key }),
  { ...request, nonce: renewal.nonce },
];

/** Undefined for an answer to something else. */
function read(operation: 'getcacert' | 'request', body: Uint8Array): Answer | undefined {
  try {
    return decodeAnswer(operation, body);
  } catch {
    return undefined;
  }
}

/** What can be seen of a certificate, and whether it was seen before. */
function describe(der: Uint8Array, seen: string[]): string {
  const certificate = parseCertificate(der);
  if (!seen.includes(certificate.serialNumber)) seen.push(certificate.serialNumber);
  return [
    `certificate ${seen.indexOf(certificate.serialNumber)}`,
    certificate.subjectText,
    certificate.basicConstraints?.ca,
    certificate.notAfter > new Date(),
    certificate.keyUsage && [...certificate.keyUsage].join(),
    certificate.extendedKeyUsage?.join(),
    certificate.serialNumber.length > 16,
    [key, otherKey].findIndex(({ publicKey }) => publicKey.equals(certificate.publicKey)),
  ].join(' ');
}

/** What a device, an administrator and an onlooker see of a server with this flaw, line by line. */
async function observe(flaw: Flaw): Promise<string[]> {
  const lines: string[] = [];
  const serials: string[] = [];
  const ask = async (server: ReferenceServer, body: Uint8Array | string, parts: Partial<HttpRequest> = {}) => {
    const bytes = Buffer.from(body);
    const http = { method: 'POST', path: '/tep', headers: {}, body: bytes, secure: true, from: 'here', ...parts };
    const { status, headers, body: answered } = await server.respond(http);
    const text = Buffer.from(answered).toString('latin1');
    const operation = bytes.includes('getcacert') ? 'getcacert' : 'request';
    const answer = read(operation, answered);
    const certificate = answer?.kind === 'issued' ? describe(answer.certificate, serials) : '';
    const start = answer?.kind === 'cacert' ? answer.kind : certificate || text;
    lines.push(
      [
        status,
        headers['content-type'],
        headers.connection,
        headers['content-length'] === String(text.length),
        start,
      ].join(' '),
    );
  };
  const send = (server: ReferenceServer, message: EnrollmentMessage) => ask(server, encodeRequest(message));
  const open = async (options: Partial<ServerOptions> = {}, place?: MemoryPlace): Promise<ReferenceServer> =>
    (await createSampleServer(options, { flaw, ...(place ? { place } : {}) })).server;
  const configured = (from: string, to: string) => ({
    configuration: { text: fleetConfiguration.replace(from, to), fileName: 'fleet.conf' },
  });

  const fresh = await open();
  await send(fresh, asRetrieve(request));
  for (const message of [request, request, asRetrieve(request), asRetrieve(renewal), renewal, asRetrieve(renewal)]) {
    await send(fresh, message);
  }
  await send(fresh, request);
  for (const message of faulty) await send(fresh, message);
  await ask(fresh, 'operation=getcacert');
  await ask(fresh, 'operation=getcacert', { secure: false, method: 'GET' });
  await ask(fresh, 'operation=getcacert', { path: '/tep?x' });
  await ask(fresh, 'operation=getcacert', { path: '/admin' });
  await ask(fresh, encodeRequest(renewal), { secure: false });
  const plus = { ...renewal, nonce: new Uint8Array(Buffer.from('x+y')) };
  await ask(fresh, Buffer.from(encodeRequest(plus)).toString().replaceAll('%2B', '+'));
  await send(fresh, asRetrieve(plus));
  for (const body of ['%', '', 'operation=enroll', 'operation=request']) await ask(fresh, body);

  const hurried = await open();
  await Promise.all([send(hurried, request), send(hurried, request)]);
  await send(await open(configured('enroll enabled', '')), request);
  const strict = await open(configured('enroll enabled', 'enroll enabled\nssl enabled'));
  await ask(strict, 'operation=getcacert', { secure: false });
  await send(await open({ proofOfPossession: 'challenge' }), request);
  for (const license of ['', 'license nonsense\n']) {
    const trial = await open({ trialDevices: 1, ...configured('enroll', `${license}enroll`) });
    for (const message of [request, ofSibling]) await send(trial, message);
  }

  for (const decision of [{ kind: 'approve' as const }, { kind: 'reject' as const, reason: 'no' }]) {
    const manual = await open({ approval: 'manual' });
    await send(manual, request);
    await send(manual, asRetrieve(request));
    await send(manual, asRetrieve(renewal));
    const [waiting] = await manual.engine.list('pending');
    if (waiting) lines.push((await manual.engine.decide(waiting.id, decision)).state);
    await send(manual, asRetrieve(request));
    await send(manual, request);
    await send(manual, renewal);
    await send(manual, await enrollmentOf(gateway, { key, nonce: 'third' }));
    await send(manual, asRetrieve(renewal));
  }

  for (const duplicate of [
    'group north',
    'device gw2.example.com south enabled',
    'route north 1 gw2.example.com 1\nroute north 1 gw2.example.com 2',
  ]) {
    const text = `${fleetConfiguration}${duplicate}\n`;
    lines.push(await open({ configuration: { text, fileName: 'bad' } }).then(() => 'read', messageOf));
    const place = new MemoryPlace({ text: fleetConfiguration, fileName: 'new', accounts: await fleetAccounts() });
    const reloading = await open({}, place);
    place.put(text);
    lines.push(await reloading.reload().then(() => 'reloaded', messageOf));
    await send(reloading, request);
  }

  const listening = await open();
  await listening.start();
  lines.push(String((await exchangeOnce(listening.urls.http, postBytes('x='.padEnd(70_000, '1')))).status));
  await listening.stop();
  return lines;
}

const expected = await observe(honest);

test('an honest server looks the same each time (control)', async () => {
  assert.deepEqual(await observe(honest), expected);
});

/** What shows these is in a conformance case: in all that `observe` does they are as an honest server is. */
const narrow: ReadonlySet<string> = new Set([
  'nonce-of-device',
  'nonce-counts',
  'serial-counts',
  'pending-kept',
  'challenge-kept',
  'guessing-of-account',
  'guessing-from-address',
  'account-locked',
  'polls-unlimited',
  'no-time-out',
  'few-connections',
  'one-answer-at-a-time',
  'sheds-load',
  'keeps-nothing',
  'former-certificates',
  'former-authority',
  'anonymous-tls',
  'open-tls',
  'old-tls',
  'logs-paths',
  'logs-cleartext',
  'logs-requests',
  'echoes-requests',
  'crashes-on-pkcs10',
  'last-value-counts',
  'cuts-trailing-bytes',
  'reads-ber',
  'retrieve-without-password',
  'retrieve-of-disabled',
  'quote-opens',
  'takes-no-signature',
  'takes-empty-signature',
  'takes-zero-signature',
  'takes-zero-numbers',
  'takes-short-signature',
  'algorithm-of-the-key',
  'unknown-algorithm',
  'tiny-keys',
  'exponent-one',
  'even-modulus',
  'huge-keys',
  'any-curve',
  'any-key-type',
  'takes-own-key',
  'takes-empty-subject',
  'first-name-counts',
  'subject-cut-at-nul',
  'subject-by-suffix',
  'ca-subject',
  'grants-ca',
  'grants-usage',
  'grants-purpose',
  'grants-lifetime',
  'grants-names',
]);

for (const flaw of enrollmentFlaws) {
  if (narrow.has(flaw.id)) {
    test(`${flaw.id} differs in nothing but what it names`, async () => {
      assert.deepEqual(await observe(flaw), expected);
    });
  } else {
    test(`${flaw.id} can be seen from outside`, async () => {
      const seen = await observe(flaw);
      assert.ok(seen.join('\n') !== expected.join('\n'), 'nothing differs: let observe() do what shows this flaw');
    });
  }
}

test('every flaw that is shown by a case alone exists', () => {
  const known = new Set(flaws.map(({ id }) => id));
  assert.deepEqual(
    [...narrow].filter((id) => !known.has(id)),
    [],
  );
});
