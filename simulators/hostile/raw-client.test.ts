import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { MusterError } from '#protocol/errors.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import { createThirdPartyCa } from '../third-party-ca.ts';
import { RawChannel, type RawRequest, sendRaw } from './raw-client.ts';

/** A server that does this with each connection; gives its port. */
async function serve(context: { after(fn: () => void): void }, talk: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    talk(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  context.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

const answering = (...parts: readonly (string | Buffer)[]) => {
  return (socket: Socket): void => {
    socket.once('data', async () => {
      for (const part of parts) {
        socket.write(part);
        await delay(10);
      }
    });
  };
};

const send = (port: number, differs: Partial<RawRequest> = {}) =>
  sendRaw({
    url: `http://127.0.0.1:${port}/tep`,
    body: 'a=b',
    profile: profiles.modern,
    timeoutSeconds: 2,
    ...differs,
  });

test('the bytes go out as they are: request line, header lines, body', async (t) => {
  let received = Buffer.alloc(0);
  const port = await serve(t, (socket) =>
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.includes('the end')) socket.write('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n');
    }),
  );
  const body = Buffer.concat([Buffer.from([0, 255, 13, 10]), Buffer.from('the end')]);
  const headers = ['Content-Length: 9999', 'Transfer-Encoding: chunked', 'X: \xe9'];
  const { status } = await send(port, { method: 'BREW', target: '/a b?c', headers, body });
  assert.equal(status, 400);
  const head = Buffer.from(`BREW /a b?c HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`, 'latin1');
  assert.deepEqual(received, Buffer.concat([head, body]));
  received = Buffer.alloc(0);
  await send(port, { body: 'the end' });
  assert.equal(
    received.toString('latin1'),
    `POST /tep HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\ncontent-type: text/html\r\nContent-Length: 7\r\n\r\nthe end`,
  );
});

test('an answer is read to its Content-Length, in whatever pieces it comes', async (t) => {
  const port = await serve(
    t,
    answering(
      'HTTP/1.1 200 O',
      'K\r\nContent-Type: text/plain\r\ncontent-len',
      'gth: 9\r\n\r',
      '\nstat',
      'us=10 and more',
    ),
  );
  const { status, headers, body } = await send(port);
  assert.equal(status, 200);
  assert.deepEqual(headers, { 'content-type': 'text/plain', 'content-length': '9' });
  assert.equal(Buffer.from(body).toString('latin1'), 'status=10');
});

test('an answer to HEAD has no body, whatever its Content-Length says', async (t) => {
  const port = await serve(t, answering('HTTP/1.1 405 Not Allowed\r\nContent-Length: 9\r\n\r\n'));
  const { status, body } = await send(port, { method: 'HEAD', body: '' });
  assert.equal(status, 405);
  assert.equal(body.length, 0);
});

test('an answer without a length ends with its connection; one in chunks is put together', async (t) => {
  const closing = await serve(t, (socket) =>
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nstatus=4')),
  );
  assert.equal(Buffer.from((await send(closing)).body).toString('latin1'), 'status=4');
  const chunked = await serve(
    t,
    answering(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
      '6\r\nstatu',
      's\r\n2;x=y\r\n=4\r\n',
      '0\r\n\r\n',
    ),
  );
  assert.equal(Buffer.from((await send(chunked)).body).toString('latin1'), 'status=4');
});

const broken = (pattern: RegExp) => (thrown: unknown) =>
  thrown instanceof MusterError && thrown.code === 'bench-broken' && pattern.test(thrown.message);

test('no answer, half of one, or one without end is an error of the bench that says what came', async (t) => {
  const silent = await serve(t, () => {});
  await assert.rejects(send(silent, { timeoutSeconds: 0.2 }), broken(/none within 0\.2 s; received 0 bytes/));
  const half = await serve(t, (socket) =>
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsta')),
  );
  await assert.rejects(send(half), broken(/the connection was closed; received 41 bytes: HTTP\/1\.1 200 OK/));
  const endless = await serve(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nX: ');
    const more = (): boolean => socket.write('a'.repeat(65_536)) && more();
    socket.on('drain', more);
    more();
  });
  await assert.rejects(send(endless, { timeoutSeconds: 10 }), broken(/over 1048576 bytes/));
  const trickling = await serve(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    const timer = setInterval(() => socket.write('X'), 50);
    socket.once('close', () => clearInterval(timer));
  });
  await assert.rejects(
    send(trickling, { timeoutSeconds: 0.5 }),
    broken(/none within 0\.5 s; received \d+ bytes: HTTP/),
  );
  const { port } = await closedPort();
  await assert.rejects(send(port), broken(/ECONNREFUSED/));
});

async function closedPort(): Promise<{ readonly port: number }> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return { port };
}

test('a channel keeps its connection, and opens another where the server closed it, before or during a request', async (t) => {
  let connections = 0;
  let requests = 0;
  const open = new Set<Socket>();
  const port = await serve(t, (socket) => {
    connections += 1;
    open.add(socket);
    socket.on('data', () => {
      requests += 1;
      // The third request on a connection is met by its end.
      if (requests % 3 === 0 && connections === 1) socket.destroy();
      else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nstatus=4');
    });
  });
  const channel = new RawChannel(`http://127.0.0.1:${port}/tep`, profiles.modern);
  t.after(() => channel.close());
  const exchange = () => channel.exchange({ body: 'a=b', timeoutSeconds: 2 });
  for (const expected of [1, 1, 2, 2]) {
    assert.equal((await exchange()).status, 200);
    assert.equal(connections, expected);
  }
  for (const socket of open) socket.destroy();
  await delay(50);
  assert.equal((await exchange()).status, 200);
  assert.equal(connections, 3);
});

test('over TLS it takes any certificate: whom it talks to is not its question', async (t) => {
  const ca = await createThirdPartyCa({ profile: 'modern' });
  const { chainPem, keyPem } = await ca.issueServer({ host: 'somebody.example.com' });
  const server = createTlsServer({ cert: chainPem, key: keyPem }, (socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nstatus=9'));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const { body } = await send(port, { url: `https://127.0.0.1:${port}/tep` });
  assert.equal(Buffer.from(body).toString('latin1'), 'status=9');
});
