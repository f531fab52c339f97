import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { before, test } from 'node:test';
import { connect as connectTls, createServer as createTlsServer, type SecureVersion } from 'node:tls';
import { fromPem, toPem } from '#protocol/pki/pem.ts';
import { createThirdPartyCa } from '../../third-party-ca.ts';
import { agreedGroup, groupName } from './server-choice.ts';

let identity: { cert: string; key: string };

before(async () => {
  const ca = await createThirdPartyCa({ profile: 'modern' });
  const { chainPem, keyPem } = await ca.issueServer({ host: 'localhost' });
  identity = { cert: toPem('CERTIFICATE', fromPem(chainPem, 'CERTIFICATE')[0] ?? new Uint8Array()), key: keyPem };
});

/** What a server of node's own sends in a handshake, as it goes over the wire. */
async function sentBy(version: SecureVersion, ecdhCurve: string): Promise<Buffer> {
  const server = createTlsServer({
    ...identity,
    minVersion: version,
    maxVersion: version,
    ecdhCurve: `${ecdhCurve}:P-256`,
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const sent: Buffer[] = [];
  const sockets: Socket[] = [];
  const middle = createServer((client) => {
    const upward = connect((server.address() as AddressInfo).port, '127.0.0.1');
    upward.on('data', (bytes) => sent.push(bytes));
    client.pipe(upward).pipe(client);
    sockets.push(client, upward);
    for (const socket of [client, upward]) socket.on('error', () => {});
  });
  await once(middle.listen(0, '127.0.0.1'), 'listening');
  const { port } = middle.address() as AddressInfo;
  // The client offers a key of its first group alone: for another one the server first asks again.
  const device = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ecdhCurve: 'X25519:P-384:P-256' });
  await once(device, 'secureConnect').finally(() => {
    for (const socket of [device, ...sockets]) socket.destroy();
    middle.close();
    server.close();
  });
  return Buffer.concat(sent);
}

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  for (const [curve, name] of [
    ['X25519', 'X25519'],
    ['P-384', 'P-384'],
  ] as const) {
    test(`the group of a key agreement, ${version}, ${name}`, async () => {
      const group = agreedGroup(await sentBy(version, curve));
      assert.equal(group === undefined ? undefined : groupName(group), name);
    });
  }
}

test('bytes that are no handshake name no group, whatever they are', () => {
  for (const bytes of [[], [21, 3, 3, 0, 2, 2, 40], [22, 3, 3, 0, 4, 2, 0, 0, 0], [22, 3, 3, 0, 5, 12, 0, 0, 1, 3]]) {
    assert.equal(agreedGroup(Uint8Array.from(bytes)), undefined);
  }
  assert.equal(groupName(0x1234), 'group 0x1234');
});
