import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MusterError } from '../errors.ts';
import { type Answer, decodeAnswer, encodeAnswer } from './answers.ts';
import { examineAnswer } from './examine.ts';
import type { Operation } from './requests.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);

/** The kind of answer that a strict reader sees, or the requirement that it names. */
function verdict(operation: Operation, body: string): unknown {
  try {
    return decodeAnswer(operation, Buffer.from(body, 'latin1')).kind;
  } catch (error) {
    assert.ok(error instanceof MusterError);
    return error.details.requirement ?? error.code;
  }
}

test('only a status of exactly 0 is success', () => {
  assert.equal(verdict('request', 'status=0&cert=MAA='), 'issued');
  for (const status of ['', 'abc', '-0', '+0', '00', '0x0', '0.0', ' 0', '0%20', '0%00', '0%0A', '4294967296', '1e0']) {
    assert.equal(verdict('request', `status=${status}&cert=MAA=`), 'MSG-037', status);
  }
  for (const body of ['cert=MAA=', 'statusx=0&cert=MAA=', 'xstatus=0&cert=MAA=', '']) {
    assert.equal(verdict('request', body), 'MSG-037', body);
  }
  assert.equal(verdict('request', 'status=4294967295&cert=MAA='), 'refused');
});

test('two statuses are malformed unless they agree', () => {
  assert.equal(verdict('request', 'status=1&status=0&cert=MAA='), 'MSG-011');
  assert.equal(verdict('request', 'status=0&cert=MAA=&status=0'), 'issued');
});

test('success needs its certificate, under the name that its answer has for it', () => {
  assert.equal(verdict('request', 'status=0'), 'REQ-014');
  assert.equal(verdict('retrieve', 'status=0'), 'RET-004');
  assert.equal(verdict('getcacert', 'status=0'), 'CA-002');
  assert.equal(verdict('request', 'status=0&certificate=MAA='), 'MSG-012');
  assert.equal(verdict('getcacert', 'status=0&cert=MAA='), 'MSG-012');
  assert.equal(verdict('request', 'status=0&cert='), 'REQ-014');
  assert.equal(verdict('request', 'status=0&cert=MAA'), 'REQ-014');
  assert.equal(verdict('request', 'status=0&cert=MAA=&certx=1'), 'issued');
});

test('cacert is a synonym of certificate, and the two may not differ', () => {
  assert.equal(verdict('getcacert', 'status=0&cacert=MAA='), 'cacert');
  assert.equal(verdict('getcacert', 'status=0&cacert=MAA=&certificate=MAA='), 'cacert');
  assert.equal(verdict('getcacert', 'status=0&cacert=MAA=&certificate=MAE='), 'MSG-014');
});

test('a certificate is read raw, escaped and in lines; only raw in one line is without a finding', () => {
  const expected = { kind: 'issued', certificate: new Uint8Array(Buffer.from('++/w++8=', 'base64')) };
  for (const [text, requirements] of [
    ['++/w++8=', []],
    ['%2B%2b%2Fw%2B%2B8%3D', ['MSG-016']],
    ['++/w\r\n++8=\r\n', ['MSG-016']],
    ['++/w%0A++8=', ['MSG-016']],
  ] as const) {
    const body = Buffer.from(`status=0&cert=${text}`);
    assert.deepEqual(decodeAnswer('request', body), expected);
    assert.deepEqual(
      examineAnswer('request', body).map(({ requirement }) => requirement),
      requirements,
    );
  }
});

test('pending is an answer to request and retrieve, and no answer to getcacert', () => {
  assert.equal(verdict('request', 'status=1'), 'pending');
  assert.equal(verdict('retrieve', 'status=1&nonce=x'), 'pending');
  assert.equal(verdict('getcacert', 'status=1'), 'CA-002');
  assert.equal(verdict('retrieve', 'status=1&nonce='), 'MSG-022');
});

test('a refusal is written as the table of refusals says, and comes back', () => {
  const refusal: Answer = { kind: 'refused', status: 3, error: 'no & no' };
  const body = encodeAnswer(refusal);
  assert.equal(Buffer.from(body).toString(), 'status=3&error=no%20%26%20no');
  assert.deepEqual(decodeAnswer('request', body), refusal);
  assert.deepEqual(examineAnswer('request', body), []);
  for (const status of [0, 1, -1, 2.5, 4_294_967_296, Number.NaN]) {
    assert.throws(() => encodeAnswer({ kind: 'refused', status }), { code: 'internal' });
  }
});

