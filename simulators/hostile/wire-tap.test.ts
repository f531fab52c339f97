import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { type WireConnection, type WirePiece, WireTap } from './wire-tap.ts';

function textFrom({ pieces }: WireConnection, from: WirePiece['from']): string {
  const bytes = pieces.filter((piece) => piece.from === from).map((piece) => piece.bytes);
  return Buffer.concat(bytes).toString('latin1');
}

/** A device sends some bytes through the tap to somebody who echoes them, and hears the end. */
async function echoed(tap: WireTap, sent: readonly string[]): Promise<string> {
  const server = createServer({ allowHalfOpen: true }, (raw: Socket) => {
    const tapped = tap.watch(raw, 'cleartext');
    tapped.pipe(tapped);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const device = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let heard = '';
  device.on('data', (bytes: Buffer) => {
    heard += bytes.toString('latin1');
  });
  for (const text of sent) device.write(text);
  device.end();
  await once(device, 'close');
  await new Promise((resolve) => server.close(resolve));
  return heard;
}

test('bytes pass the tap unchanged, in both directions, and both are kept', async () => {
  const tap = new WireTap();
  assert.equal(await echoed(tap, ['one', 'two']), 'onetwo');
  const [connection] = tap.connections;
  assert.ok(connection);
  for (const from of ['device', 'server'] as const) {
    assert.equal(textFrom(connection, from), 'onetwo', from);
  }
  assert.equal(connection.missingBytes, 0);
  assert.equal(connection.device.address, '127.0.0.1');
  assert.ok((connection.closedAtMs ?? 0) >= connection.openedAtMs);
  const moments = connection.pieces.map(({ atMs }) => atMs);
  assert.deepEqual(
    moments,
    moments.toSorted((a, b) => a - b),
  );
});

test('the memory of the tap is bounded; what passes is not', async () => {
  const tap = new WireTap(10_000);
  const much = 'x'.repeat(300_000);
  assert.equal((await echoed(tap, [much])).length, much.length);
  const [connection] = tap.connections;
  assert.ok(connection);
  const kept = connection.pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
  assert.ok(kept <= 10_000);
  assert.equal(kept + connection.missingBytes, 2 * much.length);
});

test('a connection that is broken ends the stream, and the stream breaks the connection', async () => {
  const tap = new WireTap();
  let over: Promise<unknown> | undefined;
  const server = createServer((raw: Socket) => {
    over = once(raw, 'close');
    tap
      .watch(raw, 'tls')
      .on('error', () => {})
      .resetAndDestroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const device = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [error] = await once(device, 'error');
  assert.equal((error as NodeJS.ErrnoException).code, 'ECONNRESET');
  await over;
  await new Promise((resolve) => server.close(resolve));
  assert.ok(tap.connections[0]?.closedAtMs !== undefined);
});

test('a rewound tap forgets the connections that came after the mark, and has their room again', async () => {
  const tap = new WireTap(12);
  await echoed(tap, ['one']);
  const mark = tap.mark();
  await echoed(tap, ['two']);
  tap.keyLog.push('a line');
  tap.rewind(mark);
  assert.deepEqual([tap.connections.length, tap.keyLog.length], [1, 0]);
  await echoed(tap, ['six']);
  assert.equal(tap.connections[1]?.missingBytes, 0);
});
