import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, describe, test } from 'node:test';
import type { ConnectionOptions } from 'node:tls';
import { promisify } from 'node:util';
import { decodeAnswer } from '#protocol/messages/answers.ts';
import { recordedBody } from '#protocol/messages/recorded-body.ts';
import { encodeRequest } from '#protocol/messages/requests.ts';
import { decodeMessage, encodeMessage } from '#protocol/osp/message.ts';
import { createAuthority } from '#protocol/pki/authority.ts';
import { generateKeyPair, type KeyKind, privateKeyPem, spkiOf } from '#protocol/pki/keys.ts';
import { toPem } from '#protocol/pki/pem.ts';
import { type ProfileId, profiles } from '#protocol/pki/profiles.ts';
import { tlsOptions } from '#protocol/tls.ts';
import { exchangeOnce, postBytes, type RawAnswer } from '../http/raw-connection.ts';
import { callConfiguration, callRequest, type EnrolledDevice, enrolled } from '../sample-calls.ts';
import { createSampleServer, enrollmentOf, fleet } from '../sample-server.ts';
import type { ReferenceServer } from '../server.ts';

const opened: ReferenceServer[] = [];
after(() => Promise.all(opened.map((server) => server.stop())));

async function open(profile: ProfileId, text = callConfiguration): Promise<ReferenceServer> {
  const { server } = await createSampleServer({ profile, configuration: { text, fileName: 'calls.conf' } });
  await server.start();
  opened.push(server);
  return server;
}

const server = await open('modern');
const device = await enrolled(server, fleet.gateway);
const { http, tls } = server.urls;
const body = encodeMessage({ messageId: '7', random: '8', components: [callRequest] });

/** How a device shows its certificate. */
function showing({ key, certificate }: EnrolledDevice, profile: ProfileId = 'modern'): ConnectionOptions {
  return { ...tlsOptions(profiles[profile]), cert: toPem('CERTIFICATE', certificate), key: privateKeyPem(key) };
}

const statusOf = ({ body: answered }: RawAnswer) => {
  const [component] = decodeMessage(Buffer.from(answered, 'latin1')).components;
  return component && 'status' in component ? component.status.code : undefined;
};
const call = (url: string, as?: ConnectionOptions, ...lines: readonly string[]) =>
  exchangeOnce(url, postBytes(body, '/osp', ...lines), as);

describe('over TLS, with the certificate that it enrolled for, a device', () => {
  for (const profile of ['modern', 'legacy'] as const) {
    for (const version of [undefined, 'TLSv1.2'] as const) {
      test(`of ${profile} calls, with ${version ?? 'any TLS'}`, async () => {
        const its = profile === 'modern' ? server : await open(profile);
        const as = showing(await enrolled(its, fleet.gateway), profile);
        const answer = await call(its.urls.tls, { ...as, ...(version ? { maxVersion: version } : {}) });
        assert.deepEqual([answer.status, statusOf(answer)], [200, 200]);
        const { messageId, random } = decodeMessage(Buffer.from(answer.body, 'latin1'));
        assert.deepEqual([messageId, random], ['7', '8']);
      });
    }
  }

  test('of legacy calls over TLS 1.0', async () => {
    const its = await open('legacy');
    const as = showing(await enrolled(its, fleet.gateway), 'legacy');
    assert.equal(statusOf(await call(its.urls.tls, { ...as, maxVersion: 'TLSv1' })), 200);
  });
});

