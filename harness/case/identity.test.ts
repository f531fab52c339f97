import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readConfiguration } from '#protocol/config-file/parse.ts';
import { decodeRequest, encodeRequest } from '#protocol/messages/requests.ts';
import { makeIdentity } from './identity.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);
const anyIdentity = fc
  .tuple(fc.nat(), fc.string({ maxLength: 12 }), fc.nat({ max: 5 }))
  .map(([runSeed, caseId, number]) => makeIdentity(runSeed, caseId, number));

test('the same seed, case and number are the same identity; any other is another', () => {
  assert.deepEqual(makeIdentity(5, 'DEV-TLS-001'), makeIdentity(5, 'DEV-TLS-001', 0));
  const identities = [
    makeIdentity(5, 'DEV-TLS-001'),
    makeIdentity(6, 'DEV-TLS-001'),
    makeIdentity(5, 'DEV-TLS-002'),
    makeIdentity(5, 'DEV-TLS-001', 1),
  ];
  for (const name of ['deviceName', 'device', 'customer', 'username', 'password'] as const) {
    assert.equal(new Set(identities.map((identity) => identity[name])).size, identities.length, name);
  }
});

test('every identity can be carried by the protocol and named by a configuration file', () => {
  fc.assert(
    fc.property(anyIdentity, ({ deviceName, ...credentials }) => {
      const message = { operation: 'request', nonce: Buffer.from('n'), pkcs10: Buffer.from([48, 0]), ...credentials };
      const decoded = decodeRequest(encodeRequest({ ...message, operation: 'request' }));
      assert.ok(decoded.operation !== 'getcacert');
      const { username, password, device, customer } = decoded;
      assert.deepEqual({ username, password, device, customer }, credentials);
      assert.match(deviceName, /^[a-z0-9-]+\.example\.com$/);
      const { configuration } = readConfiguration(`group g\ndevice ${deviceName} g enabled\n`, 'x.conf');
      assert.ok(configuration.devices.has(deviceName));
    }),
    { seed },
  );
});

test('a password says that it is a canary, has 96 random bits, and stands in no other part of its identity', () => {
  fc.assert(
    fc.property(anyIdentity, ({ password, ...others }) => {
      assert.match(password, /^canary-[0-9a-f]{24}$/);
      assert.ok(!JSON.stringify(others).includes(password.slice('canary-'.length)));
    }),
    { seed },
  );
});