test('the text of a refusal is made fit to be shown', () => {
  const body = Buffer.from(`status=3&error=a%0D%0A%1B[31m${'x'.repeat(5000)}`);
  const answer = decodeAnswer('request', body);
  assert.ok(answer.kind === 'refused' && answer.error !== undefined);
  assert.match(answer.error, /^a {3}\[31mx+$/);
  assert.ok(answer.error.length <= 1000);
});

test('a refusal out of form is a finding, and a refusal all the same', () => {
  for (const [body, requirements] of [
    ['status=77&error=no', ['MSG-041']],
    ['status=3', ['MSG-042']],
    ['error=no&status=3', ['MSG-042']],
    ['status=3&error=no no', ['MSG-042']],
    ['status=3&error=no&cert=MAA=', ['REQ-016']],
  ] as const) {
    assert.equal(verdict('request', body), 'refused', body);
    assert.deepEqual(
      examineAnswer('request', Buffer.from(body)).map(({ requirement, tolerated }) => [requirement, tolerated]),
      requirements.map((requirement) => [requirement, true]),
      body,
    );
  }
});

test('a certificate beside a pending status is a finding, and no certificate is taken', () => {
  const body = Buffer.from('status=1&cert=MAA=');
  assert.deepEqual(decodeAnswer('request', body), { kind: 'pending' });
  assert.deepEqual(
    examineAnswer('request', body).map(({ requirement, offset }) => [requirement, offset]),
    [['RET-003', 9]],
  );
});

const bytes = fc.uint8Array({ minLength: 1, maxLength: 400 });
const nonce = fc.uint8Array({ minLength: 1, maxLength: 128 });
const optionalNonce = fc
  .option(nonce, { nil: undefined })
  .map((value) => (value === undefined ? {} : { nonce: value }));
const errorText = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }).filter((text) => !/\p{Cc}/u.test(text));
const status = fc.oneof(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 2, max: 4_294_967_295 }));

const exchange: fc.Arbitrary<[Operation, Answer]> = fc.oneof(
  fc
    .tuple(fc.constant('getcacert' as const), bytes, optionalNonce)
    .map(([operation, certificate, more]): [Operation, Answer] => [
      operation,
      { kind: 'cacert', certificate, ...more },
    ]),
  fc
    .tuple(fc.constantFrom('request' as const, 'retrieve' as const), bytes, optionalNonce)
    .map(([operation, certificate, more]): [Operation, Answer] => [
      operation,
      { kind: 'issued', certificate, ...more },
    ]),
  fc
    .tuple(fc.constantFrom('request' as const, 'retrieve' as const), optionalNonce)
    .map(([operation, more]): [Operation, Answer] => [operation, { kind: 'pending', ...more }]),
  fc
    .tuple(
      fc.constantFrom('getcacert' as const, 'request' as const, 'retrieve' as const),
      status,
      errorText,
      optionalNonce,
    )
    .map(([operation, refusal, error, more]): [Operation, Answer] => [
      operation,
      { kind: 'refused', status: refusal, error, ...more },
    ]),
);

test('every answer that can be said comes back as it was sent', () => {
  const same = fc.property(exchange, ([operation, answer]) => {
    const body = encodeAnswer(answer);
    assert.deepEqual(decodeAnswer(operation, body), answer);
    assert.ok(examineAnswer(operation, body).every(({ requirement }) => requirement === 'MSG-041'));
  });
  fc.assert(same, { seed });
});

/** Bytes that come near to an answer: a good one, spliced with others. */
const nearly = fc
  .tuple(
    exchange,
    fc.nat(),
    fc.nat(20),
    fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.constant(Buffer.from('&status=0&'))),
  )
  .map(([[, answer], at, cut, put]) => {
    const body = Buffer.from(encodeAnswer(answer));
    const from = at % (body.length + 1);
    return Buffer.concat([body.subarray(0, from), put, body.subarray(from + cut)]);
  });

test('no byte string breaks the reader, both voices agree, and success is never read without status=0', () => {
  const operations = fc.constantFrom('getcacert' as const, 'request' as const, 'retrieve' as const);
  const agree = fc.property(operations, fc.oneof(fc.uint8Array({ maxLength: 300 }), nearly), (operation, body) => {
    const findings = examineAnswer(operation, body);
    const refused = findings.some(({ tolerated }) => !tolerated);
    for (const { offset } of findings) assert.ok(offset >= 0 && offset <= body.length);
    try {
      const { kind } = decodeAnswer(operation, body);
      assert.equal(refused, false);
      if (kind === 'cacert' || kind === 'issued') {
        assert.match(Buffer.from(body).toString('latin1'), /(?:^|&)status=(?:0|%30)(?:&|$)/);
      }
    } catch (error) {
      assert.ok(error instanceof MusterError, String(error));
      assert.ok(error.code === 'wire-malformed' || error.code === 'message-malformed');
      assert.equal(refused, true);
    }
  });
  fc.assert(agree, { seed, numRuns: 1000 });
});

test('a body full of findings is examined without breaking', () => {
  const findings = examineAnswer('request', Buffer.from('x&'.repeat(300_000)));
  assert.equal(findings.length, 300_001);
});
