import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { ManualClock } from '#protocol/clock.ts';
import { MusterError } from '#protocol/errors.ts';
import type { HttpAnswer, HttpRequest } from '#protocol/http.ts';
import { close, createHttpServer, defaultHttpServerOptions, listen } from '#protocol/http-server.ts';
import type { AuthorizationResponse, Destination } from '#protocol/osp/authorization.ts';
import { decodeMessage, encodeMessage, type OspMessage } from '#protocol/osp/message.ts';
import { generateKeyPair, spkiOf } from '#protocol/pki/keys.ts';
import { tlsOptions } from '#protocol/tls.ts';
import { createThirdPartyCa } from '../third-party-ca.ts';
import { callChecks } from './call-checks.ts';
import type { callQuirks } from './call-quirks.ts';
import { MemoryStore } from './device-store.ts';
import { Gateway } from './gateway.ts';
import type { CheckOutcome } from './observer.ts';
import { findPersona, honest as honestPersona } from './personas.ts';
import { createAuthorityOf } from './scripted-clearinghouse.ts';

const thirdParty = await createThirdPartyCa({ profile: 'modern' });
const authority = await createAuthorityOf('modern', 'Test Clearinghouse CA');
const key = await generateKeyPair('p256');
const subject = [{ type: 'CN' as const, value: 'gw.example.com' }];
const period = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 3_600_000) };
const { der: certificate } = authority.issue({ ...period, subject, spki: spkiOf(key.publicKey) });

/** The honest answer to a message, and what a test makes of it. */
type Script = (honest: OspMessage, request: HttpRequest) => OspMessage | HttpAnswer;
const honestly: Script = (honest) => honest;
let script = honestly;
const received: HttpRequest[] = [];

function honestAnswer({ messageId, random, components }: OspMessage, clock: ManualClock): OspMessage {
  const about = (componentId: string) => ({ componentId, timestamp: clock.now() });
  const answers = components.map((component) => {
    if (component.kind === 'UsageIndication') {
      const status = { code: 201, description: 'taken' };
      return { kind: 'UsageConfirmation', ...about(component.componentId), status } as const;
    }
    assert.ok(component.kind === 'AuthorizationRequest');
    const { callIds, calledNumber } = component;
    const [validAfter, validUntil] = [-60_000, 300_000].map((ms) => new Date(clock.now().getTime() + ms));
    const destinations = ['[10.0.0.1]', '[b.example.com]:1720'].flatMap((signalAddress, i) => {
      const callId = callIds[i];
      const token = Buffer.from('token');
      return callId && validAfter && validUntil
        ? [{ callId, calledNumber, signalAddress, token, validAfter, validUntil, amount: 60 }]
        : [];
    });
    const status = { code: 200, description: 'success' };
    return {
      kind: 'AuthorizationResponse',
      ...about(component.componentId),
      status,
      transactionId: '77',
      destinations,
    } as const;
  });
  return { messageId, ...(random === undefined ? {} : { random }), components: answers };
}

const { chainPem, keyPem } = await thirdParty.issueServer({ host: '127.0.0.1' });
const clock = new ManualClock(new Date());
const respond = async (request: HttpRequest): Promise<HttpAnswer> => {
  received.push(request);
  const asked = /^</.test(Buffer.from(request.body).toString()) ? decoded(request.body) : undefined;
  const answer = script(asked ? honestAnswer(asked, clock) : { messageId: '0', components: [] }, request);
  if ('headers' in answer) return answer;
  const body = encodeMessage(answer);
  return { status: 200, headers: { 'content-length': String(body.length) }, body };
};
const decoded = (body: Uint8Array): OspMessage | undefined => {
  try {
    return decodeMessage(body);
  } catch {
    return undefined;
  }
};
const server = createHttpServer(respond, defaultHttpServerOptions, {
  ...tlsOptions(thirdParty.profile),
  cert: chainPem,
  key: keyPem,
  requestCert: true,
  rejectUnauthorized: false,
  ca: [],
});
const port = await listen(server, 0, '127.0.0.1');
after(() => close(server));
beforeEach(() => {
  script = honestly;
  received.length = 0;
});

