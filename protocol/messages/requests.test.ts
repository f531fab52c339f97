import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MusterError } from '../errors.ts';
import { examineRequest } from './examine.ts';
import { decodeRequest, type EnrollmentMessage, encodeRequest } from './requests.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);

const good: Readonly<Record<string, string>> = {
  operation: 'request',
  nonce: 'n1',
  username: 'ann',
  password: 's3cr3t%2E',
  device: '7',
  customer: '0',
  request: 'MAA%3D',
};

function bodyOf(fields: Readonly<Record<string, string>>, more = ''): Buffer {
  return Buffer.from(
    `${Object.entries(fields)
      .map((field) => field.join('='))
      .join('&')}${more}`,
    'latin1',
  );
}

/** The requirement that a strict reader names, or `read`. */
function verdict(body: Buffer): unknown {
  try {
    decodeRequest(body);
    return 'read';
  } catch (error) {
    assert.ok(error instanceof MusterError);
    assert.ok(!error.message.includes('s3cr3t'), 'no password in an error');
    return error.details.requirement ?? error.code;
  }
}

test('an honest request is read (the control of the refusals below)', () => {
  assert.deepEqual(decodeRequest(bodyOf(good)), {
    operation: 'request',
    nonce: Uint8Array.of(0x6e, 0x31),
    username: 'ann',
    password: 's3cr3t.',
    device: '7',
    customer: '0',
    pkcs10: Uint8Array.of(0x30, 0),
  });
  assert.deepEqual(examineRequest(bodyOf(good)), []);
});

test('variables may come in any order, with unknown ones among them', () => {
  const turned = Object.fromEntries(Object.entries(good).reverse());
  assert.deepEqual(decodeRequest(bodyOf(turned, '&requestx=1&nonce1=2&__proto__=3&&')), decodeRequest(bodyOf(good)));
});

test('each variable that is missing or empty is named', () => {
  for (const name of Object.keys(good)) {
    const { [name]: _, ...without } = good;
    const expected = name === 'operation' ? 'MSG-019' : 'REQ-006';
    assert.equal(verdict(bodyOf(without)), expected, name);
    assert.equal(verdict(bodyOf({ ...good, [name]: '' })), expected, name);
    assert.equal(verdict(bodyOf({ ...without, [`${name}x`]: good[name] ?? '' })), expected, `${name}x`);
  }
});

test('values out of form are refused, and their neighbours within it are read', () => {
  const cases: [name: string, value: string, expected: string][] = [
    ['operation', 'retrieve', 'read'],
    ['operation', 'Request', 'MSG-019'],
    ['operation', 'request%00', 'MSG-019'],
    ['nonce', '%00'.repeat(128), 'read'],
    ['nonce', '%00'.repeat(129), 'MSG-022'],
    ['username', 'a'.repeat(255), 'read'],
    ['username', 'a'.repeat(256), 'MSG-021'],
    ['username', '%C3%A4', 'read'],
    ['username', '%C0%AF', 'MSG-021'],
    ['username', 'a%00b', 'MSG-021'],
    ['username', 'a%0D%0Ab', 'MSG-021'],
    ['username', 'a%C2%85', 'MSG-021'],
    ['password', 'a%7F', 'MSG-021'],
    ['device', '18446744073709551615', 'read'],
    ['device', '18446744073709551616', 'MSG-020'],
    ['device', '99999999999999999999', 'MSG-020'],
    ['device', '07', 'MSG-020'],
    ['device', '-7', 'MSG-020'],
    ['device', '%2B7', 'MSG-020'],
    ['device', '7%20', 'MSG-020'],
    ['device', '7%0A', 'MSG-020'],
    ['customer', '00', 'MSG-020'],
    ['customer', 'abc', 'MSG-020'],
    ['request', 'MAA=', 'read'],
    ['request', 'MA%0D%0AA%3D%0A', 'read'],
    ['request', 'MAA', 'MSG-023'],
    ['request', 'MAB%3D', 'MSG-023'],
    ['request', 'MAA%3D%3D', 'MSG-023'],
    ['request', 'MA%20A%3D', 'MSG-023'],
    ['request', '-_8%3D', 'MSG-023'],
    ['request', '%0A', 'MSG-023'],
    ['request', '-----BEGIN CERTIFICATE REQUEST-----', 'MSG-023'],
    ['request', Buffer.alloc(16_384).toString('base64'), 'read'],
    ['request', Buffer.alloc(16_385).toString('base64'), 'MSG-023'],
    ['password', 's3cr3t%2', 'wire-malformed'],
  ];
  for (const [name, value, expected] of cases) {
    assert.equal(verdict(bodyOf({ ...good, [name]: value })), expected, `${name}=${value.slice(0, 40)}`);
  }
});

