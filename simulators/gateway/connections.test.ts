import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { systemClock } from '#protocol/clock.ts';
import { dialCleartext } from './connection.ts';
import { MemoryStore } from './device-store.ts';
import { Gateway } from './gateway.ts';
import { post } from './http-post.ts';
import { KeptConnection } from './kept-connection.ts';
import { type StepEvent, silentObserver } from './observer.ts';
import { startScriptedClearinghouse } from './scripted-clearinghouse.ts';
import type { GatewaySettings } from './settings.ts';

const clearinghouse = await startScriptedClearinghouse();
const honest = clearinghouse.script;
after(() => clearinghouse.close());

/** Enrolls after two polls; the TLS connections that were opened for it, and with what. */
async function openedBy(connections: GatewaySettings['connections']): Promise<string[]> {
  let asked = 0;
  clearinghouse.script = (message, good, request) => {
    if (message.operation === 'getcacert') return honest(message, good, request);
    asked++;
    return asked < 3 ? { kind: 'pending' } : honest(message, good, request);
  };
  const opened: string[] = [];
  const step = ({ name, detail }: StepEvent): unknown => name === 'tls' && opened.push(detail);
  const settings = {
    ...clearinghouse.settings,
    pollIntervalSeconds: 0.01,
    maximumPolls: 5,
    ...(connections ? { connections } : {}),
  };
  const gateway = new Gateway(settings, { store: new MemoryStore(), observer: { ...silentObserver, step } });
  const outcome = await gateway.enroll();
  gateway.hangUp();
  assert.equal(outcome.kind, 'enrolled', JSON.stringify(outcome));
  assert.equal(asked, 3);
  return opened;
}

test('a device opens a connection for each message, or keeps one, or resumes the session of the one before', async () => {
  const fresh = await openedBy('new');
  assert.equal(fresh.length, 3);
  assert.ok(fresh.every((detail) => !detail.includes('resumed')));
  assert.deepEqual(await openedBy(undefined), fresh);
  assert.equal((await openedBy('kept')).length, 1);
  const resumed = await openedBy('resumed');
  assert.deepEqual(
    resumed.map((detail) => detail.includes('resumed')),
    [false, true, true],
  );
});

test('a server that changes its certificate for one of a stranger is refused, kept session or not', async (context) => {
  const strange = await startScriptedClearinghouse();
  context.after(() => strange.close());
  const store = new MemoryStore();
  const gateway = new Gateway({ ...strange.settings, connections: 'resumed' }, { store });
  assert.equal((await gateway.enroll()).kind, 'enrolled');
  await strange.showServerCertificate({ host: 'elsewhere.example.com' });
  const outcome = await gateway.renew();
  assert.deepEqual([outcome.kind, 'check' in outcome && outcome.check], ['refused-server', 'name']);
});

/** A server that does with each message on each connection as it is told. */
async function serverThat(act: (socket: Socket, connection: number, message: number) => void) {
  let connections = 0;
  const server = createServer((socket) => {
    const connection = ++connections;
    let messages = 0;
    socket.on('error', () => {});
    socket.on('data', () => act(socket, connection, ++messages));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/tep`);
  const kept = new KeptConnection();
  const say = async (): Promise<string> => {
    const dial = dialCleartext(url);
    const body = Buffer.from('x');
    const options = { url, transport: 'cleartext', dial, contentType: 'text/plain', body, timeoutSeconds: 5 } as const;
    const reply = await post({ ...options, observer: silentObserver, clock: systemClock, kept });
    return Buffer.from(reply.body).toString();
  };
  return {
    say,
    connections: () => connections,
    close: () => {
      kept.close();
      server.close();
    },
  };
}

const answer = (body: string): string => `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

test('a connection that the server closed meanwhile is opened anew, and the message repeated', async (context) => {
  const server = await serverThat((socket, connection, message) => {
    if (connection === 1 && message === 2) socket.destroy();
    else socket.write(answer(`${connection}.${message}`));
  });
  context.after(server.close);
  assert.deepEqual([await server.say(), await server.say(), await server.say()], ['1.1', '2.1', '2.2']);
});

test('an answer that breaks off on a kept connection is none, and is not asked for behind the back of the device', async (context) => {
  const server = await serverThat((socket, _connection, message) => {
    if (message === 2) socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf');
    else socket.write(answer('whole'));
  });
  context.after(server.close);
  assert.equal(await server.say(), 'whole');
  await assert.rejects(server.say());
  assert.equal(server.connections(), 1);
});

test('what comes unasked on a kept connection ends it: it is never taken for an answer', async (context) => {
  const ended = Promise.withResolvers<void>();
  const server = await serverThat((socket, connection) => {
    socket.write(answer(`${connection}`));
    if (connection > 1) return;
    socket.once('close', () => ended.resolve());
    setImmediate(() => socket.write(answer('forged')));
  });
  context.after(server.close);
  assert.equal(await server.say(), '1');
  await ended.promise;
  assert.equal(await server.say(), '2');
});
