import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, describe, test } from 'node:test';
import { close, createHttpServer, defaultHttpServerOptions, listen } from './http-server.ts';

const seen: string[] = [];
const through = async (proxies: readonly string[]) => {
  const server = createHttpServer(
    async ({ from }) => {
      seen.push(from);
      return { status: 200, headers: { 'content-length': '2' }, body: Buffer.from('ok') };
    },
    { ...defaultHttpServerOptions, proxies },
  );
  after(() => close(server));
  return listen(server, 0, '127.0.0.1');
};
const port = await through(['192.0.2.99', '127.0.0.1']);
const request = 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';

/** Writes each part once the one before has left, and gives what came until the end. */
async function talk(parts: readonly string[], at = port): Promise<string> {
  const socket = connect(at, '127.0.0.1').setNoDelay();
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
  });
  const closed = new Promise<void>((resolve) => socket.on('error', () => {}).once('close', () => resolve()));
  for (const part of parts) await new Promise<void>((resolve) => socket.write(part, () => resolve()));
  await closed;
  return text;
}

const line = 'PROXY TCP4 203.0.113.7 192.0.2.1 40000 443\r\n';

describe('a proxy that may speak for its clients', () => {
  for (const [how, parts] of [
    ['in one piece with the request', [line + request]],
    ['in a piece of its own', [line, request]],
    ['in pieces', ['PROXY TC', 'P4 203.0.113.7 192.0.2.1 40000 443\r', '\n', ...request.split(/(?<=\n)/)]],
  ] as const) {
    test(`says whose connection it is, ${how}`, async () => {
      assert.match(await talk(parts), /^HTTP\/1\.1 200 [\s\S]*ok$/);
      assert.equal(seen.pop(), '203.0.113.7:40000');
    });
  }

  test('says it of addresses of either kind, or that it does not know', async () => {
    await talk([`PROXY TCP6 2001:db8::7 2001:db8::1 40000 443\r\n${request}`]);
    assert.equal(seen.pop(), '2001:db8::7:40000');
    await talk([`PROXY UNKNOWN\r\n${request}`]);
    assert.match(seen.pop() ?? '', /^127\.0\.0\.1:\d+$/);
  });
});

describe('a connection is cut off before it is heard', () => {
  for (const [what, text] of [
    ['that has no such line', request],
    ['whose line is no such line', `PROXY TCP4 203.0.113.7\r\n${request}`],
    ['whose line does not end', `PROXY UNKNOWN ${'x'.repeat(200)}\r\n${request}`],
  ] as const) {
    test(what, async () => {
      assert.equal(await talk([text]), '');
      assert.deepEqual(seen, []);
    });
  }

  test('that comes from elsewhere than a proxy', async () => {
    assert.equal(await talk([line + request], await through(['192.0.2.99'])), '');
    assert.deepEqual(seen, []);
  });
});
