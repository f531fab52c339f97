import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, beforeEach, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { MusterError } from './errors.ts';
import type { HttpRequest } from './http.ts';
import { close, createHttpServer, type HttpServerOptions, listen } from './http-server.ts';
import { generateKeyPair, privateKeyPem } from './pki/keys.ts';

const options: HttpServerOptions = { maximumBodyBytes: 1000, headersTimeoutSeconds: 0.3, requestTimeoutSeconds: 0.4 };
const requests: HttpRequest[] = [];
const server = createHttpServer(async (request) => {
  requests.push(request);
  return { status: 200, headers: { 'content-type': 'text/plain', 'content-length': '2' }, body: Buffer.from('ok') };
}, options);
const port = await listen(server, 0, '127.0.0.1');
after(() => close(server));
beforeEach(() => {
  requests.length = 0;
});

/** Sends the parts, ends its side if asked, and gives all that came until the server ended its own. */
async function talk(parts: readonly (string | Buffer)[], { end = false, at = port } = {}): Promise<string> {
  const socket = connect({ port: at, host: '127.0.0.1', allowHalfOpen: true });
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
  });
  socket.on('error', () => {});
  const ended = new Promise<void>((resolve) => {
    socket.once('end', resolve);
    socket.once('close', () => resolve());
  });
  for (const part of parts) socket.write(part);
  if (end) socket.end();
  await ended;
  socket.destroy();
  return text;
}

const post = (...headers: string[]) => ['POST / HTTP/1.1', 'Host: localhost', ...headers, '', ''].join('\r\n');
const chunk = (size: number) => `${size.toString(16)}\r\n${'a'.repeat(size)}\r\n`;
const last = 'Connection: close';

describe('a body', () => {
  test('of the limit is read, one byte more is answered 413', async () => {
    const good = await talk([post('Content-Length: 1000', last), 'a'.repeat(1000)]);
    assert.match(good, /^HTTP\/1\.1 200 /);
    assert.equal(requests[0]?.body.length, 1000);
    const refused = await talk([post('Content-Length: 1001', last), 'a'.repeat(1001)]);
    assert.match(refused, /^HTTP\/1\.1 413 [\s\S]*\r\nconnection: close\r\n[\s\S]*\r\n\r\nstatus=4$/);
    assert.equal(requests.length, 1);
  });

  test('in chunks is read up to the limit, and refused as soon as it is beyond', async () => {
    const good = await talk([post('Transfer-Encoding: chunked', last), chunk(500), chunk(500), '0\r\n\r\n']);
    assert.match(good, /^HTTP\/1\.1 200 /);
    assert.equal(requests[0]?.body.length, 1000);
    const refused = await talk([post('Transfer-Encoding: chunked', last), chunk(500), chunk(501), '0\r\n\r\n']);
    assert.match(refused, /^HTTP\/1\.1 413 /);
    const endless = await talk([post('Transfer-Encoding: chunked', last), chunk(600), chunk(600)]);
    assert.match(endless, /^HTTP\/1\.1 413 /);
    assert.equal(requests.length, 1);
  });

  test('of 10 MiB is refused with an answer that the sender can still read, not with a reset', async () => {
    for (let i = 0; i < 3; i++) {
      const refused = await talk([post('Content-Length: 10485760', last), Buffer.alloc(10_485_760)]);
      assert.match(refused, /^HTTP\/1\.1 413 [\s\S]*status=4$/);
    }
  });

  test('holds bytes of any value', async () => {
    const body = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    await talk([post('Content-Length: 256', last), body]);
    assert.deepEqual(Buffer.from(requests[0]?.body ?? []), body);
  });
});

describe('a length that is not clear is refused, and nothing of it is taken for a request', () => {
  const smuggled = 'POST /smuggled HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n';
  for (const [name, headers] of [
    ['Content-Length with Transfer-Encoding', ['Content-Length: 5', 'Transfer-Encoding: chunked']],
    ['two lengths', ['Content-Length: 5', 'Content-Length: 6']],
    ['a negative length', ['Content-Length: -5']],
    ['a length of letters', ['Content-Length: five']],
    ['an unknown coding', ['Transfer-Encoding: cow']],
  ] as const) {
    test(name, async () => {
      assert.match(await talk([post(...headers), '0\r\n\r\n', smuggled]), /^HTTP\/1\.1 400 /);
      assert.ok(requests.every(({ path }) => path !== '/smuggled'));
    });
  }

  test('a length that is too short leaves no request behind it', async () => {
    const answer = await talk([post('Content-Length: 3'), 'abcdef']);
    assert.match(answer, /HTTP\/1\.1 400 /);
    assert.deepEqual(
      requests.map(({ body }) => Buffer.from(body).toString()),
      ['abc'],
    );
  });
});