async function device(id = 'honest', { enrolled = true, host = '127.0.0.1' } = {}) {
  const store = new MemoryStore();
  if (enrolled) await store.writeIdentity({ key, certificate, caCertificate: authority.certificate.der });
  const checks: CheckOutcome[] = [];
  const observer = { step: () => {}, wire: () => {}, check: (one: CheckOutcome) => void checks.push(one) };
  const gateway = new Gateway(
    {
      httpUrl: `http://${host}:1/tep`,
      tlsUrl: `https://${host}:${port}/tep`,
      anchorsPem: thirdParty.anchorPem,
      deviceName: 'gw.example.com',
      device: '7',
      customer: '8',
      username: 'user',
      password: 'word',
      profile: 'modern',
      caCertificateVia: 'tls',
      pollIntervalSeconds: 1,
      maximumPolls: 0,
      timeoutSeconds: 2,
      renewBeforeSeconds: 0,
      clockSkewSeconds: 1,
    },
    { store, clock, observer, persona: findPersona(id) ?? honestPersona },
  );
  return { gateway, checks };
}

const wishes = { calledNumber: '14045550100', callingNumber: '14048724799' };
const asked = (at = 0) => decodeMessage(received[at]?.body ?? new Uint8Array()).components[0];

async function authorized(gateway: Gateway) {
  const outcome = await gateway.call(wishes);
  assert.ok(outcome.kind === 'authorized', JSON.stringify(outcome));
  return outcome.call;
}

describe('an enrolled gateway', () => {
  test('asks where a call may go, showing its certificate, and learns the destinations in their order', async () => {
    const { gateway, checks } = await device();
    const { transactionId, destinations } = await authorized(gateway);
    assert.deepEqual(
      [transactionId, destinations.map(({ signalAddress }) => signalAddress)],
      ['77', ['[10.0.0.1]', '[b.example.com]:1720']],
    );
    const [request] = received;
    assert.deepEqual(
      [request?.path, request?.method, request?.headers['content-type']],
      ['/osp', 'POST', 'text/plain'],
    );
    assert.deepEqual(request?.peerCertificate && Buffer.compare(request.peerCertificate, certificate), 0);
    const component = asked();
    assert.ok(component?.kind === 'AuthorizationRequest');
    assert.deepEqual(
      [component.calledNumber, component.sourceInfo?.value, component.callIds.length, component.customerId],
      ['14045550100', '14048724799', 5, '8'],
    );
    assert.ok(
      ['anchor', 'name', 'dates', 'call.answer', 'call.validity'].every((id) =>
        checks.some((one) => one.id === id && one.ok),
      ),
    );
    assert.ok(!Buffer.from(request?.body ?? []).includes('word'));
  });

  test('reports what became of it, under the same transaction and call', async () => {
    const { gateway } = await device();
    const call = await authorized(gateway);
    const [first] = call.destinations;
    assert.ok(first);
    assert.deepEqual(await gateway.report(call, first, { amount: 12, terminationCause: 16 }), { kind: 'reported' });
    const usage = asked(1);
    assert.ok(usage?.kind === 'UsageIndication');
    assert.deepEqual(
      [usage.transactionId, usage.role, usage.detail],
      ['77', 'source', { amount: 12, terminationCause: 16 }],
    );
    assert.deepEqual(
      [Buffer.from(usage.callId), usage.destinationAlternates],
      [Buffer.from(first.callId), [{ type: 'transport', value: '[10.0.0.1]' }]],
    );
  });

  test('sends the same bytes again when the answer was lost', async () => {
    const { gateway } = await device();
    script = (honest) =>
      received.length > 1 ? honest : { status: 200, headers: { 'content-length': '99' }, body: Buffer.from('<') };
    await authorized(gateway);
    assert.equal(received.length, 2);
    assert.deepEqual(received[0]?.body, received[1]?.body);
  });

  test('is told that it may not, in whatever way the server says so', async () => {
    const { gateway } = await device();
    const status = { code: 401, description: 'the device is disabled' };
    script = ({ messageId, random = '', components: [first] }) => {
      assert.ok(first?.kind === 'AuthorizationResponse');
      const { componentId, timestamp } = first;
      return {
        messageId,
        random,
        components: [{ kind: first.kind, componentId, timestamp, status, destinations: [] }],
      };
    };
    const told = { kind: 'call-refused', status: 401, description: 'the device is disabled' };
    assert.deepEqual(await gateway.call(wishes), told);
    script = () => {
      const body = encodeMessage({ messageId: '0', components: [{ kind: 'Status', status }] });
      return { status: 400, headers: { 'content-length': String(body.length) }, body };
    };
    assert.deepEqual(await gateway.call(wishes), told);
  });

  test('gets no answer: unreachable, and nothing is made up', async () => {
    const { gateway } = await device();
    script = () => ({ status: 500, headers: { 'content-length': '0' }, body: new Uint8Array() });
    assert.equal((await gateway.call(wishes)).kind, 'unreachable');
    script = () => ({ status: 200, headers: { 'content-length': '2' }, body: Buffer.from('ok') });
    const outcome = await gateway.call(wishes);
    assert.ok(outcome.kind === 'refused-server' && outcome.check === 'answer');
  });

  test('verifies the server as always: to another one it says nothing', async () => {
    const { gateway } = await device('honest', { host: 'localhost' });
    const outcome = await gateway.call(wishes);
    assert.ok(outcome.kind === 'refused-server' && outcome.check === 'name');
    assert.equal(received.length, 0);
  });
});

