import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect as connectTcp, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect, createServer } from 'node:tls';
import type { HttpAnswer, HttpRequest } from '#protocol/http.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import { createThirdPartyCa, type ServerCertificate, type ThirdPartyCa } from '../third-party-ca.ts';
import { ObservedListener, type TlsContact } from './observed-listener.ts';
import { tlsOutages } from './tls-outages.ts';

const skip = spawnSync('openssl', ['version']).error ? 'the command openssl is not there' : false;
const folder = mkdtempSync(join(tmpdir(), 'muster-listener-'));
const anchorFile = join(folder, 'anchor.pem');
const requests: HttpRequest[] = [];
/** In the place of every answer, when a test wants it. */
let takeOver: HttpAnswer['takeOver'];
let ca: ThirdPartyCa;
let identity: ServerCertificate;
let listener: ObservedListener;

before(async () => {
  ca = await createThirdPartyCa({ profile: 'modern' });
  identity = await ca.issueServer({ host: 'localhost' });
  writeFileSync(anchorFile, ca.anchorPem);
  const respond = async (request: HttpRequest) => {
    requests.push(request);
    const body = Buffer.from('status=9');
    const headers = { 'content-type': 'text/plain', 'content-length': String(body.length) };
    return { status: 200, headers, body, ...(takeOver ? { takeOver } : {}) };
  };
  listener = new ObservedListener(respond, identity, profiles.modern);
  await listener.start('127.0.0.1');
});
after(async () => {
  await listener.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The connections that were made meanwhile, once they are over. */
async function contactsOf(meet: () => Promise<unknown>, waitSeconds = 2): Promise<readonly TlsContact[]> {
  const from = listener.contacts.length;
  await meet();
  const contacts = listener.contacts.slice(from);
  await listener.settled(contacts, waitSeconds);
  return contacts;
}

/** What openssl said of one connection, which it ends a moment after the handshake. */
async function sClient(words: readonly string[], port = listener.ports.tls): Promise<string> {
  const where = ['-connect', `127.0.0.1:${port}`, '-servername', 'localhost'];
  const child = spawn('openssl', ['s_client', ...where, ...words], { stdio: ['pipe', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (/SSL handshake has read/.test(text)) setTimeout(() => child.stdin.end('Q\n'), 100);
    });
  }
  child.stdin.on('error', () => {});
  await once(child, 'close');
  return text;
}

async function nodeClient(version: 'TLSv1.2' | 'TLSv1.3'): Promise<void> {
  const { tls: port } = listener.ports;
  const socket = connect({
    host: '127.0.0.1',
    port,
    servername: 'localhost',
    minVersion: version,
    maxVersion: version,
  });
  socket.on('error', () => {});
  await new Promise((closed) => socket.once('close', closed));
}

/** The facts that are not the same in every run are left out. */
function facts({ handshakeCompleted, alert, applicationBytes, closed, certificateSent }: TlsContact) {
  return { handshakeCompleted, alert, applicationBytes, closed, certificateSent };
}

const seen = { alert: undefined, applicationBytes: 0, closed: true, certificateSent: true };

test('a device on Node’s TLS 1.2 that rejects: the handshake completes, and then a close', async () => {
  const [contact, ...others] = await contactsOf(() => nodeClient('TLSv1.2'));
  assert.equal(others.length, 0);
  assert.ok(contact);
  assert.deepEqual(facts(contact), { ...seen, handshakeCompleted: true });
  assert.equal(contact.protocol, 'TLSv1.2');
});

test('a device on Node’s TLS 1.3 that rejects: a reset in the handshake, no alert', async () => {
  const [contact] = await contactsOf(() => nodeClient('TLSv1.3'));
  assert.ok(contact);
  assert.deepEqual(facts(contact), { ...seen, handshakeCompleted: false });
});

for (const version of ['-tls1_2', '-tls1_3']) {
  test(`openssl s_client ${version} that rejects sends the alert “unknown ca”`, { skip }, async () => {
    const [contact] = await contactsOf(() => sClient([version, '-verify_return_error']));
    assert.ok(contact);
    assert.deepEqual(facts(contact), { ...seen, handshakeCompleted: false, alert: 'unknown ca' });
    assert.ok(contact.sentBytes > identity.certificate.der.length);
  });

  test(`openssl s_client ${version} that accepts and sends a message: its bytes are counted`, { skip }, async () => {
    const message =
      'POST /tep HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 19\r\n\r\noperation=getcacert';
    const words = [version, '-verify_return_error', '-CAfile', anchorFile, '-quiet', '-ign_eof'];
    requests.length = 0;
    const [contact] = await contactsOf(async () => {
      const where = ['-connect', `127.0.0.1:${listener.ports.tls}`, '-servername', 'localhost'];
      const child = spawn('openssl', ['s_client', ...where, ...words], { stdio: ['pipe', 'ignore', 'ignore'] });
      child.stdin.end(message);
      await once(child, 'close');
    });
    assert.ok(contact);
    assert.deepEqual(facts(contact), { ...seen, handshakeCompleted: true, applicationBytes: message.length });
    assert.equal(Buffer.from(requests[0]?.body ?? []).toString('latin1'), 'operation=getcacert');
    assert.equal(requests[0]?.secure, true);
  });

  test(`openssl s_client ${version} resumes a session with a common server, and never with this one`, {
    skip,
  }, async (t) => {
    const common = createServer({ cert: identity.chainPem, key: identity.keyPem }, (socket) => {
      // What a server sends first is when a client has the ticket of TLS 1.3, too.
      socket.on('error', () => {}).end('hello');
    });
    await once(common.listen(0, '127.0.0.1'), 'listening');
    t.after(() => common.close());
    const connectTwice = async (port: number, between = () => {}): Promise<string> => {
      const session = join(folder, `session-${port}.pem`);
      rmSync(session, { force: true });
      const words = [version, '-CAfile', anchorFile];
      await sClient([...words, '-sess_out', session], port);
      between();
      return sClient(existsSync(session) ? [...words, '-sess_in', session] : words, port);
    };
    assert.match(await connectTwice((common.address() as AddressInfo).port), /Reused, TLSv1\.[23]/);
    const again = () => listener.present(identity, profiles.modern);
    for (const text of [await connectTwice(listener.ports.tls), await connectTwice(listener.ports.tls, again)]) {
      assert.match(text, /New, TLSv1\.[23]/);
      assert.doesNotMatch(text, /Reused/);
    }
  });
}

test('a device that only speaks a version below the profile’s never sees the certificate', { skip }, async () => {
  const [contact] = await contactsOf(() => sClient(['-tls1_1', '-cipher', 'DEFAULT@SECLEVEL=0']));
  assert.ok(contact);
  assert.deepEqual(facts(contact), { ...seen, handshakeCompleted: false, certificateSent: false });
  assert.match(contact.failure ?? '', /UNSUPPORTED_PROTOCOL/);
});

test('plain HTTP on the TLS port, and a connection that says nothing, show no certificate either', async () => {
  const speak = (text: string) => async (): Promise<void> => {
    const socket = connectTcp(listener.ports.tls, '127.0.0.1', () => socket.end(text));
    socket.resume().on('error', () => {});
    await new Promise((closed) => socket.once('close', closed));
  };
  for (const text of ['GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', '']) {
    const [contact] = await contactsOf(speak(text));
    assert.ok(contact);
    assert.deepEqual(facts(contact), { ...seen, handshakeCompleted: false, certificateSent: false });
  }
});

test('a connection that stays open is counted when it was waited for', async (t) => {
  const socket = connect({ host: '127.0.0.1', port: listener.ports.tls, servername: 'localhost', ca: ca.anchorPem });
  t.after(() => socket.destroy());
  const [contact] = await contactsOf(() => once(socket, 'secureConnect'), 0.1);
  assert.ok(contact);
  assert.deepEqual(facts(contact), { ...seen, handshakeCompleted: true, closed: false });
});

test('the certificate changes from one connection to the next, and no other fact with it', async () => {
  const shown = async (): Promise<string> => {
    const { tls: port } = listener.ports;
    const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    const { fingerprint256 } = socket.getPeerCertificate();
    socket.destroy();
    return fingerprint256;
  };
  const other = await ca.issueServer({ host: 'other.example.com' });
  const first = await shown();
  assert.equal(await shown(), first);
  listener.present(other, profiles.modern);
  const second = await shown();
  listener.present(identity, profiles.modern);
  assert.notEqual(first, second);
  assert.equal(await shown(), first);
});

test('connections side by side keep their own facts', { skip }, async () => {
  const contacts = await contactsOf(() =>
    Promise.all([sClient(['-tls1_3', '-verify_return_error']), nodeClient('TLSv1.2'), nodeClient('TLSv1.3')]),
  );
  const alerts = contacts.filter(({ alert }) => alert !== undefined);
  assert.equal(contacts.length, 3);
  assert.deepEqual(
    alerts.map(({ alert }) => alert),
    ['unknown ca'],
  );
  assert.equal(alerts[0]?.handshakeCompleted, false);
  assert.equal(contacts.filter(({ handshakeCompleted }) => handshakeCompleted).length, 1);
  assert.equal(new Set(contacts.map(({ id }) => id)).size, 3);
});

/** What a connection to the TLS port is answered, and how it ends. */
async function spokenTo(socket: Socket, text: string): Promise<{ said: string; error: string | undefined }> {
  let said = '';
  let error: string | undefined;
  socket.on('data', (chunk) => {
    said += chunk.toString('latin1');
  });
  socket.on('error', (thrown: NodeJS.ErrnoException) => {
    error = thrown.code;
  });
  socket.write(text);
  await new Promise((closed) => socket.once('close', closed));
  return { said, error };
}

const post = 'POST /tep HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 1\r\n\r\nx';
const overTls = () =>
  connect({ host: '127.0.0.1', port: listener.ports.tls, servername: 'localhost', ca: ca.anchorPem });

test('without TLS a handshake fails, cleartext is heard, and the good certificate brings TLS back', async (t) => {
  t.after(() => listener.present(identity, profiles.modern));
  for (const outage of Object.values(tlsOutages)) {
    listener.withholdTls(outage);
    const [contact] = await contactsOf(async () => {
      const { said, error } = await spokenTo(overTls(), post);
      assert.equal(said, '', outage.id);
      assert.match(error ?? '', outage.tlsPort === 'closes' ? /ECONNRESET/ : /EPROTO|SSL_WRONG_VERSION_NUMBER/);
    });
    assert.ok(contact);
    assert.deepEqual(facts(contact), { ...seen, handshakeCompleted: false, certificateSent: false });
    requests.length = 0;
    const { said } = await spokenTo(connectTcp(listener.ports.tls, '127.0.0.1'), post);
    assert.match(said, /^HTTP\/1\.1 200 /, outage.id);
    assert.deepEqual(
      requests.map(({ secure }) => secure),
      [false],
    );
    listener.present(identity, profiles.modern);
    assert.match((await spokenTo(overTls(), post)).said, /^HTTP\/1\.1 200 /);
  }
});

test('a connection over TLS can be reset: what was written arrives, and then an error, not an end', async (t) => {
  t.after(() => {
    takeOver = undefined;
  });
  const written = 'HTTP/1.1 200 OK\r\n';
  takeOver = async (connection) => {
    connection.write(written, () => (connection as Socket).resetAndDestroy());
  };
  assert.deepEqual(await spokenTo(overTls(), post), { said: written, error: 'ECONNRESET' });
  takeOver = async (connection) => {
    connection.end(written);
  };
  assert.deepEqual(await spokenTo(overTls(), post), { said: written, error: undefined }, 'control');
});
