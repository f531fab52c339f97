import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { after, test } from 'node:test';
import { Incoming, readingInto } from './incoming.ts';

test('what comes before anybody listens is heard first, and each piece is a copy', async () => {
  const server = createServer((socket) => {
    socket.write('first');
    socket.once('data', () => socket.end('second'));
  }).listen(0, '127.0.0.1');
  after(() => server.close());
  await once(server, 'listening');
  const incoming = new Incoming();
  const socket = connect({ port: (server.address() as AddressInfo).port, ...readingInto(incoming.receive) });
  while (socket.bytesRead === 0) await new Promise((resolve) => setImmediate(resolve));
  const heard: Buffer[] = [];
  incoming.listen((piece) => heard.push(piece));
  socket.write('more');
  await once(socket, 'close');
  assert.deepEqual(heard.map(String), ['first', 'second']);
});
