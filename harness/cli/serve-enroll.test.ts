import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { encodeRequest } from '#protocol/messages/requests.ts';
import { generateKeyPair } from '#protocol/pki/keys.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import { hashPassword } from '#reference-server/accounts.ts';
import { goodPkcs10 } from '#simulators/hostile/pkcs10-forge.ts';
import { sendRaw } from '#simulators/hostile/raw-client.ts';
import { createOperator } from '#simulators/operator.ts';
import type { DeviceNeeds } from './device-needs.ts';
import { type Ended, MusterInFolder } from './spawned-muster.ts';

const muster = await MusterInFolder.create();
after(() => muster.remove());

const password = 'c4nary-p4ss wörd';
const user = 'ann';
const devices = ['gw1', 'gw2', 'gw3', 'gw4', 'off', 'ghost', 'raw'];
const configuration = `enroll enabled
group A
${devices
  .filter((name) => name !== 'ghost')
  .map((name) => `device ${name}.example.com A ${name === 'off' ? 'disabled' : 'enabled'}\n`)
  .join('')}`;
const duplicates = `${configuration}group A\ndevice GW1.example.com A enabled\nroute A 1 gw1.example.com 1\nroute A 1 gw2.example.com 1\n`;
const duplicateLines = [/conf:9:7: .*"A".*line 2/, /conf:10:8: .*"GW1.example.com".*line 3/, /conf:12:\d+: .*line 11/];

async function put(name: string, text: string): Promise<void> {
  await writeFile(join(muster.folder, name), text);
}

await put('a.conf', configuration);
const hash = await hashPassword(password, 256);
await put(
  'accounts',
  devices.map((name, index) => `account 42 ${index} ${name}.example.com ${user} ${hash}\n`).join(''),
);

function enrollWords(needs: DeviceNeeds, name: string, state: string = name): string[] {
  const { httpUrl, tlsUrl, anchor = '', caFingerprintSha256, profile } = needs;
  const server = ['--http', httpUrl, '--tls', tlsUrl, '--anchor', anchor, '--fingerprint', caFingerprintSha256];
  const number = String(devices.indexOf(name));
  const device = ['--name', `${name}.example.com`, '--device', number, '--customer', '42', '--username', user];
  return ['enroll', ...server, ...device, '--profile', profile, '--state', state, '--json'];
}

/** How an enrollment ended: its exit code and the words of its JSON. */
function outcomeOf({ code, stdout, stderr }: Ended): { code: number | null } & Record<string, unknown> {
  assert.match(stdout, /^\{.*\}\n$/, stderr);
  return { code, ...(JSON.parse(stdout) as Record<string, unknown>) };
}

function picked(outcome: Record<string, unknown>, ...names: string[]): unknown[] {
  return names.map((name) => outcome[name]);
}

const server = await muster.serve(['--config', 'a.conf', '--approve', 'manual', '--data', 'server']);
const { needs } = server;
const token = (await readFile(join(muster.folder, needs.operatorToken), 'utf8')).trim();
const operator = createOperator({ url: new URL(needs.managementUrl).origin, token });
const secret = { MUSTER_PASSWORD: password };

