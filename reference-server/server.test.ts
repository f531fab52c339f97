import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { after, describe, test } from 'node:test';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { MusterError } from '#protocol/errors.ts';
import { decodeAnswer } from '#protocol/messages/answers.ts';
import { decodeRequest } from '#protocol/messages/requests.ts';
import { isSignedBy, parseCertificate } from '#protocol/pki/certificate.ts';
import { sameKey } from '#protocol/pki/keys.ts';
import { parsePkcs10 } from '#protocol/pki/pkcs10.ts';
import { hashPassword } from './accounts.ts';
import { exchangeOnce, postBytes, type RawAnswer } from './http/raw-connection.ts';
import { createSampleServer, fleetConfiguration } from './sample-server.ts';
import type { ServerOptions } from './settings.ts';

const portOf = (url: string): number => Number(new URL(url).port);

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

const broken = (error: unknown): boolean => error instanceof MusterError && error.code === 'bench-broken';

test('behind a proxy, what a device does is told of its own address, over TLS too', async () => {
  const { server, events } = await createSampleServer({ proxies: ['127.0.0.1'] });
  await server.start();
  after(() => server.stop());
  const line = 'PROXY TCP4 203.0.113.7 192.0.2.1 40000 443\r\n';
  const cleartext = connect(portOf(server.urls.http), '127.0.0.1');
  cleartext.end(Buffer.concat([Buffer.from(line), postBytes(Buffer.from('operation=getcacert'))]));
  await once(cleartext.resume(), 'close');
  const socket = connect(portOf(server.urls.tls), '127.0.0.1');
  socket.write(line);
  const secure = connectTls({ socket, servername: 'localhost', rejectUnauthorized: false });
  secure.write(postBytes(Buffer.from('operation=getcacert')));
  await once(secure, 'data');
  secure.destroy();
  const asked = events.filter(({ event }) => event === 'getcacert').map(({ from }) => from);
  assert.deepEqual(asked, ['203.0.113.7:40000', '203.0.113.7:40000']);
});

