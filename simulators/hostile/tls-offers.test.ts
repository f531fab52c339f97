import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { createThirdPartyCa } from '../third-party-ca.ts';
import { offerTls, tlsOffers } from './tls-offers.ts';

const ca = await createThirdPartyCa({ profile: 'modern' });
const { chainPem, keyPem } = await ca.issueServer({ host: 'localhost' });

async function serve(context: { after(fn: () => void): void }, options: TlsOptions): Promise<string> {
  const server = createTlsServer({ cert: chainPem, key: keyPem, ...options }).on('tlsClientError', () => {});
  await once(server.listen(0, '127.0.0.1'), 'listening');
  context.after(() => void server.close());
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/tep`;
}

test('an honest offer is agreed to, with its version and cipher', async (t) => {
  const reply = await offerTls(await serve(t, {}), tlsOffers.honest);
  assert.ok(reply.kind === 'agreed' && reply.version === 'TLSv1.2', JSON.stringify(reply));
  assert.ok(tlsOffers.honest.ciphers.some((cipher) => cipher === reply.cipher));
});

for (const [id, weak] of [
  ['anonymous', { ciphers: 'ALL:aNULL@SECLEVEL=0' }],
  ['no-encryption', { ciphers: 'ALL:eNULL@SECLEVEL=0' }],
  ['tls-1.0', { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }],
  ['tls-1.1', { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }],
] as const) {
  test(`“${id}” is turned down by a server of today, and agreed to by one that allows it`, async (t) => {
    assert.equal((await offerTls(await serve(t, { minVersion: 'TLSv1.2' }), tlsOffers[id])).kind, 'alert');
    const reply = await offerTls(await serve(t, weak), tlsOffers[id]);
    assert.equal(reply.kind, 'agreed', JSON.stringify(reply));
  });
}

test('“ssl-3” and “export” are turned down by whatever server there is', async (t) => {
  const url = await serve(t, { minVersion: 'TLSv1', ciphers: 'ALL:aNULL:eNULL@SECLEVEL=0' });
  for (const id of ['ssl-3', 'export'] as const) assert.equal((await offerTls(url, tlsOffers[id])).kind, 'alert');
});

test('silence is told from an end of the connection', async (t) => {
  const silent = createServer((socket) => socket.on('error', () => {}));
  const closing = createServer((socket) => socket.end());
  for (const server of [silent, closing]) {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    t.after(() => void server.close());
  }
  const urlOf = (server: typeof silent) => `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  assert.deepEqual(await offerTls(urlOf(silent), tlsOffers.honest, 0.1), { kind: 'silence' });
  assert.deepEqual(await offerTls(urlOf(closing), tlsOffers.honest), { kind: 'closed' });
});