interface Attempt {
  readonly options?: readonly string[];
  readonly state?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

async function enroll(name: string, { options = [], state = name, environment = secret }: Attempt = {}) {
  return outcomeOf(await muster.run([...enrollWords(needs, name, state), ...options], environment));
}

describe('muster serve and muster enroll, modern, approved by an administrator', { concurrency: 2 }, () => {
  test('pending, approved by the API, retrieved at the next start; then it stays enrolled', async () => {
    assert.deepEqual(picked(await enroll('gw1', { options: ['--polls', '0'] }), 'code', 'outcome'), [4, 'pending']);
    await operator.approveNext('gw1.example.com');
    const enrolled = await enroll('gw1');
    assert.deepEqual(picked(enrolled, 'code', 'outcome', 'alreadyEnrolled'), [0, 'enrolled', false]);
    assert.match(server.log(), /handed-over retrieve gw1\.example\.com/);
    const again = await enroll('gw1');
    assert.deepEqual(picked(again, 'code', 'outcome', 'alreadyEnrolled'), [0, 'enrolled', true]);
    assert.equal(again.certificate, enrolled.certificate);
    assert.equal((await stat(join(muster.folder, 'gw1', 'key.pem'))).mode & 0o777, 0o600);
  });

  test('polls until the administrator approves', async () => {
    const [outcome] = await Promise.all([
      enroll('gw2', { options: ['--poll', '100ms', '--polls', '100'] }),
      operator.approveNext('gw2.example.com', 15),
    ]);
    assert.deepEqual(picked(outcome, 'code', 'outcome'), [0, 'enrolled']);
  });

  test('8: rejected by the administrator', async () => {
    assert.equal((await enroll('gw3', { options: ['--polls', '0'] })).outcome, 'pending');
    const [waiting] = (await operator.list('pending')).filter(({ device }) => device === 'gw3.example.com');
    await operator.reject(waiting?.id ?? '', 'not ours');
    assert.deepEqual(picked(await enroll('gw3'), 'code', 'outcome', 'status'), [1, 'refused-by-server', 8]);
  });

  const refusals: readonly (readonly [status: number, why: string, () => Promise<Record<string, unknown>>])[] = [
    [2, 'a device that the configuration does not define', () => enroll('ghost')],
    [3, 'a wrong password', () => enroll('gw4', { state: 's3', environment: { MUSTER_PASSWORD: 'another' } })],
    [
      5,
      'an altered signature',
      () => enroll('gw4', { state: 's5', options: ['--persona', 'breaks-proof-of-possession'] }),
    ],
    [7, 'a disabled device', () => enroll('off')],
    [
      9,
      'a retrieve with another nonce',
      () => enroll('gw4', { state: 's9', options: ['--persona', 'new-nonce-on-retrieve', '--poll', '0s'] }),
    ],
  ];
  for (const [status, why, attempt] of refusals) {
    test(`${status}: ${why}`, async () => {
      assert.deepEqual(picked(await attempt(), 'code', 'outcome', 'status'), [1, 'refused-by-server', status]);
    });
  }

  test('9 and 10: a retrieve before any request, and a nonce used again with another PKCS#10', async () => {
    const say = async (operation: 'request' | 'retrieve') => {
      const key = await generateKeyPair('p256');
      const pkcs10 = goodPkcs10({ deviceName: 'raw.example.com', key, profile: profiles.modern });
      const device = String(devices.indexOf('raw'));
      const nonce = Buffer.from('4711');
      const body = encodeRequest({ operation, nonce, username: user, password, device, customer: '42', pkcs10 });
      const answer = await sendRaw({ url: needs.tlsUrl, body, profile: profiles.modern });
      return Buffer.from(answer.body).toString().split('&', 1)[0];
    };
    assert.deepEqual(
      [await say('retrieve'), await say('request'), await say('request')],
      ['status=9', 'status=1', 'status=10'],
    );
  });

  test('a device that refuses its server says by which check, and ends 1', async () => {
    const words = enrollWords(needs, 'gw4').map((word) => word.replace('https://localhost', 'https://127.0.0.1'));
    const refused = outcomeOf(await muster.run(words.with(words.indexOf('gw4'), 'other'), secret));
    assert.deepEqual(picked(refused, 'code', 'outcome', 'check'), [1, 'refused-server', 'name']);
  });

  test('a port in use ends 3 and says what to do', async () => {
    const port = new URL(needs.httpUrl).port;
    const { code, stderr } = await muster.run([
      'serve',
      '--data',
      'other-server',
      '--http',
      port,
      '--tls',
      '0',
      '--console',
      '0',
    ]);
    assert.equal(code, 3, stderr);
    assert.match(stderr, new RegExp(`port ${port}.*choose others with --http`));
  });

  test('a configuration with duplicates stops a start with 2, every duplicate with both lines', async () => {
    await put('dup.conf', duplicates);
    const { code, stderr } = await muster.run([
      'serve',
      '--config',
      'dup.conf',
      '--data',
      'dup',
      '--http',
      '0',
      '--tls',
      '0',
      '--console',
      '0',
    ]);
    assert.equal(code, 2);
    for (const line of duplicateLines) assert.match(stderr, line);
  });
});

describe('a running server', async () => {
  const running = await readFile(join(muster.folder, 'a.conf'), 'utf8');

  test('reads its files again at SIGHUP; a file with duplicates leaves the old one in force', async () => {
    await put('a.conf', duplicates.replace('enroll enabled', 'enroll disabled'));
    await server.signalUntil('SIGHUP', /not reloaded[\s\S]*conf:12/);
    for (const line of duplicateLines) assert.match(server.log(), line);
    assert.equal((await enroll('gw4', { options: ['--polls', '0'] })).outcome, 'pending');
  });

  test('6: enrollment disabled by a reload', async () => {
    // With its crypto line: without one the server would make another CA.
    await put('a.conf', running.replace('enroll enabled', 'enroll disabled'));
    await server.signalUntil('SIGHUP', /reloaded a\.conf/);
    assert.deepEqual(picked(await enroll('gw3'), 'code', 'outcome', 'status'), [1, 'refused-by-server', 6]);
  });

  test('stops at SIGINT with 0; a device then finds nobody and ends 3', async () => {
    assert.equal((await server.stop('SIGINT')).code, 0);
    assert.deepEqual(picked(await enroll('gw3'), 'code', 'outcome'), [3, 'unreachable']);
  });
});

test('legacy, with a challenge and certificates of five seconds, on the sample that a first start writes', async () => {
  const words = ['--profile', 'legacy', '--pop', 'challenge', '--validity', '5s'];
  const legacy = await muster.serve(words);
  const { password: given = '', accounts, insecure, profile } = legacy.needs;
  assert.deepEqual([insecure, profile, accounts.length], [true, 'legacy', 3]);
  const files = await Promise.all(
    ['accounts', 'muster.conf'].map((name) => readFile(join(muster.folder, 'muster-server', name), 'utf8')),
  );
  assert.ok(given.length >= 16 && !files.join().includes(given), 'the files hold no password');

  const [first] = accounts;
  assert.ok(first);
  await put('password', `${given}\n`);
  const line = enrollWords(legacy.needs, 'gw1')
    .with(enrollWords(legacy.needs, 'gw1').indexOf('--device') + 1, first.device)
    .map((word) => (word === '42' ? first.customer : word === user ? first.username : word === 'gw1' ? 'old' : word));
  const run = async (...more: string[]) => muster.run([...line, '--password-file', 'password', ...more]);
  const shown = await run('-v');
  assert.deepEqual(picked(outcomeOf(shown), 'code', 'outcome'), [0, 'enrolled'], shown.stderr);
  assert.match(shown.stderr, /✓ anchor [\s\S]*> request \(TLS\)[\s\S]*password +\[redacted\][\s\S]*RSA with MD5/);
  assert.ok(!shown.stderr.includes('\u001b'), 'no colour where there is no terminal');
  for (const secretText of [given, 'PRIVATE KEY']) {
    assert.ok(!`${shown.stdout}${shown.stderr}${legacy.log()}`.includes(secretText), 'no secret is shown');
  }
  const renewed = await run();
  assert.deepEqual(picked(outcomeOf(renewed), 'code', 'outcome', 'alreadyEnrolled'), [0, 'enrolled', false]);
  assert.match(renewed.stderr, /re-enroll +the certificate ends/);
  const without = outcomeOf(await run('--persona', 'ignores-challenge', '--renew'));
  assert.deepEqual(picked(without, 'code', 'status'), [1, 5], 'the challenge is asked for');

  assert.equal((await legacy.stop('SIGTERM')).code, 0);
  const again = await muster.serve([]);
  assert.equal(again.needs.password, undefined, 'shown once');
  await again.stop('SIGINT');
});

test('no password and no private key was ever printed', () => {
  assert.ok(muster.printed.length > 40);
  for (const text of muster.printed) {
    for (const form of [password, encodeURIComponent(password), 'c4nary', 'PRIVATE KEY']) {
      assert.ok(!text.includes(form), text);
    }
  }
});
