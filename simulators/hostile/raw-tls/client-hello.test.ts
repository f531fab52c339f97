import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { before, test } from 'node:test';
import { connect } from 'node:tls';
import fc from 'fast-check';
import { MalformedTls } from './bytes.ts';
import { worthlessSuite } from './cipher-suites.ts';
import { parseClientHello } from './client-hello.ts';
import { versions } from './numbers.ts';

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
