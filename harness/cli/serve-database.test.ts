import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { decodeAnswer } from '#protocol/messages/answers.ts';
import { type EnrollmentMessage, encodeRequest } from '#protocol/messages/requests.ts';
import { generateKeyPair } from '#protocol/pki/keys.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import { ThrowAwayPostgres } from '#reference-server/store/throw-away-postgres.ts';
import { goodPkcs10 } from '#simulators/hostile/pkcs10-forge.ts';
import { sendRaw } from '#simulators/hostile/raw-client.ts';
import { MusterInFolder } from './spawned-muster.ts';

const profile = profiles.modern;
const muster = await MusterInFolder.create();
const cluster = await ThrowAwayPostgres.start();
after(() => Promise.all([muster.remove(), cluster.remove()]));

async function request(deviceName: string, device: string, password: string): Promise<EnrollmentMessage> {
  const pkcs10 = goodPkcs10({ deviceName, key: await generateKeyPair(profile.deviceKey), profile });
  return { operation: 'request', nonce: randomBytes(8), customer: '1', device, username: 'sample', password, pkcs10 };
}

async function answerOf(url: string, message: EnrollmentMessage) {
  const { body } = await sendRaw({ url, body: encodeRequest(message), profile, timeoutSeconds: 10 });
  return decodeAnswer(message.operation, body);
}

test('two servers on one PostgreSQL are one clearinghouse: fifty identical requests at both get one certificate', async () => {
  const url = await cluster.newUrl();
  const environment = { MUSTER_PASSPHRASE: 'of this test' };
  const one = await muster.serve(['--data', 'one', '--database', url], environment);
  const words = ['--data', 'two', '--config', 'one/muster.conf', '--database', url];
  const other = await muster.serve(words, environment);
  assert.equal(other.needs.caFingerprintSha256, one.needs.caFingerprintSha256);
  const urls = [one.needs.tlsUrl, other.needs.tlsUrl] as const;
  const { password = '' } = one.needs;

  const message = await request('gw1.example.com', '1', password);
  const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => answerOf(urls[i % 2 === 0 ? 0 : 1], message)));
  assert.equal(answers[0]?.kind, 'issued');
  for (const answer of answers) assert.deepEqual(answer, answers[0]);
  assert.deepEqual(await cluster.query('SELECT device, serial FROM certificates', url).then((rows) => rows.length), 1);

  // What one server was told, the other one minds.
  const replay = { ...(await request('gw2.example.com', '2', password)), nonce: message.nonce };
  assert.deepEqual(statusOf(await answerOf(urls[1], replay)), 10);

  await one.stop('SIGKILL');
  assert.deepEqual(await answerOf(urls[1], { ...message, operation: 'retrieve' }), answers[0]);
  assert.equal((await answerOf(urls[1], await request('gw2.example.com', '2', password))).kind, 'issued');
  await other.stop('SIGTERM');
});

function statusOf(answer: Awaited<ReturnType<typeof answerOf>>): number | undefined {
  return answer.kind === 'refused' ? answer.status : undefined;
}

test('a database that cannot be had is told, without the password, and exit code 3', async () => {
  const url = 'postgres://muster:canary@/muster?host=/nowhere';
  const { code, stdout, stderr } = await muster.run(['serve', '--data', 'three', '--database', url]);
  assert.equal(code, 3, stderr);
  assert.match(
    stderr,
    /^muster: PostgreSQL at \/nowhere:5432, database muster: connect ENOENT .*; nothing was stored\.$/m,
  );
  assert.doesNotMatch(stdout + stderr, /canary/);
});
