import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { ManualClock } from '#protocol/clock.ts';
import { MemoryStore } from './device-store.ts';
import { Gateway } from './gateway.ts';
import { startScriptedClearinghouse } from './scripted-clearinghouse.ts';

const clearinghouse = await startScriptedClearinghouse();
const { settings } = clearinghouse;
await clearinghouse.close();

/** Writes a piece again and again until the device has enough. */
function drip(socket: Socket, piece: string, everyMs: number): void {
  const timer = setInterval(() => socket.write(piece), everyMs);
  socket.on('close', () => clearInterval(timer));
}

/** What a server does once the request is there, and how the device ends. */
const behaviours: readonly [what: string, act: (socket: Socket) => void, end: string][] = [
  ['says nothing', () => {}, 'unreachable'],
  ['closes at once', (socket) => socket.end(), 'unreachable'],
  [
    'resets in mid-body',
    (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\nstatus=0', () => socket.resetAndDestroy()),
    'unreachable',
  ],
  [
    'sends a body a byte at a time',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n');
      drip(socket, 's', 50);
    },
    'unreachable',
  ],
  [
    'sends a body without a length a byte at a time',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      drip(socket, 's', 50);
    },
    'unreachable',
  ],
  [
    'sends chunks without end',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      drip(socket, '1\r\ns\r\n', 50);
    },
    'unreachable',
  ],
  [
    'sends headers without end',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      drip(socket, `x: ${'y'.repeat(9000)}\r\n`, 5);
    },
    'answer.size',
  ],
  [
    'sends a body without end',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10000000\r\n\r\n');
      drip(socket, 's'.repeat(10_000), 1);
    },
    'answer.size',
  ],
  ['speaks no HTTP', (socket) => socket.end('220 mail.example.com ESMTP\r\n'), 'answer'],
  [
    'switches protocols',
    (socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
    'unreachable',
  ],
  ['sends interim answers alone', (socket) => drip(socket, 'HTTP/1.1 100 Continue\r\n\r\n', 20), 'unreachable'],
];

for (const [what, act, end] of behaviours) {
  test(`a server that ${what}: bounded, nothing stored`, async (context) => {
    let connections = 0;
    const server = createServer((socket) => {
      connections++;
      socket.on('error', () => {});
      socket.once('data', () => act(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    context.after(() => server.close());
    const store = new MemoryStore();
    const httpUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tep`;
    const started = performance.now();
    const gateway = new Gateway(
      { ...settings, httpUrl, timeoutSeconds: 0.3, retries: 1 },
      { store, clock: new ManualClock(new Date()) },
    );
    const outcome = await gateway.enroll();
    const seen = outcome.kind === 'refused-server' ? outcome.check : outcome.kind;
    assert.equal(seen, end, JSON.stringify(outcome));
    assert.equal(connections, end === 'unreachable' ? 2 : 1, 'a lost answer is asked for once more');
    assert.ok(performance.now() - started < 2500);
    assert.equal(await store.readPending(), undefined);
  });
}
