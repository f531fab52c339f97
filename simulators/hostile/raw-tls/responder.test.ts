import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import type { HttpRequest } from '#protocol/http.ts';
import { createHttpServer } from '#protocol/http-server.ts';
import { generateKeyPair, type KeyKind } from '#protocol/pki/keys.ts';
import { createThirdPartyCa, type ServerCertificate, type ThirdPartyCa } from '../../third-party-ca.ts';
import { faultless, type RawTlsFault, rawTlsFaults } from './faults.ts';
import { type RawContact, RawTlsResponder } from './responder.ts';

const skip = ['openssl', 'curl'].some((command) => spawnSync(command, ['--version']).error)
  ? 'openssl or curl is not there'
  : false;
const versions = ['TLSv1.2', 'TLSv1.3'] as const;
const kinds = ['p256', 'rsa2048'] as const satisfies readonly KeyKind[];
const folder = mkdtempSync(join(tmpdir(), 'muster-raw-tls-'));
const anchorFile = join(folder, 'anchor.pem');
const requests: HttpRequest[] = [];
const http = createHttpServer(async (received) => {
  requests.push(received);
  return { status: 200, headers: { 'content-length': '8' }, body: Buffer.from('status=9') };
});
const identities = new Map<KeyKind, ServerCertificate>();
let ca: ThirdPartyCa;
let contacts: RawContact[] = [];
let keyLog: string[] = [];
let responder: RawTlsResponder;
let listener: Server;

before(async () => {
  ca = await createThirdPartyCa({ profile: 'modern' });
  writeFileSync(anchorFile, ca.anchorPem);
  for (const kind of kinds) {
    identities.set(kind, await ca.issueServer({ host: 'localhost', key: await generateKeyPair(kind) }));
  }
  listener = createServer((socket) => {
    const contact: RawContact = { handshakeCompleted: false, applicationBytes: 0 };
    contacts.push(contact);
    void responder.serve(socket, http, contact, keyLog);
  });
  await once(listener.listen(0, '127.0.0.1'), 'listening');
});
after(() => {
  listener.close();
  http.close();
  rmSync(folder, { recursive: true, force: true });
});

async function show(fault: RawTlsFault, kind: KeyKind): Promise<void> {
  const identity = identities.get(kind);
  assert.ok(identity);
  responder = await RawTlsResponder.create(fault, identity);
  contacts = [];
  keyLog = [];
  requests.length = 0;
}

const port = (): number => (listener.address() as AddressInfo).port;

/** The body of the answer, or the code of the error. */
function nodeClient(body = 'operation=getcacert'): Promise<string> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', servername: 'localhost', port: port(), method: 'POST', agent: false as const };
    const outgoing = request({ ...options, ca: ca.anchorPem }, (answer) => {
      answer.setEncoding('latin1').once('data', resolve);
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    outgoing.end(body);
  });
}

async function run(command: string, words: readonly string[]): Promise<{ status: number; output: string }> {
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk));
  const [status] = (await once(child, 'close')) as [number];
  return { status, output };
}

const curl = () =>
  run('curl', [
    '-q',
    '-sS',
    '--cacert',
    anchorFile,
    '--data',
    'operation=getcacert',
    `https://localhost:${port()}/tep`,
  ]);
const openssl = () =>
  run('openssl', ['s_client', '-connect', `127.0.0.1:${port()}`, '-CAfile', anchorFile, '-verify_return_error']);

for (const version of versions) {
  for (const kind of kinds) {
    test(`${version}, ${kind}: Node, openssl and curl take the faultless responder for a TLS server`, {
      skip,
    }, async () => {
      await show(faultless[version], kind);
      assert.equal(await nodeClient(), 'status=9');
      assert.equal((await curl()).output, 'status=9');
      assert.deepEqual(
        requests.map(({ body, secure }) => [Buffer.from(body).toString(), secure]),
        [1, 2].map(() => ['operation=getcacert', true]),
      );
      const said = (await openssl()).output;
      assert.match(said, /Verify return code: 0 \(ok\)/);
      assert.match(said, new RegExp(`New, ${version}, Cipher is`));
      for (const { handshakeCompleted, protocol, failure, alert, clientHello } of contacts) {
        const expected = { handshakeCompleted: true, protocol: version, failure: undefined, alert: undefined };
        assert.deepEqual({ handshakeCompleted, protocol, failure, alert }, expected);
        assert.ok(clientHello);
      }
      assert.equal(contacts[0]?.clientHello?.serverName, 'localhost');
    });
  }

  test(`${version}: the key log is the client's own`, async () => {
    await show(faultless[version], 'p256');
    const lines: string[] = [];
    const socket = connect({ host: '127.0.0.1', port: port(), servername: 'localhost', ca: ca.anchorPem });
    socket.on('keylog', (line: Buffer) => lines.push(line.toString('latin1').trimEnd()));
    await once(socket, 'secureConnect');
    socket.end();
    await once(socket.resume(), 'close');
    const known = lines.filter((line) => !line.startsWith('EXPORTER_SECRET'));
    assert.deepEqual([...keyLog].sort(), known.sort());
  });

  test(`${version}: a body of many records arrives whole`, async () => {
    await show(faultless[version], 'p256');
    assert.equal(await nodeClient('x'.repeat(50_000)), 'status=9');
    assert.equal(requests[0]?.body.length, 50_000);
  });
}

for (const fault of rawTlsFaults) {
  for (const kind of kinds) {
    test(`${fault.id}, ${kind}: Node, openssl and curl refuse it, and send nothing`, { skip }, async () => {
      await show(fault, kind);
      assert.match(await nodeClient(), /^(E|ERR_)/);
      const { status, output } = await curl();
      assert.notEqual(status, 0, output);
      const said = await openssl();
      assert.match(said.output, /error/);
      assert.equal(contacts.length, 3);
      for (const { faultSent, applicationBytes, nothingInCommon } of contacts) {
        assert.deepEqual(
          { faultSent, applicationBytes, nothingInCommon },
          { faultSent: true, applicationBytes: 0, nothingInCommon: undefined },
        );
      }
      assert.equal(requests.length, 0);
    });
  }
}