describe('whatever certificate it shows, or none, a device', () => {
  const strange = async (profile: ProfileId, kind: KeyKind, signature: 'ecdsa-sha256' | 'rsa-sha256' | 'rsa-md5') => {
    const key = await generateKeyPair(kind);
    const period = { notBefore: new Date('2001-01-01'), notAfter: new Date('2002-01-01') };
    const subject = [{ type: 'CN' as const, value: 'nobody.example.com' }];
    const authority = createAuthority({ ...period, subject, key, signature });
    const certificate = authority.issue({ ...period, subject, spki: spkiOf(key.publicKey) }).der;
    return showing({ key, certificate }, profile);
  };
  const none = async (): Promise<ConnectionOptions> => ({});
  for (const [what, profile, certificate] of [
    ['none', 'modern', none],
    ['an expired one of another CA', 'modern', () => strange('modern', 'p256', 'ecdsa-sha256')],
    ['a long one of another CA', 'modern', () => strange('modern', 'rsa3072', 'rsa-sha256')],
    ['one of RSA 1024 and MD5, of another CA', 'modern', () => strange('legacy', 'rsa1024', 'rsa-md5')],
    ['none', 'legacy', async () => tlsOptions(profiles.legacy)],
    ['one of RSA 1024 and MD5, of another CA', 'legacy', () => strange('legacy', 'rsa1024', 'rsa-md5')],
  ] as const) {
    test(`enrolls, and may not call: ${what}, in ${profile}`, async () => {
      const its = profile === 'modern' ? server : await open(profile);
      const as = await certificate();
      const request = encodeRequest(await enrollmentOf(fleet.sibling, { profile }));
      const answer = await exchangeOnce(its.urls.tls, postBytes(request), as);
      assert.equal(decodeAnswer('request', Buffer.from(answer.body, 'latin1')).kind, 'issued');
      assert.equal(statusOf(await call(its.urls.tls, as)), what === 'none' ? 401 : 423);
    });
  }

  test('is asked for one without the name of any CA, so that no client leaves its own at home', async () => {
    const { port } = new URL(tls);
    const asked = promisify(execFile)('openssl', ['s_client', '-connect', `127.0.0.1:${port}`], { timeout: 10_000 });
    asked.child.stdin?.end();
    const { stdout } = await asked;
    assert.match(stdout, /^No client certificate CA names sent$/m);
    assert.match(stdout, /^Requested Signature Algorithms: /m);
  });
});

describe('at the door', () => {
  test('the deployed client is answered: its body as it was recorded', async () => {
    const answer = await exchangeOnce(tls, postBytes(recordedBody('authorization-request'), '/osp'), showing(device));
    assert.deepEqual([answer.status, statusOf(answer)], [200, 404]);
    const { messageId, random, components } = decodeMessage(Buffer.from(answer.body, 'latin1'));
    assert.deepEqual([messageId, random], ['15246334241', '1524633424']);
    assert.equal(components[0]?.kind === 'AuthorizationResponse' && components[0].componentId, '15246334240');
  });

  test('any content type is taken, and the answer bears it where it is one of XML', async () => {
    for (const [asked, answered] of [
      ['text/plain', 'text/plain'],
      ['text/xml; charset=utf-8', 'text/xml'],
      ['application/xml', 'application/xml'],
      ['application/x-unknown', 'text/plain'],
    ]) {
      const { status, headerLines } = await call(tls, showing(device), `content-type: ${asked}`);
      assert.equal(status, 200);
      assert.ok(headerLines.includes(`content-type: ${answered}`), headerLines.join());
    }
  });

  test('another method is 405, a query 400, another path not found', async () => {
    const get = await exchangeOnce(tls, 'GET /osp HTTP/1.1\r\nHost: localhost\r\n\r\n', showing(device));
    assert.deepEqual([get.status, get.headerLines.includes('allow: POST')], [405, true]);
    assert.equal((await exchangeOnce(tls, postBytes(body, '/osp?x=1'), showing(device))).status, 400);
    assert.equal((await exchangeOnce(tls, postBytes(body, '/osp/'), showing(device))).status, 404);
  });

  test('what is no message is 400 with a status, what is too large 413; an honest call is answered after each', async () => {
    const deep = '<a>'.repeat(10_000);
    for (const [what, bytes, status] of [
      ['nothing', '', 411],
      ['pairs', 'operation=getcacert', 411],
      ['a DOCTYPE', '<!DOCTYPE a [<!ENTITY e "x">]><Message/>', 411],
      ['too deep', deep, 411],
      ['latin-1', Buffer.from('<Message>é</Message>', 'latin1'), 410],
      ['another document', '<Massage/>', 400],
    ] as const) {
      const answer = await exchangeOnce(tls, postBytes(bytes, '/osp'), showing(device));
      assert.deepEqual([what, answer.status, statusOf(answer)], [what, 400, status]);
      assert.equal(statusOf(await call(tls, showing(device))), 200);
    }
    assert.equal((await exchangeOnce(tls, postBytes('<a>'.repeat(30_000), '/osp'), showing(device))).status, 413);
  });

  test('cleartext is served without the ssl line, and with it refused with 403', async () => {
    const { customer: customerId, device: deviceId } = fleet.gateway;
    const known = encodeMessage({ messageId: '1', components: [{ ...callRequest, customerId, deviceId }] });
    assert.equal(statusOf(await exchangeOnce(http, postBytes(known, '/osp'))), 200);
    const strict = await open('modern', callConfiguration.replace('routing', 'ssl enabled\nrouting'));
    const refused = await exchangeOnce(strict.urls.http, postBytes(known, '/osp'));
    assert.deepEqual([refused.status, statusOf(refused)], [403, 425]);
  });
});
