import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { close, createHttpServer, listen } from '#protocol/http-server.ts';
import { carelessly, type Framing } from './careless-connection.ts';

/** What a careless server takes for the bodies of these bytes. */
async function bodiesOf(framing: Framing, bytes: string, halfClose = false): Promise<string[]> {
  const bodies: string[] = [];
  const respond = async ({ body }: { body: Uint8Array }) => {
    bodies.push(Buffer.from(body).toString('latin1'));
    return { status: 200, headers: { 'content-length': '0' }, body: Buffer.alloc(0) };
  };
  const server = carelessly(createHttpServer(respond), respond, framing);
  const port = await listen(server, 0, '127.0.0.1');
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  if (halfClose) socket.end(bytes, 'latin1');
  else socket.write(bytes, 'latin1');
  let answers = 0;
  socket.on('data', (chunk: Buffer) => {
    answers += chunk.toString('latin1').split('HTTP/1.1').length - 1;
  });
  while (answers === 0) await once(socket, 'data');
  await close(server);
  socket.destroy();
  return bodies;
}

const post = (headers: string, rest: string): string => `POST /tep HTTP/1.1\r\n${headers}\r\n\r\n${rest}`;
const two = `3\r\nabc\r\n0\r\n\r\n${post('Content-Length: 2', 'xy')}`;
const both = `Content-Length: ${two.length}\r\nTransfer-Encoding: chunked`;

for (const [what, framing, bytes, expected] of [
  ['goes by the chunks, and so finds a second request', 'chunks-over-length', post(both, two), ['abc', 'xy']],
  ['goes by the length, though there are chunks', 'length-over-chunks', post(both, two), [two]],
  ['goes by the last length', 'last-length', post('Content-Length: 9\r\nContent-Length: 1', 'a'), ['a']],
  ['reads the digits that a length begins with', 'last-length', post('Content-Length: 2 bytes', 'ab'), ['ab']],
  ['takes a packet for a body', 'whole-packet', post('Content-Length: 1', 'abc'), ['abc']],
] as const) {
  test(`${framing} ${what}`, async () => {
    assert.deepEqual(await bodiesOf(framing, bytes), expected);
  });
}

test('half answers what came of a body once its sender says no more', async () => {
  assert.deepEqual(await bodiesOf('half', post('Content-Length: 9', 'abc'), true), ['abc']);
});

test('honest framing is read alike by all (control)', async () => {
  for (const framing of ['chunks-over-length', 'length-over-chunks', 'last-length', 'whole-packet', 'half'] as const) {
    assert.deepEqual(await bodiesOf(framing, post('Content-Length: 3', 'abc')), ['abc']);
  }
});
