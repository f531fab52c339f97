import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeAnswer, encodeAnswer } from './answers.ts';
import { examineAnswer, examineRequest } from './examine.ts';
import { decodeRequest } from './requests.ts';

// The base64 of the published tables was damaged in scanning, so their form is kept and other values stand in it.
const certificate = Buffer.from('\x30\x82\x01\xf4'.padEnd(504, '\xfb\xff\xbe'), 'latin1');
const pkcs10 = Buffer.from('\x30\x82\x01\xb5'.padEnd(441, '\xfb\xff\xbe'), 'latin1');

/** Base64 in lines, as the typesetter broke it. */
function wrapped(bytes: Buffer, lineBreak: string): string {
  return bytes.toString('base64').replace(/.{66}/g, `$&${lineBreak}`);
}

test('Table 2: getcacert', () => {
  assert.deepEqual(decodeRequest(Buffer.from('operation=getcacert')), { operation: 'getcacert' });
});

test('Table 3: a CA certificate, raw and in lines', () => {
  for (const text of [certificate.toString('base64'), wrapped(certificate, '\n'), wrapped(certificate, '\r\n')]) {
    const answer = decodeAnswer('getcacert', Buffer.from(`status=0&certificate=${text}`));
    assert.deepEqual(answer, { kind: 'cacert', certificate: new Uint8Array(certificate) });
  }
});

test('Table 4: a request with decimal nonce and an escaped PKCS#10', () => {
  const escaped = wrapped(pkcs10, '\n').replaceAll('+', '%2B').replaceAll('/', '%2F').replaceAll('=', '%3D');
  const body = Buffer.from(
    `operation=request&nonce=1502767911902931&username=mcmanus&password=01234567&device=134217728&customer=0&request=${escaped}`,
  );
  assert.deepEqual(decodeRequest(body), {
    operation: 'request',
    nonce: new Uint8Array(Buffer.from('1502767911902931')),
    username: 'mcmanus',
    password: '01234567',
    device: '134217728',
    customer: '0',
    pkcs10: new Uint8Array(pkcs10),
  });
  // A line break is bare where an escape is due: worth a finding, and read all the same.
  assert.deepEqual(
    examineRequest(body).map(({ requirement, tolerated }) => [requirement, tolerated]),
    [['MSG-002', true]],
  );
});

test('Table 5: pending, with a nonce and without', () => {
  const nonce = new Uint8Array(Buffer.from('A1F0765F71C9E6AD'));
  const body = Buffer.from('status=1&nonce=A1F0765F71C9E6AD');
  assert.equal(body.length, 31, 'the Content-Length that the table prints');
  assert.deepEqual(decodeAnswer('request', body), { kind: 'pending', nonce });
  assert.deepEqual(encodeAnswer({ kind: 'pending', nonce }), body);
  assert.deepEqual(decodeAnswer('retrieve', Buffer.from('status=1')), { kind: 'pending' });
});

test('Table 6: an issued certificate, raw', () => {
  const body = encodeAnswer({ kind: 'issued', certificate });
  assert.equal(Buffer.from(body).toString(), `status=0&cert=${certificate.toString('base64')}`);
  for (const operation of ['request', 'retrieve'] as const) {
    assert.deepEqual(decodeAnswer(operation, body), { kind: 'issued', certificate: new Uint8Array(certificate) });
    assert.deepEqual(examineAnswer(operation, body), []);
  }
});
