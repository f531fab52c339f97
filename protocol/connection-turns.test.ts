import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Responder } from './http.ts';
import { close, createHttpServer, defaultHttpServerOptions, listen } from './http-server.ts';

const post = (path: string) => `POST /${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx`;
const text = (body: string | Buffer) => {
  return { status: 200, headers: { 'content-length': String(body.length) }, body: Buffer.from(body) };
};

/** A client of a new server, what the server holds for it at most, and its connection there. */
async function served(t: { after(fn: () => Promise<void>): void }, respond: Responder, seconds = 20) {
  const seen = { calls: 0, read: 0, mostAtOnce: 0, mostWaiting: 0, mostQueuedBytes: 0 };
  const accepted = Promise.withResolvers<Socket>();
  let atOnce = 0;
  const server = createHttpServer(
    async (request) => {
      seen.calls++;
      seen.mostAtOnce = Math.max(seen.mostAtOnce, ++atOnce);
      return respond(request).finally(() => atOnce--);
    },
    { ...defaultHttpServerOptions, headersTimeoutSeconds: seconds, requestTimeoutSeconds: seconds },
  );
  server.once('connection', accepted.resolve);
  server.on('request', ({ socket }: IncomingMessage) => {
    if (socket.destroyed) return;
    seen.mostWaiting = Math.max(seen.mostWaiting, ++seen.read - seen.calls);
    seen.mostQueuedBytes = Math.max(seen.mostQueuedBytes, socket.writableLength);
  });
  const client = connect(await listen(server, 0, '127.0.0.1'), '127.0.0.1').on('error', () => {});
  t.after(async () => {
    client.destroy();
    await close(server);
  });
  return { seen, client, connection: await accepted.promise };
}

test('requests on one connection are answered in their order, the slowest first if it came first (control)', async (t) => {
  const slow: Responder = async ({ path }) => {
    await delay(path === '/a' ? 50 : 0);
    return text(path);
  };
  const { seen, client } = await served(t, slow);
  let received = '';
  client.on('data', (chunk: Buffer) => (received += chunk.toString()));
  client.write(['a', 'b', 'c'].map(post).join(''));
  while ([...received.matchAll(/\r\n\r\n\//g)].length < 3) await once(client, 'data');
  assert.deepEqual(received.match(/(?<=\r\n\r\n)\/\w/g), ['/a', '/b', '/c']);
  assert.equal(seen.mostAtOnce, 1);
});

const answerBytes = 20_000;

for (const [what, work] of [
  ['answers at once', async () => {}],
  ['has work to do for each', () => delay(0)],
] as const) {
  test(`a server that ${what} holds little of a client that sends without end and reads nothing, and cuts it off`, async (t) => {
    const { seen, client, connection } = await served(t, async () => {
      await work();
      return text('x'.repeat(answerBytes));
    });
    client.pause();
    const block = post('flood').repeat(1000);
    for (let sent = 0; sent < 200 && !connection.destroyed; sent++) {
      if (!client.write(block)) await Promise.race([once(client, 'drain'), once(connection, 'close')]);
    }
    assert.ok(connection.destroyed, `${seen.read} requests were taken`);
    assert.equal(seen.mostAtOnce, 1);
    assert.ok(seen.mostWaiting <= 17, `${seen.mostWaiting} requests were held`);
    assert.ok(seen.mostQueuedBytes < 2 * answerBytes, `${seen.mostQueuedBytes} bytes of answers were held`);
  });
}

test('an answer that nobody takes ends its connection in time, and those behind it are never made', async (t) => {
  const large = text(Buffer.alloc(64 * 1024 * 1024));
  const { seen, client, connection } = await served(t, async () => large, 0.4);
  client.pause();
  const began = performance.now();
  client.write(post('unread').repeat(10));
  await once(connection, 'close');
  const took = performance.now() - began;
  assert.equal(seen.calls, 1);
  assert.ok(took > 390 && took < 5000, `it ended after ${took} ms`);
});

test('an answer that is read slowly, but in time, arrives whole (control)', async (t) => {
  const length = 16 * 1024 * 1024;
  const { client } = await served(t, async () => text(Buffer.alloc(length)));
  let received = 0;
  client.on('data', (chunk: Buffer) => {
    received += chunk.length;
    client.pause();
    setImmediate(() => client.resume());
  });
  client.write(post('read'));
  while (received < length) await once(client, 'data');
});
