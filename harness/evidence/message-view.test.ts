import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { HttpAnswer, HttpRequest } from '#protocol/http.ts';
import { encodeRequest } from '#protocol/messages/requests.ts';
import { generateKeyPair } from '#protocol/pki/keys.ts';
import { createPkcs10 } from '#protocol/pki/pkcs10.ts';
import { viewAnswer, viewRequest } from './message-view.ts';
import { Redaction } from './redaction.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);
const password = 'canary-ä+%&=5f6e';

function requestOf(body: Uint8Array | string, differs: Partial<HttpRequest> = {}): HttpRequest {
  const headers = { 'content-type': 'text/html' };
  return { method: 'POST', path: '/tep', headers, body: Buffer.from(body), secure: true, from: 'device', ...differs };
}

function answerOf(body: Uint8Array | string, status = 200): HttpAnswer {
  return { status, headers: { 'content-type': 'text/plain' }, body: Buffer.from(body) };
}

function hiding(...secrets: readonly string[]): Redaction {
  const redaction = new Redaction();
  for (const secret of secrets) redaction.hide(secret);
  return redaction;
}

async function enrollment(): Promise<Uint8Array> {
  const key = await generateKeyPair('p256');
  const subject = [{ type: 'CN', value: 'gw.example.com' }] as const;
  const pkcs10 = createPkcs10({ key, subject, signature: 'ecdsa-sha256', challengePassword: 'bm9uY2U=' });
  const nonce = Buffer.from([0, 1, 10]);
  return encodeRequest({ operation: 'request', nonce, username: 'u', password, device: '1', customer: '2', pkcs10 });
}

test('a request is shown by its variables and its PKCS#10, and never with its password', async () => {
  const { label, view } = viewRequest(requestOf(await enrollment()), new Redaction());
  assert.equal(label, 'request');
  assert.equal(view.title, 'request (TLS)');
  const fields = new Map(view.fields);
  assert.equal(fields.get('username'), 'u');
  assert.equal(fields.get('password'), '[redacted]');
  assert.equal(fields.get('nonce'), '\\x00\\x01\\x0a');
  assert.equal(fields.get('PKCS#10 subject'), 'CN=gw.example.com');
  assert.equal(fields.get('PKCS#10 challengePassword'), 'bm9uY2U=');
  assert.match(view.raw ?? '', /^POST \/tep HTTP\/1\.1\r\ncontent-type: text\/html\r\n\r\noperation=request&/);
  assert.match(view.raw ?? '', /&password=\[redacted\]&/);
  assert.doesNotMatch(JSON.stringify(view), /canary/);
});

test('an answer is shown by its status in words, and gives the bytes of its certificate', () => {
  const request = requestOf('operation=getcacert', { secure: false });
  const { label, view, certificates } = viewAnswer(request, answerOf('status=0&certificate=AQID'), new Redaction());
  assert.equal(label, 'status=0 ready');
  assert.equal(view.title, 'Answer to getcacert: status=0 ready');
  assert.deepEqual(certificates, [Buffer.from([1, 2, 3])]);
  assert.match(view.raw ?? '', /^HTTP\/1\.1 200 OK\r\n/);
  assert.equal(viewAnswer(request, answerOf('status=4', 403), new Redaction()).label, 'HTTP 403, status=4 malformed');
  assert.equal(viewAnswer(request, answerOf('gone', 404), new Redaction()).label, 'HTTP 404, HTTP 404');
});

test('a password that a server repeats, in a name, a value, a status or a header, is not shown', () => {
  for (const body of [`error=${password}`, `${password}=1`, `status=${password}`, password]) {
    const answer = { ...answerOf(body), headers: { 'x-echo': password } };
    const { certificates: _none, ...shown } = viewAnswer(requestOf('operation=request'), answer, hiding(password));
    assert.ok(!JSON.stringify(shown).includes('canary'), JSON.stringify(shown));
    assert.match(JSON.stringify(shown), /\[redacted\]/);
  }
  const { label, view } = viewRequest(requestOf('operation=canary-1234'), hiding('canary-1234'));
  assert.equal(label, '[redacted]');
  assert.doesNotMatch(JSON.stringify(view), /canary/);
});

test('a secret that stands where a long message is cut is gone as a whole', () => {
  const secret = 'canary-0123456789abcdef';
  for (let at = 8 * 1024 - 60 - secret.length; at < 8 * 1024; at += 3) {
    const { view } = viewRequest(requestOf(`${'a'.repeat(at)}${secret}${'b'.repeat(9000)}`), hiding(secret));
    assert.doesNotMatch(JSON.stringify(view), /canary/);
  }
});

test('controls are shown as escapes, and a long message is cut and says how long it was', () => {
  const { view } = viewRequest(requestOf(`operation=x&error=%1b[2J&long=${'a'.repeat(20_000)}`), new Redaction());
  const fields = new Map(view.fields);
  assert.equal(fields.get('error'), '\\x1b[2J');
  assert.match(fields.get('long') ?? '', /^a{4096}… \(20000 characters\)$/);
  assert.match(view.raw ?? '', /a… \(\d+ characters\)$/);
  assert.ok((view.raw ?? '').length < 9000);
  assert.ok(viewRequest(requestOf(`operation=${'x'.repeat(500)}`), new Redaction()).label.length < 120);
});

test('no bytes break a view, and none let a password through', () => {
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc
      .array(fc.constantFrom('operation=', 'request=', 'status=', '&', '%', '%00', 'cert=', 'AAAA', '\0', '\ud800'), {
        maxLength: 12,
      })
      .map((parts) => Buffer.from(parts.join(''))),
  );
  fc.assert(
    fc.property(hostile, hostile, fc.integer({ min: 100, max: 999 }), (a, b, status) => {
      const redaction = hiding('canary-1234');
      const request = requestOf(Buffer.concat([a, Buffer.from('&password=canary-1234&'), b]));
      const views = [viewRequest(request, redaction).view, viewAnswer(request, answerOf(b, status), redaction).view];
      for (const { title, fields, raw } of views) {
        assert.equal(typeof raw, 'string');
        assert.ok(fields.every((field) => field.length === 2));
        assert.doesNotMatch(title + fields.flat().join(''), /\p{Cc}/u);
      }
      assert.doesNotMatch(JSON.stringify(views), /canary-1234/);
    }),
    { seed, numRuns: 300 },
  );
});
