import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { HttpRequest } from './http.ts';
import { close, createHttpServer, defaultHttpServerOptions, listen } from './http-server.ts';

const requests: HttpRequest[] = [];
const server = createHttpServer(
  async (request) => {
    requests.push(request);
    if (request.path === '/broken') throw new Error('a bug');
    const body = Buffer.from([...Buffer.from(request.body), 0xff]);
    return { status: 200, headers: { 'content-type': 'text/plain', 'content-length': String(body.length) }, body };
  },
  { ...defaultHttpServerOptions, headersTimeoutSeconds: 1 },
);
/** Those that node:http got. */
let handedOn = 0;
server.on('request', () => handedOn++);
let port = 0;
before(async () => {
  port = await listen(server, 0, '127.0.0.1');
});
after(() => close(server));

const post = (path: string, body: string, ...fields: string[]) =>
  [`POST ${path} HTTP/1.1`, 'host: localhost', `content-length: ${body.length}`, ...fields, '', body].join('\r\n');

/** What comes back until the connection ends; each piece is sent when the one before has left. */
async function talk(...pieces: string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1').setNoDelay();
  await once(socket, 'connect');
  let received = '';
  socket.on('data', (piece: Buffer) => (received += piece.toString('latin1')));
  for (const piece of pieces) {
    socket.write(piece, 'latin1');
    // So that the pieces do not arrive as one.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  }
  await once(socket, 'close');
  return received;
}

describe('the front door', () => {
  test('answers a short request, and says what node:http says to the same', async () => {
    const short = await talk(post('/tep', 'a\xff', 'connection: close'));
    const [mine] = requests.splice(0);
    assert.equal(handedOn, 0);
    // A field twice is for node:http.
    const long = await talk(post('/tep', 'a\xff', 'connection: close', 'x-a: b', 'x-a: c'));
    const [theirs] = requests.splice(0);
    assert.equal(handedOn, 1);
    const undated = (answer: string) =>
      answer.replace(/^Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/m, 'Date: …');
    assert.equal(undated(short), undated(long));
    assert.match(undated(short), /Date: …\r\n/);
    assert.deepEqual(Buffer.from(mine?.body ?? []), Buffer.from(theirs?.body ?? []));
    const { 'x-a': _, ...others } = theirs?.headers ?? {};
    assert.deepEqual({ ...mine?.headers }, others);
    assert.match(mine?.from ?? '', /^127\.0\.0\.1:\d+$/);
  });

  test('hands on what is kept, comes in pieces, or has more behind it, and nothing of it is lost', async () => {
    handedOn = 0;
    const kept = await talk(post('/a', 'one'), post('/b', 'two', 'connection: close'));
    assert.deepEqual(kept.match(/\w+(?=\xff)/g), ['one', 'two']);
    const [head = '', body = ''] = post('/c', 'three', 'connection: close').split(/(?<=\r\n\r\n)/);
    assert.match(await talk(head.slice(0, 10), head.slice(10), body), /three\xff$/);
    const two = post('/d', 'four') + post('/e', 'five', 'connection: close');
    assert.deepEqual((await talk(two)).match(/\w+(?=\xff)/g), ['four', 'five']);
    assert.equal(handedOn, 5);
  });

  test('ends who says nothing in time, and says so', async () => {
    assert.match(await talk(), /^HTTP\/1\.1 408 Request Timeout\r\n/);
  });

  test('a responder that throws costs the connection, and no other', async () => {
    assert.equal(await talk(post('/broken', '', 'connection: close')).catch(() => ''), '');
    assert.match(await talk(post('/tep', '', 'connection: close')), /^HTTP\/1\.1 200 /);
  });

  test('lets go of who said nothing when its server closes', async () => {
    const other = createHttpServer(async () => ({ status: 200, headers: {}, body: new Uint8Array() }));
    const socket = connect(await listen(other, 0, '127.0.0.1'), '127.0.0.1').on('error', () => {});
    await once(other, 'connection');
    const ended = once(socket, 'close');
    await close(other, 60);
    await ended;
  });
});
