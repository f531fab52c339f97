import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { profiles } from '#protocol/pki/profiles.ts';
import { framingFaults, type HttpFault, headFaults, lengthFaults } from './http-faults.ts';
import { type ConversationOptions, converse } from './raw-conversation.ts';

async function serve(context: { after(fn: () => void): void }, talk: (socket: Socket) => void): Promise<string> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    talk(socket);
    context.after(() => void socket.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  context.after(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/tep`;
}

const options = (url: string, differs: Partial<ConversationOptions> = {}): ConversationOptions => ({
  url,
  profile: profiles.modern,
  talk: (socket) => void socket.write('hello'),
  patienceSeconds: 2,
  ...differs,
});

test('everything that the server sends is kept to the end, and each answer is counted', async (t) => {
  const url = await serve(t, (socket) => {
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\nstatus=0HTTP/1.1 400 Bad\r\n\r\n'));
  });
  const { received, statuses, closed } = await converse(options(url));
  assert.match(received, /^HTTP\/1\.1 200 OK.*400 Bad/s);
  assert.deepEqual([statuses, closed], [[200, 400], true]);
});

test('a server that says nothing is no error: it is seen to be silent, and open', async (t) => {
  const url = await serve(t, () => {});
  const { received, statuses, closed, durationMs } = await converse(options(url, { patienceSeconds: 0.1 }));
  assert.deepEqual([received, statuses, closed], ['', [], false]);
  assert.ok(durationMs >= 90, `${durationMs}`);
});

test('enough ends it early, and the talk is told', async (t) => {
  const url = await serve(t, (socket) => socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n')));
  let told = false;
  const { closed } = await converse(
    options(url, {
      until: (received) => received.includes('200'),
      talk: async (socket, over) => {
        socket.write('hello');
        await once(over, 'abort');
        told = true;
      },
    }),
  );
  assert.deepEqual([closed, told], [false, true]);
});

test('half of the connection may be closed, and the answer still comes', async (t) => {
  const url = await serve(t, (socket) => socket.once('end', () => socket.end('HTTP/1.1 400 Bad\r\n\r\n')).resume());
  const { statuses } = await converse(options(url, { talk: (socket) => void socket.end('half') }));
  assert.deepEqual(statuses, [400]);
});

test('each HTTP fault has its own id, an explanation, and bytes that differ from the good ones', () => {
  const forge = { host: 'muster', path: '/tep', body: 'operation=request&nonce=1&padding=forty bytes and more of it' };
  const good = `POST /tep HTTP/1.1\r\nHost: muster\r\nContent-Length: ${forge.body.length}\r\n\r\n${forge.body}`;
  for (const faults of [framingFaults, lengthFaults, headFaults]) {
    for (const [id, fault] of Object.entries<HttpFault>(faults)) {
      assert.equal(fault.id, id);
      assert.match(fault.explanation, /^[A-Z].*\.$/);
      assert.notEqual(fault.bytes(forge), good);
      assert.match(fault.bytes(forge), /^POST \/tep HTTP\/1\.1\r?\n/);
    }
  }
});

test('a smuggled request is whole, so that a server that takes it answers it', () => {
  const forge = { host: 'muster', path: '/tep', body: 'operation=request' };
  for (const id of ['length-and-chunks', 'chunks-and-length', 'length-twice'] as const) {
    const [, inner] = framingFaults[id]
      .bytes(forge)
      .split(/POST \/tep HTTP\/1\.1\r\n/)
      .slice(1);
    assert.match(inner ?? '', /^Host: muster\r\nContent-Length: 19\r\n\r\noperation=getcacert/, id);
  }
});