test('a gateway without a certificate cannot call: the caller is told to enroll it first', async () => {
  const { gateway } = await device('honest', { enrolled: false });
  await assert.rejects(gateway.call(wishes), (thrown) => thrown instanceof MusterError && thrown.code === 'not-found');
});

/** What the honest gateway does not take, by the check that says so. */
const lies: Readonly<
  Record<string, (response: AuthorizationResponse) => Partial<AuthorizationResponse & { messageId: string }>>
> = {
  'call.answer': () => ({ componentId: '0' }),
  'call.destinations': ({ destinations: [first] }) => ({
    destinations: [{ ...(first as Destination), callId: Buffer.from('another call') }],
  }),
  'call.grant': () => ({ destinations: [] }),
  'call.validity': ({ destinations: [first] }) => ({
    destinations: [{ ...(first as Destination), validUntil: new Date(clock.now().getTime() - 60_000) }],
  }),
};

for (const { id } of callChecks) {
  test(`an answer that fails ${id} lets no call through`, async () => {
    const { gateway } = await device();
    await authorized(gateway);
    script = (honest) => {
      const [response] = honest.components;
      assert.ok(response?.kind === 'AuthorizationResponse');
      return { ...honest, components: [{ ...response, ...lies[id]?.(response) }] };
    };
    const outcome = await gateway.call(wishes);
    assert.equal(outcome.kind === 'refused-server' && outcome.check, id, JSON.stringify(outcome));
  });
}

/** What one quirk looks like from outside: true for the device that has it, false for the honest one. */
const signs: Readonly<Record<keyof typeof callQuirks, (id: string) => Promise<boolean>>> = {
  'calls-without-identifier': async (id) => {
    await (await device(id)).gateway.call(wishes);
    return !Buffer.from(received[0]?.body ?? []).includes('<CallId');
  },
  'calls-without-number': async (id) => {
    await (await device(id)).gateway.call(wishes);
    return !Buffer.from(received[0]?.body ?? []).includes(wishes.calledNumber);
  },
  'calls-anonymously': async (id) => {
    await (await device(id)).gateway.call(wishes);
    return received[0]?.peerCertificate === undefined;
  },
  'calls-at-tep': async (id) => {
    await (await device(id)).gateway.call(wishes);
    return received[0]?.path === '/tep';
  },
  'calls-anybody': async (id) => {
    await (await device(id, { host: 'localhost' })).gateway.call(wishes);
    return received.length > 0;
  },
  'forgets-transaction': async (id) => {
    const { gateway } = await device(id);
    const call = await authorized(gateway);
    await gateway.report(call, call.destinations[0] as Destination, { amount: 1 });
    const usage = asked(1);
    return usage?.kind === 'UsageIndication' && usage.transactionId !== '77';
  },
};

for (const [id, sign] of Object.entries(signs)) {
  test(`${id}: tells itself from the honest device`, async () => {
    assert.equal(await sign('honest'), false);
    received.length = 0;
    assert.ok(findPersona(id));
    assert.equal(await sign(id), true);
  });
}
