import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { readShortRequest } from './short-request.ts';

const usual = [
  'POST /tep HTTP/1.1',
  'host: localhost:5045',
  'connection: close',
  'content-type: application/x-www-form-urlencoded',
];
const bytes = (lines: readonly string[], body = 'operation=getcacert', length = String(body.length)) =>
  Buffer.from([...lines, `content-length: ${length}`, '', body].join('\r\n'), 'latin1');
const without = (name: string) => usual.filter((line) => !line.startsWith(name));

describe('a short request', () => {
  /** What node:http makes of the same bytes. */
  let seen: unknown;
  const server = createServer((incoming, outgoing) => {
    const { method, url: path, headers } = incoming;
    const pieces: Buffer[] = [];
    incoming.on('data', (piece) => pieces.push(piece));
    incoming.on('end', () => {
      seen = { method, path, headers: { ...headers }, body: Buffer.concat(pieces).toString('latin1') };
      outgoing.end();
    });
  });
  before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  after(() => server.close());

  async function byNode(request: Buffer): Promise<unknown> {
    seen = undefined;
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.end(request);
    await new Promise((resolve) => socket.resume().once('close', resolve));
    return seen;
  }

  for (const [what, request] of [
    ['of a device', bytes(usual)],
    [
      'with the names of its fields in any case, and no blank after them',
      bytes(['POST / HTTP/1.1', 'HOST:x', 'Connection: Close']),
    ],
    ['with a query', bytes(['POST /tep?a=%20b HTTP/1.1', ...usual.slice(1)])],
    ['with bytes of any value in its body', bytes(usual, '\0\r\n\r\nPOST / HTTP/1.1\xff')],
    ['without a body', bytes(usual, '')],
    ['with a length that begins with zeros', bytes(usual, 'a', '0001')],
    ['with blanks within a value', bytes([...usual, 'user-agent: a  b'])],
    ['with a field that is called as a property of every object', bytes([...usual, 'constructor: a'])],
  ] as const) {
    test(`${what} is what node:http reads`, async () => {
      const { body, ...head } = readShortRequest(request, 1000) ?? {};
      assert.ok(body, 'it was not taken');
      assert.deepEqual({ ...head, body: Buffer.from(body).toString('latin1') }, await byNode(request));
    });
  }
});

describe('left to node:http is a request', () => {
  const whole = bytes(usual);
  for (const [what, request] of [
    ['of another method', bytes(['GET /tep HTTP/1.1', ...usual.slice(1)])],
    ['of another version', bytes(['POST /tep HTTP/1.0', ...usual.slice(1)])],
    ['for a whole address', bytes(['POST http://localhost/tep HTTP/1.1', ...usual.slice(1)])],
    ['with a blank in its path', bytes(['POST /t ep HTTP/1.1', ...usual.slice(1)])],
    ['without a host', bytes(without('host'))],
    ['on a connection that is to be kept', bytes(without('connection'))],
    ['that wants more of its connection', bytes([...without('connection'), 'connection: close, upgrade'])],
    ['in chunks', bytes([...usual, 'transfer-encoding: chunked'])],
    ['that waits for a word before it goes on', bytes([...usual, 'expect: 100-continue'])],
    ['with two lengths', bytes([...usual, 'Content-Length: 19'])],
    ['with two hosts', bytes([...usual, 'Host: localhost:5045'])],
    ['with a field twice', bytes([...usual, 'cookie: a', 'cookie: b'])],
    ['with a length that is no number', bytes(usual, 'a', '+1')],
    ['with a length in another notation', bytes(usual, 'a', '0x1')],
    ['with a continued line', bytes([...usual, 'x-a: b', ' c'])],
    ['with a blank before a colon', bytes([...usual, 'x-a : b'])],
    ['with a control character in a field', bytes([...usual, 'x-a: b\0'])],
    ['with a bare line feed', bytes([...usual, 'x-a: b\nx-c: d'])],
    ['with a field without a name', bytes([...usual, ': b'])],
    ['with a field that begins with a character that is seldom', bytes([...usual, '__proto__: b'])],
    ['that is not whole yet', whole.subarray(0, -1)],
    ['whose head is not whole yet', whole.subarray(0, 40)],
    ['with another behind it', Buffer.concat([whole, whole])],
    ['with more than its length', Buffer.concat([whole, Buffer.from('a')])],
    ['with an empty line before it', Buffer.concat([Buffer.from('\r\n'), whole])],
    ['with a head of 3 kB', bytes([...usual, `x-a: ${'b'.repeat(3000)}`])],
    ['with a body beyond the limit', bytes(usual, 'a'.repeat(1001))],
    ['that is empty', Buffer.alloc(0)],
  ] as const) {
    test(what, () => assert.equal(readShortRequest(request, 1000), undefined));
  }

  test('and one without any of this is taken (control)', () => {
    assert.ok(readShortRequest(whole, 1000));
  });
});