test('a plus in base64 is a plus: raw and escaped are the same PKCS#10', () => {
  const raw = decodeRequest(bodyOf({ ...good, request: '++/w' }));
  assert.deepEqual(raw, decodeRequest(bodyOf({ ...good, request: '%2B%2b%2Fw' })));
});

test('a repeated variable is malformed unless the values agree', () => {
  assert.equal(verdict(bodyOf(good, '&device=7')), 'read');
  assert.equal(verdict(bodyOf(good, '&device=8')), 'MSG-011');
  assert.equal(verdict(bodyOf(good, '&operation=retrieve')), 'MSG-011');
});

test('certreq is a synonym of request, and the two may not differ', () => {
  const { request, ...rest } = good;
  assert.deepEqual(decodeRequest(bodyOf({ ...rest, certreq: request ?? '' })), decodeRequest(bodyOf(good)));
  assert.equal(verdict(bodyOf(good, '&certreq=MAA%3D')), 'read');
  assert.equal(verdict(bodyOf(good, '&certreq=MAE%3D')), 'MSG-014');
});

test('getcacert needs nothing, and nothing else in it matters', () => {
  assert.deepEqual(decodeRequest(Buffer.from('device=x&operation=getcacert&nonce=')), { operation: 'getcacert' });
});

test('bodies that say nothing are refused', () => {
  for (const body of ['', '&', '&&&']) assert.equal(verdict(Buffer.from(body)), 'MSG-019', body);
  for (const body of ['=', 'operation', '\0']) assert.equal(verdict(Buffer.from(body)), 'wire-malformed', body);
});

test('the examiner names every finding, in the order of the bytes', () => {
  const body = bodyOf({ ...good, device: '07', customer: 'x', password: 'a.b' }, '&junk&a=%ZZ&device=9');
  const text = body.toString('latin1');
  assert.deepEqual(
    examineRequest(body).map(({ requirement, offset, tolerated }) => [requirement, offset, tolerated]),
    [
      ['MSG-002', text.indexOf('.b'), true],
      ['MSG-020', text.indexOf('07'), false],
      ['MSG-020', text.indexOf('x&request'), false],
      ['MSG-001', text.indexOf('junk'), false],
      ['MSG-002', text.indexOf('%ZZ'), false],
      ['MSG-011', text.indexOf('device=9'), false],
    ],
  );
});

const name = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 60 })
  .filter((text) => !/\p{Cc}/u.test(text) && Buffer.byteLength(text) <= 255);
const id = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
const message: fc.Arbitrary<EnrollmentMessage> = fc.record(
  {
    operation: fc.constantFrom('request', 'retrieve'),
    nonce: fc.uint8Array({ minLength: 1, maxLength: 128 }),
    username: name,
    password: name,
    device: id,
    customer: id,
    pkcs10: fc.uint8Array({ minLength: 1, maxLength: 600 }),
  },
  { noNullPrototype: true },
);

test('every request that can be said comes back as it was sent, and the examiner finds nothing', () => {
  const same = fc.property(message, (sent) => {
    const body = encodeRequest(sent);
    assert.deepEqual(decodeRequest(body), sent);
    assert.deepEqual(examineRequest(body), []);
  });
  fc.assert(same, { seed });
});

/** Bytes that come near to a request: a good one, spliced with others. */
const nearly = fc
  .tuple(
    message,
    fc.nat(),
    fc.nat(20),
    fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.constant(Buffer.from('&status=0&'))),
  )
  .map(([sent, at, cut, put]) => {
    const body = Buffer.from(encodeRequest(sent));
    const from = at % (body.length + 1);
    return Buffer.concat([body.subarray(0, from), put, body.subarray(from + cut)]);
  });

test('no byte string breaks the reader, and both voices agree on what is refused', () => {
  const agree = fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), nearly), (body) => {
    const findings = examineRequest(body);
    const refused = findings.some(({ tolerated }) => !tolerated);
    for (const { offset } of findings) assert.ok(offset >= 0 && offset <= body.length);
    try {
      decodeRequest(body);
      assert.equal(refused, false);
    } catch (error) {
      assert.ok(error instanceof MusterError, String(error));
      assert.ok(error.code === 'wire-malformed' || error.code === 'message-malformed');
      assert.equal(refused, true);
    }
  });
  fc.assert(agree, { seed, numRuns: 1000 });
});