describe('a connection that does not go on is ended', () => {
  for (const [name, parts] of [
    ['idle from the beginning', []],
    ['a head without an end', ['POST / HTTP/1.1\r\nHost: localhost\r\n']],
    ['a body that does not come', [post('Content-Length: 30'), 'abc']],
    ['chunks that end nowhere', [post('Transfer-Encoding: chunked'), chunk(3)]],
  ] as const) {
    test(name, { timeout: 10_000 }, async () => {
      assert.match(await talk(parts), /^HTTP\/1\.1 408 /);
      assert.equal(requests.length, 0);
    });
  }

  test('others are served meanwhile', async () => {
    const idle = Array.from({ length: 50 }, () => connect(port, '127.0.0.1').on('error', () => {}));
    assert.match(await talk([post('Content-Length: 0', last)]), /^HTTP\/1\.1 200 /);
    for (const socket of idle) socket.destroy();
  });

  test('a half-close in the middle of a body is no request', async () => {
    assert.match(await talk([post('Content-Length: 30'), 'abc'], { end: true }), /^HTTP\/1\.1 400 /);
    assert.equal(requests.length, 0);
  });

  test('a handshake that does not begin', { timeout: 10_000 }, async () => {
    const tls = createHttpServer(async () => ({ status: 200, headers: {}, body: Buffer.of() }), options, {
      key: privateKeyPem(await generateKeyPair('p256')),
    });
    const at = await listen(tls, 0, '127.0.0.1');
    assert.equal(await talk([], { at }), '');
    await close(tls);
  });
});

test('several requests on one connection are answered in their order', async () => {
  const answers = await talk([post('Content-Length: 1'), 'a', post('Content-Length: 1', last), 'b']);
  assert.equal(answers.match(/HTTP\/1\.1 200 /g)?.length, 2);
  assert.deepEqual(
    requests.map(({ body }) => Buffer.from(body).toString()),
    ['a', 'b'],
  );
});

test('the responder is told the method, the path with its query, the headers in lower case, and who asks', async () => {
  await talk(['PUT /tep?a=b HTTP/1.1\r\nHost: localhost\r\nX-Thing: One\r\nConnection: close\r\n\r\n']);
  const [request] = requests;
  assert.ok(request);
  assert.equal(request.method, 'PUT');
  assert.equal(request.path, '/tep?a=b');
  assert.equal(request.headers['x-thing'], 'One');
  assert.equal(request.secure, false);
  assert.match(request.from, /^127\.0\.0\.1:\d+$/);
});

test('an answer to HEAD has no body', async () => {
  assert.match(await talk(['HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n']), /\r\n\r\n$/);
});

test('a responder that throws costs its connection, and no other', async () => {
  const broken = createHttpServer(async ({ path }) => {
    if (path === '/broken') throw new Error('a bug');
    return { status: 200, headers: { 'content-length': '0' }, body: Buffer.of() };
  });
  const at = await listen(broken, 0, '127.0.0.1');
  assert.equal(await talk([post('Content-Length: 0').replace('POST / ', 'POST /broken ')], { at }), '');
  assert.match(await talk([post('Content-Length: 0', last)], { at }), /^HTTP\/1\.1 200 /);
  await close(broken);
});

test('a port in use is said, with its number', async () => {
  const second = createHttpServer(async () => ({ status: 200, headers: {}, body: Buffer.of() }));
  await assert.rejects(
    () => listen(second, port, '127.0.0.1'),
    (error) =>
      error instanceof MusterError &&
      error.code === 'bench-broken' &&
      error.message.includes(`127.0.0.1, port ${port}`),
  );
  await close(second);
});

test('close ends at once, whatever its clients do', { timeout: 5000 }, async () => {
  const tls = createHttpServer(async () => ({ status: 200, headers: {}, body: Buffer.of() }), undefined, {
    key: privateKeyPem(await generateKeyPair('p256')),
  });
  const plain = createHttpServer(async () => delay(60_000, undefined as never, { ref: false }));
  for (const [listener, words] of [
    [tls, ''],
    [plain, post('Content-Length: 0')],
  ] as const) {
    const connected = new Promise((resolve) => listener.once('connection', resolve));
    const socket = connect(await listen(listener, 0, '127.0.0.1'), '127.0.0.1').on('error', () => {});
    socket.write(words);
    await connected;
    await close(listener);
    socket.destroy();
  }
});

describe('a server that stops', () => {
  const slow = () => {
    const under = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const listener = createHttpServer(async () => {
      under.resolve();
      await answer.promise;
      return { status: 200, headers: { 'content-type': 'text/plain', 'content-length': '2' }, body: Buffer.from('ok') };
    });
    return { listener, underWay: under.promise, release: answer.resolve };
  };

  test('answers what is under way, says that it closes, and takes no new connection', async () => {
    const { listener, underWay, release } = slow();
    const at = await listen(listener, 0, '127.0.0.1');
    const answered = talk([post('Content-Length: 0')], { at });
    await underWay;
    const drained = close(listener, 30);
    assert.equal(await talk([post('Content-Length: 0', last)], { at }), '');
    release();
    assert.match(await answered, /^HTTP\/1\.1 200 [\s\S]*connection: close[\s\S]*ok$/i);
    await drained;
  });

  test('ends idle connections at once, and at the end of its grace what is still under way', async () => {
    const { listener, underWay } = slow();
    const at = await listen(listener, 0, '127.0.0.1');
    const idle = talk([], { at });
    const answered = talk([post('Content-Length: 0')], { at });
    await underWay;
    await close(listener, 0.05);
    assert.deepEqual([await answered, await idle], ['', '']);
  });
});