describe('start and stop', () => {
  test('opens its listeners, says where, and closes them', async () => {
    const { server, events } = await createSampleServer({ managementPort: 0 });
    await server.start();
    const ports = [server.urls.http, server.urls.tls, server.urls.management].map(portOf);
    assert.equal(new Set(ports).size, 3);
    assert.deepEqual(await Promise.all(ports.map(isOpen)), [true, true, true]);
    await server.stop();
    assert.deepEqual(await Promise.all(ports.map(isOpen)), [false, false, false]);
    assert.deepEqual(
      events.map(({ event }) => event),
      ['started', 'stopped'],
    );
    await server.start();
    assert.ok(await isOpen(portOf(server.urls.tls)));
    await server.stop();
  });

  test('a port in use is said, and then nothing listens', async () => {
    const { server: first } = await createSampleServer({ managementPort: 0 });
    await first.start();
    const [httpPort, tlsPort, taken] = [first.urls.http, first.urls.tls, first.urls.management].map(portOf);
    assert.ok(httpPort && tlsPort && taken);
    await first.stop();
    const { server: second } = await createSampleServer({ httpPort: taken });
    await second.start();
    for (const options of [{ managementPort: taken }, { tlsPort: taken }, { httpPort: taken, tlsPort: httpPort }]) {
      const { server: third, events } = await createSampleServer({ httpPort, tlsPort, ...options });
      await assert.rejects(third.start(), broken);
      assert.ok(events.every(({ event }) => event !== 'started'));
      assert.deepEqual([await isOpen(httpPort), await isOpen(tlsPort)], [false, false]);
    }
    await second.stop();
  });

  test('stops at once, though a client holds a handshake and another a request', { timeout: 5000 }, async () => {
    const { server } = await createSampleServer();
    await server.start();
    const sockets = [server.urls.http, server.urls.tls].map((url) => connect(portOf(url), '127.0.0.1'));
    for (const socket of sockets) socket.on('error', () => {}).write('POST /tep HTTP/1.1\r\n');
    await exchangeOnce(server.urls.http, postBytes('operation=getcacert'));
    await server.stop();
    for (const socket of sockets) socket.destroy();
  });

  test('a configuration with errors makes no server', async () => {
    const configuration = { text: `${fleetConfiguration}group north\n`, fileName: 'bad.conf' };
    await assert.rejects(
      createSampleServer({ configuration }),
      (error) => error instanceof MusterError && error.code === 'config-invalid' && /bad\.conf:10:/.test(error.message),
    );
  });

  test('an IPv6 name stands in brackets, and the fingerprints are those of the CA that getcacert gives', async () => {
    const { server } = await createSampleServer({ name: '2001:db8::1' });
    await server.start();
    assert.match(server.urls.tls, /^https:\/\/\[2001:db8::1\]:\d+\/tep$/);
    assert.match(server.fingerprints.sha256, /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    assert.match(server.fingerprints.sha1, /^([0-9A-F]{2}:){19}[0-9A-F]{2}$/);
    await server.stop();
  });
});

/** One recorded HTTP request of the deployed client, head and body. */
function recorded(name: string): Buffer {
  const file = new URL(`../vectors/deployed-client-${name}.hex`, import.meta.url);
  return Buffer.from(readFileSync(file, 'latin1').replace(/\s+/g, ''), 'hex');
}

const tls10: ConnectionOptions = { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' };
const deviceName = 'testtep4.transnexus.com';
const passwordHash = await hashPassword('nexus', 2);
const deployedFleet: Partial<ServerOptions> = {
  configuration: {
    text: `enroll enabled\ngroup transnexus\ndevice ${deviceName} transnexus enabled\n`,
    fileName: 'deployed.conf',
  },
  accounts: [{ customer: '1000', device: '1000', deviceName, username: 'trans', passwordHash }],
};

function recordedPkcs10() {
  const bytes = recorded('request');
  const message = decodeRequest(bytes.subarray(bytes.indexOf('\r\n\r\n') + 4));
  assert.ok(message.operation !== 'getcacert');
  return parsePkcs10(message.pkcs10);
}

/** Whether the deployed client can read an answer, as far as is known of it. */
function assertReadable({ status, headerLines, body }: RawAnswer): void {
  assert.equal(status, 200);
  assert.ok(headerLines.includes('content-type: text/plain'));
  assert.ok(headerLines.includes(`content-length: ${body.length}`));
  assert.ok(!body.includes('%') || body.includes('&error='), body);
}

/** The only form of certificate that the deployed client takes: MD5 with RSA, no UTF8String, UTCTime. */
function assertOldForm(der: Uint8Array): void {
  const certificate = parseCertificate(der);
  assert.equal(certificate.signatureAlgorithm, 'rsa-md5');
  for (const name of [certificate.subjectDer, certificate.issuerDer]) {
    const bytes = Buffer.from(name);
    const strings = bytes.toString('hex').match(/0603550[0-9a-f]{3}(..)/g) ?? [];
    assert.ok(strings.length > 0 && strings.every((text) => text.endsWith('13')), bytes.toString('hex'));
  }
  assert.ok(certificate.notAfter < new Date('2050-01-01T00:00:00Z'));
}

describe('the deployed client, byte for byte', () => {
  test('getcacert over cleartext: status 0 and a self-signed certificate in raw base64', async () => {
    const { server } = await createSampleServer({ profile: 'legacy', ...deployedFleet });
    await server.start();
    const answer = await exchangeOnce(server.urls.http, recorded('getcacert'));
    await server.stop();
    assertReadable(answer);
    const [, base64 = ''] = /^status=0&certificate=([A-Za-z0-9+/]+={0,2})$/.exec(answer.body) ?? [];
    const certificate = parseCertificate(Buffer.from(base64, 'base64'));
    assert.equal(certificate.subjectText, certificate.issuerText);
    assert.ok(isSignedBy(certificate, certificate.publicKey));
    assertOldForm(certificate.der);
  });

  test('request over TLS 1.0: a certificate for its key; the retrieve, with a nonce of its own, gets the same', async () => {
    const { server } = await createSampleServer({ profile: 'legacy', ...deployedFleet });
    await server.start();
    const issued = await exchangeOnce(server.urls.tls, recorded('request'), tls10);
    const again = await exchangeOnce(server.urls.tls, recorded('retrieve'), tls10);
    await server.stop();
    assertReadable(issued);
    assert.equal(again.body, issued.body);
    const [, base64 = ''] = /^status=0&cert=([A-Za-z0-9+/]+={0,2})$/.exec(issued.body) ?? [];
    const certificate = parseCertificate(Buffer.from(base64, 'base64'));
    assertOldForm(certificate.der);
    assert.ok(sameKey(certificate.publicKey, recordedPkcs10().publicKey));
    assert.ok(isSignedBy(certificate, server.authority.certificate.publicKey));
    assert.equal(certificate.subjectText, `CN=${deviceName}`);
  });

  test('with manual approval: status 1 until approved, then the certificate by retrieve', async () => {
    const { server } = await createSampleServer({ profile: 'legacy', approval: 'manual', ...deployedFleet });
    await server.start();
    for (const name of ['request', 'retrieve']) {
      const pending = await exchangeOnce(server.urls.tls, recorded(name), tls10);
      assertReadable(pending);
      assert.equal(pending.body, 'status=1');
    }
    const [waiting] = await server.engine.list('pending');
    await server.engine.decide(waiting?.id ?? '', { kind: 'approve' });
    const { body } = await exchangeOnce(server.urls.tls, recorded('retrieve'), tls10);
    await server.stop();
    assert.match(body, /^status=0&cert=/);
  });

  test('is refused with 11 in the modern profile: its key and its signature are too weak', async () => {
    const { server } = await createSampleServer(deployedFleet);
    await server.start();
    const { status, body } = await exchangeOnce(server.urls.tls, recorded('request'));
    await assert.rejects(exchangeOnce(server.urls.tls, recorded('request'), tls10));
    await server.stop();
    assert.equal(status, 200);
    const answer = decodeAnswer('request', Buffer.from(body));
    assert.ok(answer.kind === 'refused' && answer.status === 11, body);
  });

  test('is refused over cleartext, in either profile', async () => {
    for (const profile of ['modern', 'legacy'] as const) {
      const { server } = await createSampleServer({ profile, ...deployedFleet });
      await server.start();
      const { status, body } = await exchangeOnce(server.urls.http, recorded('request'));
      await server.stop();
      assert.deepEqual([status, body.split('&')[0]], [403, 'status=4']);
    }
  });
});

describe('openssl s_client', async () => {
  const [{ server: modern }, { server: legacy }] = [
    await createSampleServer(),
    await createSampleServer({ profile: 'legacy' }),
  ];
  await Promise.all([modern.start(), legacy.start()]);
  after(() => Promise.all([modern.stop(), legacy.stop()]));

  const program = 'openssl';
  const connectTo = (url: string, ...words: string[]): Promise<string> =>
    new Promise((resolve) => {
      const child = spawn(program, ['s_client', '-connect', `127.0.0.1:${portOf(url)}`, ...words]);
      let text = '';
      child.stdout.on('data', (bytes) => {
        text += String(bytes);
      });
      child.stderr.on('data', (bytes) => {
        text += String(bytes);
      });
      child.stdin.on('error', () => {});
      child.stdin.end('Q\n');
      child.on('error', (error) => resolve(`missing: ${error.message}`));
      child.on('close', () => resolve(text));
    });

  const weak = ['-cipher', 'DEFAULT@SECLEVEL=0'];
  for (const [version, modernAccepts] of [
    ['-tls1', false],
    ['-tls1_1', false],
    ['-tls1_2', true],
    ['-tls1_3', true],
  ] as const) {
    test(`${version}: taken by legacy, ${modernAccepts ? 'and' : 'not'} by modern`, async (context) => {
      const taken = await connectTo(legacy.urls.tls, version, ...weak);
      if (taken.startsWith('missing')) return context.skip('the command openssl is not there');
      assert.match(taken, /Cipher is (?!\(NONE\))\S+/);
      const seen = await connectTo(modern.urls.tls, version, ...weak);
      if (modernAccepts) assert.match(seen, /Cipher is (?!\(NONE\))\S+/);
      else assert.match(seen, /alert protocol version/);
    });
  }

  test('ciphers that authenticate nobody, or hide nothing, are refused by both', async (context) => {
    for (const { urls } of [modern, legacy]) {
      const seen = await connectTo(urls.tls, '-tls1_2', '-cipher', 'aNULL:eNULL@SECLEVEL=0');
      if (seen.startsWith('missing')) return context.skip('the command openssl is not there');
      assert.match(seen, /alert handshake failure/);
    }
  });
});
