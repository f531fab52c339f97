import assert from 'node:assert/strict';
import { test } from 'node:test';
import { examineRequest } from './examine.ts';
import { recordedBody } from './recorded-body.ts';
import { decodeRequest, type EnrollmentMessage, encodeRequest } from './requests.ts';

function enrollment(name: string): EnrollmentMessage {
  const message = decodeRequest(recordedBody(name));
  assert.ok(message.operation !== 'getcacert');
  return message;
}

test('the getcacert of the deployed client is read', () => {
  assert.deepEqual(decodeRequest(recordedBody('getcacert')), { operation: 'getcacert' });
});

test('the request of the deployed client is read, its nonce with both NULs', () => {
  const { pkcs10, nonce, ...rest } = enrollment('request');
  assert.deepEqual(rest, {
    operation: 'request',
    username: 'trans',
    password: 'nexus',
    device: '1000',
    customer: '1000',
  });
  assert.equal(Buffer.from(nonce).toString('latin1'), '170340753\x0018920\x00');
  // A SEQUENCE whose length is all that follows it.
  assert.equal(Buffer.from(pkcs10).toString('hex', 0, 4), '30820195');
  assert.equal(pkcs10.length, 4 + 0x195);
});

test('the retrieve of the deployed client repeats all but the operation and the nonce', () => {
  const request = enrollment('request');
  const retrieve = enrollment('retrieve');
  assert.equal(Buffer.from(retrieve.nonce).toString('latin1'), '148409456\x0016727\x00');
  assert.deepEqual({ ...retrieve, operation: 'request', nonce: request.nonce }, request);
});

test('we write what the deployed client writes, byte for byte', () => {
  for (const name of ['getcacert', 'request', 'retrieve']) {
    const body = recordedBody(name);
    assert.equal(Buffer.from(encodeRequest(decodeRequest(body))).toString('latin1'), body.toString('latin1'));
  }
});

test('nothing is found amiss in what the deployed client sends', () => {
  for (const name of ['getcacert', 'request', 'retrieve']) assert.deepEqual(examineRequest(recordedBody(name)), []);
});
