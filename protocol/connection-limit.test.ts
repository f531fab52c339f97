import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { close, createHttpServer, defaultHttpServerOptions, listen } from './http-server.ts';

const most = 3;
/** An answer to /wait comes when this is called. */
let release = (): void => {};
const server = createHttpServer(
  async ({ path }) => {
    if (path === '/wait') await new Promise<void>((resolve) => (release = resolve));
    return { status: 200, headers: { 'content-length': '2' }, body: Buffer.from('ok') };
  },
  { ...defaultHttpServerOptions, maximumConnections: most },
);
const port = await listen(server, 0, '127.0.0.1');
after(() => close(server));

async function open(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  await Promise.all([once(socket, 'connect'), once(server, 'connection')]);
  return socket;
}

const post = (path: string) => `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n`;
const isOpen = (socket: Socket): boolean => !socket.destroyed && !socket.readableEnded;

async function answered(socket: Socket, path = '/'): Promise<void> {
  socket.write(post(path));
  assert.match(String((await once(socket, 'data'))[0]), /^HTTP\/1\.1 200/);
}

test('one connection more takes the place of the one that was served longest ago, and is served', async () => {
  const [silent, served, another] = [await open(), await open(), await open()];
  const gone = once(silent, 'close');
  silent.resume();
  const fourth = await open();
  await gone;
  await answered(fourth);
  assert.ok([served, another, fourth].every(isOpen), 'the others stay (control)');
  await answered(served);
  const next = once(another, 'close');
  another.resume();
  const fifth = await open();
  await next;
  assert.ok([served, fourth, fifth].every(isOpen));
  for (const socket of [served, fourth, fifth]) socket.destroy();
});

test('a connection whose request is being answered stays, however old it is', async () => {
  const working = await open();
  working.write(post('/wait'));
  const others = [await open(), await open()];
  const gone = Promise.all(others.map((socket) => once(socket.resume(), 'close')));
  const newer = [await open(), await open()];
  await gone;
  const answer = once(working, 'data');
  release();
  assert.match(String((await answer)[0]), /^HTTP\/1\.1 200/);
  for (const socket of [working, ...newer]) socket.destroy();
});
