import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { getResponse, http } from 'msw';
import { ManualClock } from '#protocol/clock.ts';
import { close, listen } from '#protocol/http-server.ts';
import { encodeAnswer } from '#protocol/messages/answers.ts';
import { fingerprint } from '#protocol/pki/keys.ts';
import { toPem } from '#protocol/pki/pem.ts';
import { MemoryStore } from './device-store.ts';
import { Gateway } from './gateway.ts';
import { createAuthorityOf } from './scripted-clearinghouse.ts';

/*
 * Cleartext getcacert alone: no trust is under test here.
 * The TLS port is closed: an attempt that gets so far ends there, with the CA certificate verified.
 */
const authority = await createAuthorityOf('modern', 'Test Clearinghouse CA');
const honestBody = encodeAnswer({ kind: 'cacert', certificate: authority.certificate.der });

let answer: () => Response = () => new Response(null, { status: 500 });
let asked: string[] = [];
const handlers = [
  http.post('*/tep', ({ request }) => {
    asked.push(request.url);
    return answer();
  }),
];
/** What the handlers say goes over a real connection: the gateway reads its answers from the socket itself. */
const server = createServer(async ({ method = '', headers: { host }, url, socket }, outgoing) => {
  const response = await getResponse(handlers, new Request(`http://${host}${url}`, { method }));
  // Response.error() is no answer; neither is none.
  if (!response || response.type === 'error') return void socket.destroy();
  const body = Buffer.from(await response.arrayBuffer());
  outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(body);
});
const httpUrl = `http://127.0.0.1:${await listen(server, 0, '127.0.0.1')}/tep`;
after(() => close(server));
beforeEach(() => {
  asked = [];
});

async function attempt(answerWith: () => Response) {
  answer = answerWith;
  const store = new MemoryStore();
  const steps: string[] = [];
  const observer = { step: ({ name }: { name: string }) => void steps.push(name), wire: () => {}, check: () => {} };
  const gateway = new Gateway(
    {
      httpUrl,
      tlsUrl: 'https://127.0.0.1:1/tep',
      anchorsPem: toPem('CERTIFICATE', authority.certificate.der),
      caFingerprint: fingerprint(authority.certificate.der, 'sha1'),
      deviceName: 'gateway.example.com',
      device: '1',
      customer: '1',
      username: 'operator',
      password: 'secret',
      profile: 'modern',
      caCertificateVia: 'cleartext',
      pollIntervalSeconds: 1,
      maximumPolls: 1,
      timeoutSeconds: 0.6,
      renewBeforeSeconds: 0,
      clockSkewSeconds: 0,
      retries: 0,
    },
    { store, observer, clock: new ManualClock(new Date()) },
  );
  const outcome = await gateway.enroll();
  return { outcome, store, verified: steps.includes('ca-verified') };
}

const ok = (body: string | Buffer<ArrayBuffer>, headers: Record<string, string> = {}) => {
  return () => new Response(body, { status: 200, headers: { 'content-type': 'text/plain', ...headers } });
};
const asText = Buffer.from(honestBody).toString('latin1');

/** What comes back, and how the device ends: the check that refuses it, or `unreachable`. */
const hostile: readonly [what: string, answer: () => Response, end: string][] = [
  ['HTTP 500', () => new Response('oops', { status: 500 }), 'unreachable'],
  ['HTTP 503 without end', () => new Response(null, { status: 503, headers: { 'retry-after': '5' } }), 'unreachable'],
  ['a 404 page', () => new Response('<html>not here</html>', { status: 404 }), 'answer.http'],
  ['success under HTTP 404', () => new Response(honestBody.slice(), { status: 404 }), 'answer.http'],
  ['success under HTTP 500', () => new Response(honestBody.slice(), { status: 500 }), 'unreachable'],
  ['HTTP 204', () => new Response(null, { status: 204 }), 'answer.http'],
  [
    'a redirect',
    () => new Response(null, { status: 302, headers: { location: 'http://elsewhere.test/tep' } }),
    'answer.http',
  ],
  ['an empty body', ok(''), 'answer'],
  ['a page', ok('<html><body>Welcome</body></html>', { 'content-type': 'text/html' }), 'answer'],
  ['1 MB', ok('a'.repeat(1_000_000)), 'answer.size'],
  ['1 MB around a good answer', ok(`${asText}&padding=${'a'.repeat(1_000_000)}`), 'answer.size'],
  ['a body cut short', ok(asText.slice(0, 200), { 'content-length': String(asText.length) }), 'unreachable'],
  ['a certificate cut short', ok(asText.slice(0, -40)), 'ca.form'],
  ['an unasked-for encoding', ok(gzipSync(honestBody), { 'content-encoding': 'gzip' }), 'answer'],
  ['a connection error', () => Response.error(), 'unreachable'],
  ['pending', ok('status=1'), 'answer'],
  ['a certificate twice', ok(`${asText}&certificate=AAAA`), 'answer'],
  ['no certificate at all', ok('status=0&certificate=AAAA'), 'ca.form'],
];

for (const [what, answerWith, end] of hostile) {
  test(`getcacert answered with ${what}: bounded, nothing stored, nothing followed`, async () => {
    const started = performance.now();
    const { outcome, store, verified } = await attempt(answerWith);
    const seen = outcome.kind === 'refused-server' ? outcome.check : outcome.kind;
    assert.equal(seen, end, JSON.stringify(outcome));
    assert.equal(verified, false);
    assert.equal(await store.readPending(), undefined);
    assert.equal(await store.readIdentity(), undefined);
    assert.deepEqual(asked, [httpUrl]);
    assert.ok(performance.now() - started < 3000);
  });
}

test('a refusal keeps its status, whatever the HTTP status (control: an honest answer is taken)', async () => {
  for (const status of [200, 400, 403, 500]) {
    const { outcome } = await attempt(() => new Response('status=6&error=not%20now', { status }));
    assert.deepEqual(outcome, { kind: 'refused-by-server', status: 6, error: 'not now' });
  }
  for (const body of [asText, asText.replaceAll('+', '%2B').replaceAll('/', '%2f'), `x=1&&${asText}`]) {
    const { outcome, verified } = await attempt(ok(body));
    assert.equal(verified, true, JSON.stringify(outcome));
  }
});
