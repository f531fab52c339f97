import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HttpRequest } from '#protocol/http.ts';
import { decodeMessage, encodeMessage } from '#protocol/osp/message.ts';
import { parseCertificate } from '#protocol/pki/certificate.ts';
import { generateKeyPair, spkiOf } from '#protocol/pki/keys.ts';
import { callChecks } from './clearinghouse/call-checks.ts';
import type { Caller } from './clearinghouse/call-context.ts';
import { createClearinghouseAuthority } from './enrollment/issuer.ts';
import { type Flaw, honest } from './flaw.ts';
import { callFlaws } from './flaws-of-calls.ts';
import { callConfiguration, callRequest, enrolled, usageReport } from './sample-calls.ts';
import { createSampleServer, fleet } from './sample-server.ts';
import { MemoryStore } from './store/memory-store.ts';

const key = await generateKeyPair('p256');
const nested = '<a>'.repeat(40) + '</a>'.repeat(40);

/** Half of the numbers are small: with them a draw by weight, and one without, come out differently. */
function alternating(): () => number {
  let turn = 0;
  return () => (turn++ % 2 === 0 ? 0.3 : 0.2);
}

const routes = `route south 1... gw1.example.com 1
route north 1... gw.example.org 1
route north "7..." gw.example.org 1 gw2.example.com 9
route north "8..." gw.example.org 0 gw2.example.com 1
`;

/** What a caller sees of a server with this flaw, line by line. */
async function observe(flaw: Flaw): Promise<string[]> {
  const lines: string[] = [];
  const known = callConfiguration.replace(/^(device 192.*)$/m, '$1 enrolled');
  const text = `group first\nroute first "" gw1.example.com 1\n${known}${routes}`;
  const store = new MemoryStore();
  const { server, clock } = await createSampleServer(
    { configuration: { text, fileName: 'calls.conf' }, validitySeconds: 1000 },
    { flaw, store, random: alternating() },
  );
  const { certificate } = await enrolled(server, fleet.gateway);
  const { certificate: others } = await enrolled(server, fleet.sibling);
  const post = async (body: Uint8Array | string, caller: Partial<Caller> = {}): Promise<void> => {
    const base = {
      method: 'POST',
      path: '/osp',
      headers: {},
      body: Buffer.from(body),
      secure: true,
      from: '127.0.0.1:1',
    };
    const request: HttpRequest = { ...base, peerCertificate: certificate, ...caller } as HttpRequest;
    const { status, body: answered } = await server.respond(request);
    const { messageId, components } = decodeMessage(answered);
    const seen = components.map((component) => {
      const places = component.kind === 'AuthorizationResponse' ? component.destinations : [];
      const called = places.map(({ signalAddress, callId }) => `${signalAddress} ${Buffer.from(callId).length}`);
      return [component.kind, 'status' in component && component.status.code, ...called].join(' ');
    });
    lines.push([status, messageId, ...seen].join(', '));
  };
  const call = (differs: object, caller?: Partial<Caller>) =>
    post(encodeMessage({ messageId: '7', components: [{ ...callRequest, ...differs }] }), caller);
  const report = (differs: object, caller?: Partial<Caller>) => {
    const usage = { ...usageReport, ...differs };
    return post(encodeMessage({ messageId: '7', components: [usage, { ...usage, role: 'other' }] }), caller);
  };
  const numbers = { customerId: fleet.gateway.customer, deviceId: fleet.gateway.device };
  const none = { peerCertificate: undefined } as unknown as Partial<Caller>;
  const cleartext = { ...none, secure: false };

  for (const calledNumber of ['1404555', '33', '44', '71', '72', '73', '81', '12']) await call({ calledNumber });
  const { subject, notBefore, notAfter } = parseCertificate(certificate);
  const foreign = await createClearinghouseAuthority(server.settings.profile, clock.now());
  const peerCertificate = foreign.issue({ subject, spki: spkiOf(key.publicKey), notBefore, notAfter }).der;
  for (const caller of [none, { peerCertificate }]) await call(numbers, caller);
  await call({}, cleartext);
  await call({ customerId: '1000', deviceId: fleet.disabled.device }, cleartext);
  await call({ customerId: '1000', deviceId: fleet.address.device }, cleartext);
  await call(numbers, cleartext);
  await call({ customerId: fleet.stranger.customer, deviceId: '1' }, cleartext);
  await report({});
  await report({});
  lines.push(`${(await server.calls.listUsage()).length} records`);
  const [{ transactionId = '' } = {}] = await server.calls.listAuthorizations({ device: 'gw1.example.com' });
  await report({ transactionId }, { peerCertificate: others });
  const good = Buffer.from(encodeMessage({ messageId: '7', components: [callRequest] })).toString();
  await post(good.replace('?>', '?><!DOCTYPE a [<!ENTITY e "7">]>').replace('"7"', '"&e;"'));
  await post(good.replace('<Service/>', `<Service>${nested}</Service>`));
  await post('<no');

  const changed = async (from: RegExp, to: string): Promise<void> => {
    const place = await createSampleServer(
      { configuration: { text: text.replace(from, to), fileName: 'calls.conf' } },
      { flaw, store, authority: server.authority, random: alternating() },
    );
    const body = encodeMessage({ messageId: '7', components: [callRequest, usageReport] });
    const base = { method: 'POST', path: '/osp', headers: {}, body, secure: true, from: '127.0.0.1:1' };
    const { body: answered } = await place.server.respond({ ...base, peerCertificate: certificate });
    lines.push(
      decodeMessage(answered)
        .components.map((one) => ('status' in one ? one.status.code : 0))
        .join(' '),
    );
  };
  for (const [from, to] of [
    [/^routing enabled\n/m, ''],
    [/^cdrs enabled\n/m, ''],
    [/^device GW1.*\n/m, ''],
    [/^(device GW1.*)enabled/m, '$1disabled'],
  ] as const) {
    const its = from.source.includes('GW1.*\\n') ? /^(device GW1.*\n|route \w+ \S+ gw1.*\n)/gm : from;
    await changed(its, to);
  }

  await store.revokeCertificate(parseCertificate(others).serialNumber, 'lost', 1);
  await call({}, { peerCertificate: others });
  clock.advance(1002);
  await call({});
  return lines;
}

const expected = await observe(honest);

test('an honest server looks the same each time (control)', async () => {
  assert.deepEqual(await observe(honest), expected);
});

for (const flaw of callFlaws) {
  test(`${flaw.id} can be seen from outside`, async () => {
    const seen = await observe(flaw);
    assert.ok(seen.join('\n') !== expected.join('\n'), 'nothing differs: let observe() do what shows this flaw');
  });
}

test('every check of a call can be left out', () => {
  const known = new Set<string>(Object.values(callChecks).flatMap((list) => list.map(({ id }) => id)));
  assert.deepEqual(new Set(callFlaws.flatMap(({ omits }) => [...omits])), known);
});
