import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { MusterError } from '#protocol/errors.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import { createThirdPartyCa } from '#simulators/third-party-ca.ts';
import { expectTargetAnswers } from './target-reach.ts';

const identity = await (await createThirdPartyCa({ profile: 'modern' })).issueServer({ host: 'localhost' });
const tls = { cert: identity.chainPem, key: identity.keyPem };
const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nstatus=4';

async function portOf(context: { after(fn: () => void): void }, server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  context.after(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const speaking = (text: string) => (socket: Socket) => {
  socket.on('error', () => {});
  socket.once('data', () => socket.end(text));
};

const reach = (tlsPort: number, httpPort = tlsPort) =>
  expectTargetAnswers(
    { tlsUrl: `https://127.0.0.1:${tlsPort}/tep`, httpUrl: `http://127.0.0.1:${httpPort}/tep` },
    profiles.modern,
    0.5,
  );

const broken = (pattern: RegExp) => (thrown: unknown) =>
  thrown instanceof MusterError && thrown.code === 'bench-broken' && pattern.test(thrown.message);

test('a server that answers HTTP on both its listeners is reached, whatever it says (control)', async (t) => {
  const cleartext = await portOf(t, createServer(speaking(answer)));
  await reach(await portOf(t, createTlsServer(tls, speaking(answer))), cleartext);
});

test('a port that is closed is said, with the option to mend', async (t) => {
  const server = createServer();
  const port = await portOf(t, server);
  server.close();
  await once(server, 'close');
  await assert.rejects(reach(port), broken(/does not answer at https:.*ECONNREFUSED[\s\S]*mend --target/));
});

test('a server that hangs, before TLS or after it, is said in bounded time', async (t) => {
  const deaf = await portOf(
    t,
    createServer((socket) => socket.on('error', () => {})),
  );
  await assert.rejects(reach(deaf), broken(/does not answer.*none within 0\.5 s; received 0 bytes/));
  const mute = createTlsServer(tls, (socket) => socket.on('error', () => {}).resume());
  await assert.rejects(reach(await portOf(t, mute)), broken(/does not answer.*none within 0\.5 s; received 0 bytes/));
});

test('a TLS server that speaks something else is said at once, with what it said', async (t) => {
  const mail = createTlsServer(tls, (socket) => socket.on('error', () => {}).write('220 mail ESMTP\r\n'));
  await assert.rejects(reach(await portOf(t, mail)), broken(/what came is no HTTP; received 16 bytes: 220 mail ESMTP/));
});

test('a cleartext listener that is none is said by its own option', async (t) => {
  const both = await portOf(t, createTlsServer(tls, speaking(answer)));
  await assert.rejects(reach(both), broken(/does not answer at http:.*[\s\S]*mend --cleartext/));
});
