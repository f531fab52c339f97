import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { before, test } from 'node:test';
import { connect } from 'node:tls';
import fc from 'fast-check';
import { extension, handshakeMessage, MalformedTls, number, vector } from './bytes.ts';
import { worthlessSuite } from './cipher-suites.ts';
import { OfferReader, parseClientHello } from './client-hello.ts';
import { messageTypes, versions } from './numbers.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);
/** The body of the ClientHello that Node sends. */
let real: Buffer;

before(async () => {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect({ port, host: '127.0.0.1', servername: 'gw.example.com', ecdhCurve: 'X25519:P-256' });
  client.on('error', () => {});
  const [socket] = await once(server, 'connection');
  const [record] = (await once(socket, 'data')) as [Buffer];
  real = record.subarray(5 + 4);
  client.destroy();
  server.close();
});

test('the offer of a real client is read: versions, suites, groups, shares, name', () => {
  const hello = parseClientHello(real);
  assert.deepEqual(
    hello.versions.filter((version) => version <= versions.tls13),
    [versions.tls13, versions.tls12],
  );
  assert.equal(hello.serverName, 'gw.example.com');
  assert.ok(hello.ciphers.includes(0x1301) && hello.ciphers.includes(0xc02b));
  assert.deepEqual([...hello.keyShares.keys()], [0x001d]);
  assert.deepEqual(hello.groups, [0x001d, 0x0017]);
  assert.deepEqual(
    hello.ciphers.flatMap((code) => worthlessSuite(code) ?? []),
    [],
  );
});

test('a hello without supported_versions offers every version up to the one that it names', () => {
  const minimal = Buffer.concat([Buffer.from('0302', 'hex'), Buffer.alloc(33), Buffer.from('0002c0130100', 'hex')]);
  assert.deepEqual(parseClientHello(minimal).versions, [versions.tls11, versions.tls10, versions.ssl3]);
});

test('a hello that is cut anywhere, or goes on after its end, is refused', () => {
  // Before the extensions a hello may end: those of SSL 3.0 had none.
  const extensionsAt = real.length - 2 - lengthOfExtensions();
  for (let end = 0; end < real.length; end++) {
    if (end === extensionsAt) continue;
    assert.throws(() => parseClientHello(real.subarray(0, end)), MalformedTls, `${end} bytes`);
  }
  assert.throws(() => parseClientHello(Buffer.concat([real, Buffer.alloc(1)])), MalformedTls);
});

function lengthOfExtensions(): number {
  const afterSession = 35 + (real[34] ?? 0);
  const afterSuites = afterSession + 2 + real.readUInt16BE(afterSession);
  return real.readUInt16BE(afterSuites + 1 + (real[afterSuites] ?? 0));
}

test('whatever bytes come, nothing but MalformedTls is thrown', () => {
  const anyHello = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc
      .array(fc.tuple(fc.nat({ max: 2000 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 8 })
      .map((changes) =>
        changes.reduce(
          (bytes, [at, value]) => bytes.fill(value, at % bytes.length, (at % bytes.length) + 1),
          Buffer.from(real),
        ),
      ),
  );
  fc.assert(
    fc.property(anyHello, (bytes) => {
      try {
        parseClientHello(bytes);
      } catch (error) {
        assert.ok(error instanceof MalformedTls, String(error));
      }
    }),
    { seed, numRuns: 2000 },
  );
});

test('an offer is found in the first bytes of a client, however they are cut into records and pieces', () => {
  const message = handshakeMessage(messageTypes.clientHello, real);
  const record = (bytes: Buffer): Buffer => Buffer.concat([number(22, 1), number(0x0301, 2), vector(2, bytes)]);
  const sent = Buffer.concat([
    record(message.subarray(0, 3)),
    record(message.subarray(3, 90)),
    record(message.subarray(90)),
  ]);
  for (const piece of [1, 7, 100, sent.length]) {
    const reader = new OfferReader();
    const told: boolean[] = [];
    for (let at = 0; at < sent.length; at += piece) told.push(reader.takes(sent.subarray(at, at + piece)));
    assert.deepEqual([told.filter(Boolean).length, told.at(-1)], [1, true], `pieces of ${piece}`);
    assert.equal(reader.hello?.serverName, 'gw.example.com');
    assert.equal(reader.takes(sent), false);
  }
});

test('what is no TLS is known at its first byte, and another message than a ClientHello at its own', () => {
  for (const text of ['POST /tep HTTP/1.1', '\x16\x03\x01\x00\x04\x02\x00\x00\x00', '\x15\x03\x01\x00\x02']) {
    const reader = new OfferReader();
    assert.equal(reader.takes(Buffer.from(text, 'latin1')), true, JSON.stringify(text));
    assert.equal(reader.hello, undefined);
  }
  assert.equal(new OfferReader().takes(Buffer.from('160301', 'hex')), false);
});

test('a session that a client wants to go on with is seen: a pre-shared key, a ticket, an id before TLS 1.3', () => {
  const hello = (sessionId: Buffer, ...extensions: readonly Buffer[]): boolean =>
    parseClientHello(
      Buffer.concat([
        number(versions.tls12, 2),
        Buffer.alloc(32),
        vector(1, sessionId),
        vector(2, number(0xc02b, 2)),
        vector(1, number(0, 1)),
        ...(extensions.length > 0 ? [vector(2, ...extensions)] : []),
      ]),
    ).offersSession;
  const tls13 = extension(43, vector(1, number(versions.tls13, 2)));
  assert.equal(parseClientHello(real).offersSession, false);
  assert.equal(hello(Buffer.alloc(0), extension(35)), false, 'an empty ticket asks for one');
  assert.equal(hello(Buffer.alloc(0), extension(35, Buffer.alloc(100))), true);
  assert.equal(hello(Buffer.alloc(32)), true);
  assert.equal(hello(Buffer.alloc(32), tls13), false, 'beside TLS 1.3 an id says nothing');
  assert.equal(hello(Buffer.alloc(32), tls13, extension(41, Buffer.alloc(40))), true);
});

test('in evidence an offer is legible', () => {
  const { serverName, versions: offered, ciphers } = JSON.parse(JSON.stringify(parseClientHello(real)));
  assert.deepEqual([serverName, offered], ['gw.example.com', ['TLSv1.3', 'TLSv1.2']]);
  assert.ok(ciphers.includes('0x1301'));
});

test('suites that are no security are known by their number', () => {
  assert.match(worthlessSuite(0xc018) ?? '', /anonymous/);
  assert.match(worthlessSuite(0x003b) ?? '', /NULL/);
  assert.equal(worthlessSuite(0x1301), undefined);
  assert.equal(worthlessSuite(0x00ff), undefined);
});
