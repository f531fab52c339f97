import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { MusterError } from '#protocol/errors.ts';
import { AdapterDevice } from './adapter-device.ts';
import { HttpAdapter } from './http-adapter.ts';
import { sampleEnvironment as environment } from './sample-environment.ts';

const servers: { close(): void; closeAllConnections(): void }[] = [];
after(() => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
});

interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly body: string;
}

type Answering = (outgoing: ServerResponse, asked: Asked) => void;

/** A device behind an HTTP adapter, and all that the adapter was asked. */
async function deviceBehind(answering: Answering, timeoutSeconds = 5) {
  const asked: Asked[] = [];
  const server = createServer(async (incoming: IncomingMessage, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { method, url } = incoming;
    const one = { method, url, body: Buffer.concat(chunks).toString('utf8') };
    asked.push(one);
    answering(outgoing, one);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/gateway`;
  return { device: new AdapterDevice(new HttpAdapter(address, timeoutSeconds)), asked };
}

const json =
  (value: unknown): Answering =>
  (outgoing) =>
    outgoing.end(JSON.stringify(value));

const broken = (pattern: RegExp) => (thrown: unknown) =>
  thrown instanceof MusterError && thrown.code === 'bench-broken' && pattern.test(thrown.message);

test('each verb is a POST to its own path, with the environment in the body and no secret in the URL', async () => {
  const { device, asked } = await deviceBehind(json({ exit: 0 }));
  for (const verb of ['reset', 'enroll', 'retrieve', 'renew'] as const) await device.perform(verb, environment);
  assert.deepEqual(
    asked.map(({ method, url }) => `${method} ${url}`),
    ['POST /gateway/reset', 'POST /gateway/enroll', 'POST /gateway/retrieve', 'POST /gateway/renew'],
  );
  const given = JSON.parse(asked[0]?.body ?? '') as Record<string, string>;
  assert.equal(given.MUSTER_PASSWORD, environment.password);
  assert.equal(given.MUSTER_TLS_URL, environment.tlsUrl);
  assert.equal(given.MUSTER_ANCHOR_PEM, environment.anchorPem);
});

const words = [
  [0, 'done', ''],
  [10, 'pending', 'why'],
  [20, 'refused-server', 'why'],
  [21, 'refused-by-server', 'why'],
  [88, 'unseen', 'why'],
  [89, 'unsupported', 'why'],
  [1, 'error', 'exit status 1: why'],
] as const;

for (const [exit, kind, detail] of words) {
  test(`"exit": ${exit} means "${kind}", with the reason and the output`, async () => {
    const { device } = await deviceBehind(json({ exit, reason: 'why', output: 'first' }));
    const word = await device.perform('enroll', environment);
    assert.deepEqual(word, { kind, detail, output: 'first\nwhy' });
  });
}

test('info and status answer with their JSON; a device that tells nothing says so with "exit"', async () => {
  const info = { name: 'Gateway 9', version: '1.2', firmware: 'sha256:ab', capabilities: ['retrieve'] };
  assert.deepEqual(await (await deviceBehind(json(info))).device.info(), info);
  const { device } = await deviceBehind(json({ state: 'enrolled', certificate: 'A', cacert: 'B' }));
  assert.deepEqual(await device.status(environment), { state: 'enrolled', certificatePem: 'A', cacertPem: 'B' });
  const unsure = (await deviceBehind(json({ exit: 1, reason: 'the console is locked' }))).device;
  await assert.rejects(unsure.status(environment), broken(/exit status 1: .* the console is locked/));
});

const unusable: readonly (readonly [what: string, answering: Answering, pattern: RegExp])[] = [
  ['no JSON', (outgoing) => outgoing.end('done'), /a JSON object is expected, seen "done"/],
  ['no object', json([]), /a JSON object is expected, seen "\[\]"/],
  ['nothing', (outgoing) => outgoing.end(), /a JSON object is expected, seen ""/],
  ['no exit status', json({ reason: 'x' }), /"exit" is an exit status, 0 to 255; seen none/],
  ['an exit status in words', json({ exit: '0' }), /"exit" is an exit status, 0 to 255; seen "0"/],
  ['another HTTP status', (outgoing) => outgoing.writeHead(500).end('{"exit":0}'), /HTTP 200 is expected, seen 500/],
  [
    'a redirect',
    (outgoing) => outgoing.writeHead(307, { location: 'http://127.0.0.1:1/' }).end('{"exit":0}'),
    /seen 307/,
  ],
  ['a cut connection', (outgoing) => outgoing.destroy(), /no answer: /],
  ['more than is read', (outgoing) => outgoing.end(' '.repeat(300_000)), /at most 262144 bytes are expected/],
];

for (const [what, answering, pattern] of unusable) {
  test(`an HTTP adapter that answers with ${what} is an error of the bench, not a word of the device`, async () => {
    const { device } = await deviceBehind(answering);
    await assert.rejects(device.perform('enroll', environment), broken(pattern));
  });
}

test('an HTTP adapter that does not answer, or never ends its answer, costs its time and no more', async () => {
  const silent: Answering = () => {};
  const endless: Answering = (outgoing) => outgoing.write('{');
  for (const answering of [silent, endless]) {
    const { device } = await deviceBehind(answering, 0.3);
    const begun = performance.now();
    const word = await device.perform('enroll', environment);
    assert.deepEqual(word, { kind: 'error', detail: 'no end within 0.3 s: stopped', output: '', stopped: true });
    assert.ok(performance.now() - begun < 3000);
  }
});

test('an HTTP adapter that is not there is an error of the bench', async () => {
  const device = new AdapterDevice(new HttpAdapter('http://127.0.0.1:1/', 2));
  await assert.rejects(device.info(), broken(/adapter http:\/\/127\.0\.0\.1:1\/, verb "info": no answer/));
});

test('an address with a user, a password, a query or another scheme is none of an adapter, and is not repeated', () => {
  for (const address of ['http://user:secret@host/', 'http://host/?token=secret', 'ftp://host/secret', 'secret']) {
    assert.throws(
      () => new HttpAdapter(address, 1),
      (thrown: unknown) =>
        thrown instanceof MusterError && thrown.code === 'settings-invalid' && !thrown.message.includes('secret'),
    );
  }
});
