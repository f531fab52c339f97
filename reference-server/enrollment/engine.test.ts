import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { systemClock } from '#protocol/clock.ts';
import { MusterError } from '#protocol/errors.ts';
import type { Answer } from '#protocol/messages/answers.ts';
import type { EnrollmentMessage } from '#protocol/messages/requests.ts';
import { parseCertificate } from '#protocol/pki/certificate.ts';
import { generateKeyPair, sameKey } from '#protocol/pki/keys.ts';
import { parsePkcs10 } from '#protocol/pki/pkcs10.ts';
import { Credentials } from '../accounts.ts';
import { MemoryPlace } from '../configuration/memory-place.ts';
import { honest } from '../flaw.ts';
import {
  createSampleServer,
  enrollmentOf,
  fleet,
  fleetAccounts,
  fleetConfiguration,
  type MessageWishes,
  type SampleDevice,
} from '../sample-server.ts';
import type { ServerOptions } from '../settings.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { Engine } from './engine.ts';

const [key, otherKey] = [await generateKeyPair('p256'), await generateKeyPair('p256')];

/** A server, and what a device and an administrator do with it. */
async function bench(options: Partial<ServerOptions> = {}) {
  const { server, clock, events } = await createSampleServer(options);
  const { engine, authority } = server;
  const send = (message: EnrollmentMessage, operation = message.operation): Promise<Answer> =>
    engine.answer({ ...message, operation }, '192.0.2.1:5');
  const retrieve = (message: EnrollmentMessage) => send(message, 'retrieve');
  const request = async (wishes: MessageWishes = {}, device: SampleDevice = fleet.gateway) => {
    const message = await enrollmentOf(device, { key, ...wishes });
    return { message, answer: await send(message) };
  };
  const pendingId = async (): Promise<string> => (await engine.list('pending'))[0]?.id ?? 'none';
  const approve = async () => engine.decide(await pendingId(), { kind: 'approve' });
  const certificatesIssued = () => events.filter(({ event }) => event === 'issued').length;
  return { server, engine, authority, clock, events, send, retrieve, request, pendingId, approve, certificatesIssued };
}

const manual = { approval: 'manual' } as const;

function statusOf(answer: Answer): number {
  return answer.kind === 'refused' ? answer.status : answer.kind === 'pending' ? 1 : 0;
}

function certificateOf(answer: Answer) {
  assert.ok(answer.kind === 'issued', JSON.stringify(answer));
  return parseCertificate(answer.certificate);
}

const late = (error: unknown): boolean => error instanceof MusterError && error.code === 'settings-invalid';
const unknown = (error: unknown): boolean => error instanceof MusterError && error.code === 'not-found';

test('getcacert gives the CA certificate, and no nonce unless a challenge is asked for', async () => {
  const { engine, authority, events } = await bench();
  const answer = await engine.answer({ operation: 'getcacert' }, 'here');
  assert.deepEqual(answer, { kind: 'cacert', certificate: authority.certificate.der });
  assert.deepEqual(events, [{ event: 'getcacert', from: 'here' }]);
});

describe('automatic approval', () => {
  test('a request is answered with a certificate for the key of its PKCS#10', async () => {
    const { request, authority } = await bench();
    const { answer } = await request();
    const certificate = certificateOf(answer);
    assert.ok(sameKey(certificate.publicKey, key.publicKey));
    assert.equal(certificate.issuerText, authority.certificate.subjectText);
  });

  test('the same request again, and a retrieve, get the same bytes', async () => {
    const { request, send, retrieve, certificatesIssued } = await bench();
    const { message, answer } = await request();
    assert.deepEqual(await send(message), answer);
    assert.deepEqual(await retrieve(message), answer);
    assert.equal(certificatesIssued(), 1);
  });

  test('fifty identical requests and a hundred retrieves at once lead to one certificate', async () => {
    const { send, retrieve, certificatesIssued } = await bench();
    const message = await enrollmentOf(fleet.gateway, { key });
    const first = await Promise.all(Array.from({ length: 50 }, () => send(message)));
    const then = await Promise.all(Array.from({ length: 100 }, () => retrieve(message)));
    assert.equal(new Set([...first, ...then].map((answer) => certificateOf(answer).serialNumber)).size, 1);
    assert.equal(certificatesIssued(), 1);
  });

  test('two PKCS#10s of one device at once: each answer bears the key that was asked with, each is certified once', async () => {
    const { send, certificatesIssued } = await bench();
    const messages = [
      await enrollmentOf(fleet.gateway, { key }),
      await enrollmentOf(fleet.gateway, { key: otherKey }),
    ] as const;
    const order = Array.from({ length: 40 }, (_, i) => messages[i % 2 === 0 ? 0 : 1]);
    const answers = await Promise.all(order.map((message) => send(message)));
    for (const [index, answer] of answers.entries()) {
      if (answer.kind !== 'issued') assert.equal(statusOf(answer), 10);
      else {
        const asked = parsePkcs10(order[index]?.pkcs10 ?? new Uint8Array());
        assert.ok(sameKey(certificateOf(answer).publicKey, asked.publicKey));
      }
    }
    assert.equal(certificatesIssued(), 2);
  });

  test('each device gets a serial number of its own, positive and of at least 64 bits', async () => {
    const { send } = await bench();
    const messages = await Promise.all(
      [fleet.gateway, fleet.sibling, fleet.stranger, fleet.address].map((device) => enrollmentOf(device)),
    );
    const answers = await Promise.all(messages.map((message) => send(message)));
    const serials = answers.map((answer) => certificateOf(answer).serialNumber);
    assert.equal(new Set(serials).size, serials.length);
    for (const serial of serials) assert.match(serial, /^[0-7][0-9a-fA-F]{15,39}$/);
  });
});

describe('manual approval', () => {
  test('pending until the administrator approves, then the certificate', async () => {
    const { request, send, retrieve, approve, events } = await bench(manual);
    const { message, answer } = await request();
    assert.deepEqual(answer, { kind: 'pending' });
    assert.deepEqual(await send(message), { kind: 'pending' });
    assert.deepEqual(await retrieve(message), { kind: 'pending' });
    assert.equal((await approve()).state, 'issued');
    const certificate = certificateOf(await retrieve(message));
    assert.ok(sameKey(certificate.publicKey, key.publicKey));
    assert.deepEqual(
      events.map(({ event }) => event),
      ['pending', 'pending', 'pending', 'issued', 'approved', 'handed-over'],
    );
  });

  test('a rejected request is refused with 8, and a new one may follow', async () => {
    const { request, retrieve, engine, pendingId, approve, events } = await bench(manual);
    const { message } = await request();
    const decided = await engine.decide(await pendingId(), { kind: 'reject', reason: 'unknown box' });
    assert.deepEqual([decided.state, decided.reason], ['rejected', 'unknown box']);
    assert.equal(statusOf(await retrieve(message)), 8);
    assert.equal(events.at(-1)?.event, 'refused');
    const { message: second, answer } = await request({ key: otherKey });
    assert.equal(statusOf(answer), 1);
    await approve();
    assert.equal(statusOf(await retrieve(second)), 0);
    assert.equal(statusOf(await retrieve(message)), 9);
  });

  test('a decision is taken once; one on something unknown is told so', async () => {
    const { request, engine, approve, pendingId } = await bench(manual);
    await request();
    await assert.rejects(engine.decide('no such id', { kind: 'approve' }), unknown);
    const id = await pendingId();
    await approve();
    await assert.rejects(engine.decide(id, { kind: 'approve' }), late);
    await assert.rejects(engine.decide(id, { kind: 'reject', reason: '' }), late);
  });

  test('of ten approvals at once one counts, and one certificate comes of them', async () => {
    const { request, engine, pendingId, certificatesIssued } = await bench(manual);
    await request();
    const id = await pendingId();
    const taken = await Promise.allSettled(Array.from({ length: 10 }, () => engine.decide(id, { kind: 'approve' })));
    assert.equal(taken.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.equal(certificatesIssued(), 1);
  });

  test('a new PKCS#10 takes the place of one that waits; the old one is known no more', async () => {
    const { request, retrieve, engine, pendingId, approve } = await bench(manual);
    const { message: first } = await request();
    const firstId = await pendingId();
    const { message: second } = await request({ key: otherKey });
    assert.notEqual(await pendingId(), firstId);
    assert.equal((await engine.list()).length, 1);
    await assert.rejects(engine.decide(firstId, { kind: 'approve' }), unknown);
    await approve();
    assert.equal(statusOf(await retrieve(first)), 9);
    assert.ok(sameKey(certificateOf(await retrieve(second)).publicKey, otherKey.publicKey));
  });

  test('an approval that meets a replacement in the same moment certifies nothing that nobody looked at', async () => {
    const { server } = await createSampleServer(manual);
    let meanwhile = async (): Promise<void> => {};
    const store = new (class extends MemoryStore {
      override async find(id: string) {
        const found = await super.find(id);
        await meanwhile();
        return found;
      }
    })();
    const credentials = new Credentials(server.settings.accounts);
    const engine = new Engine({
      settings: server.settings,
      authority: () => server.authority,
      enrolled: () => {},
      places: server.places,
      store,
      clock: systemClock,
      audit: () => {},
      flawFor: () => honest,
      configuration: () => server.configuration,
      credentials: () => credentials,
      approvalOf: async () => undefined,
    });
    await engine.answer(await enrollmentOf(fleet.gateway, { key }), 'here');
    const [waiting] = await engine.list();
    meanwhile = async () => {
      await engine.answer(await enrollmentOf(fleet.gateway, { key: otherKey }), 'here');
    };
    await assert.rejects(engine.decide(waiting?.id ?? '', { kind: 'approve' }), late);
    assert.deepEqual(
      (await engine.list()).map(({ state }) => state),
      ['pending'],
    );
  });

  test('no approval counts for a device that was disabled or removed meanwhile; enabled again, it does', async () => {
    const texts = [
      fleetConfiguration.replace('GW1.example.com north enabled', 'GW1.example.com north disabled'),
      'enroll enabled',
      fleetConfiguration,
    ];
    assert.notEqual(texts[0], fleetConfiguration);
    const accounts = await fleetAccounts();
    const place = new MemoryPlace({ text: fleetConfiguration, fileName: 'x.conf', accounts });
    const { server } = await createSampleServer(manual, { place });
    const reload = async () => {
      place.put(texts.shift() ?? '');
      await server.reload();
    };
    await server.engine.answer(await enrollmentOf(fleet.gateway, { key }), '192.0.2.1:5');
    const [waiting] = await server.engine.list('pending');
    const approved = () => server.engine.decide(waiting?.id ?? '', { kind: 'approve' });
    for (const why of ['disabled', 'not defined']) {
      await reload();
      await assert.rejects(approved(), new RegExp(`cannot be approved: .* is ${why} by now`));
    }
    await reload();
    assert.equal((await approved()).state, 'issued');
  });

  test('a request that nobody decides on is forgotten after its time', async () => {
    const { request, send, retrieve, engine, pendingId, clock } = await bench({
      ...manual,
      pendingLifetimeSeconds: 60,
    });
    const { message } = await request();
    const id = await pendingId();
    clock.advance(60);
    assert.equal(statusOf(await retrieve(message)), 1);
    clock.advance(1);
    assert.deepEqual(await engine.list(), []);
    await assert.rejects(engine.decide(id, { kind: 'approve' }), late);
    assert.equal(statusOf(await retrieve(message)), 9);
    assert.equal(statusOf(await send(message)), 1);
  });
});

describe('nonces', () => {
  test('the same nonce with another PKCS#10 is a replay; with a nonce of its own it is not', async () => {
    const { request } = await bench();
    await request({ nonce: 'once' });
    assert.equal(statusOf((await request({ nonce: 'once', key: otherKey })).answer), 10);
    assert.equal(statusOf((await request({ nonce: 'twice', key: otherKey })).answer), 0);
  });

  test('the same nonce from another device is a replay', async () => {
    const { request } = await bench();
    await request({ nonce: 'once' });
    assert.equal(statusOf((await request({ nonce: 'once', key: otherKey }, fleet.sibling)).answer), 10);
  });

  test('a nonce is compared in all of its bytes, NUL too', async () => {
    const { request } = await bench();
    await request({ nonce: 'a\0b' });
    assert.equal(statusOf((await request({ nonce: 'a\0c', key: otherKey })).answer), 0);
  });

  test('a retrieve repeats the nonce; in legacy it may bear another one', async () => {
    for (const [profile, status] of [
      ['modern', 9],
      ['legacy', 0],
    ] as const) {
      const { send, retrieve } = await bench({ profile });
      const message = await enrollmentOf(fleet.gateway, { profile });
      assert.equal(statusOf(await send(message)), 0);
      assert.equal(statusOf(await retrieve(message)), 0);
      assert.equal(statusOf(await retrieve({ ...message, nonce: Uint8Array.of(1) })), status);
    }
  });
});

describe('retrieve', () => {
  test('before any request is refused with 9, as is one with another PKCS#10', async () => {
    const { retrieve, request } = await bench(manual);
    const message = await enrollmentOf(fleet.gateway, { key });
    const before = await retrieve(message);
    assert.equal(statusOf(before), 9);
    const { message: asked } = await request();
    const other = await enrollmentOf(fleet.gateway, { key: otherKey });
    assert.deepEqual(await retrieve({ ...other, nonce: asked.nonce }), before);
    assert.equal(statusOf(await retrieve(asked)), 1);
  });

  test("of another device's request is refused", async () => {
    const { request, retrieve } = await bench();
    const { message } = await request();
    const { device, username, password, customer } = fleet.stranger;
    assert.equal(statusOf(await retrieve({ ...message, device, username, password, customer })), 2);
    assert.equal(statusOf(await retrieve({ ...message, device: fleet.sibling.device })), 2);
  });
});

describe('re-enrollment', () => {
  test('a new key gets a new serial, before the end and after it; the replaced PKCS#10 is spent', async () => {
    const { request, send, clock } = await bench({ validitySeconds: 100 });
    const { message: first, answer } = await request();
    const { message: second, answer: renewed } = await request({ key: otherKey });
    assert.notEqual(certificateOf(renewed).serialNumber, certificateOf(answer).serialNumber);
    assert.equal(statusOf(await send(first)), 10);
    clock.advance(101);
    assert.equal(statusOf(await send(second)), 10);
    const { answer: after } = await request({ key: await generateKeyPair('p256') });
    assert.ok(certificateOf(after).notAfter > certificateOf(renewed).notAfter);
  });

  test('the same key in a new PKCS#10 gets a new certificate', async () => {
    const { request } = await bench();
    const serials = [await request(), await request()].map(({ answer }) => certificateOf(answer).serialNumber);
    assert.equal(new Set(serials).size, 2);
  });

  test('of a disabled device is refused, and its certificate is handed over no more', async () => {
    const { server, request, send } = await bench();
    const { message } = await request();
    assert.equal(statusOf(await send(message)), 0);
    const { text } = server.settings.configuration;
    const { server: disabled } = await createSampleServer({
      configuration: {
        fileName: 'fleet.conf',
        text: text.replace('GW1.example.com north enabled', 'gw1.example.com north disabled'),
      },
    });
    const answer = await disabled.engine.answer({ ...message, operation: 'retrieve' }, 'here');
    assert.equal(statusOf(answer), 7);
  });

  test('a key stays with its device', async () => {
    const { request } = await bench();
    assert.equal(statusOf((await request()).answer), 0);
    assert.equal(statusOf((await request({}, fleet.sibling)).answer), 11);
    assert.equal(statusOf((await request({ key: otherKey }, fleet.sibling)).answer), 0);
  });

  test('a request that was refused leaves its key to whom it belongs', async () => {
    const { request } = await bench();
    assert.equal(statusOf((await request({ commonName: 'gw1.example.com' }, fleet.sibling)).answer), 2);
    assert.equal(statusOf((await request()).answer), 0);
  });
});

describe('challenge', () => {
  const challenge = { proofOfPossession: 'challenge', challengeLifetimeSeconds: 60 } as const;

  async function challenged(options: Partial<ServerOptions> = {}) {
    const made = await bench({ ...challenge, ...options });
    const give = async (): Promise<string> => {
      const answer = await made.engine.answer({ operation: 'getcacert' }, 'here');
      assert.ok(answer.kind === 'cacert' && answer.nonce);
      return Buffer.from(answer.nonce).toString('latin1');
    };
    return { ...made, give };
  }

  test('each getcacert gives another nonce, of at least 64 bits, that a PrintableString can hold', async () => {
    const { give } = await challenged();
    const nonces = await Promise.all(Array.from({ length: 50 }, give));
    assert.equal(new Set(nonces).size, 50);
    for (const nonce of nonces) assert.match(nonce, /^[0-9A-F]{32}$/);
  });

  test('a PKCS#10 that holds the nonce is certified (control)', async () => {
    const { give, request, send } = await challenged();
    const { message, answer } = await request({ challengePassword: await give() });
    assert.equal(statusOf(answer), 0);
    assert.deepEqual(await send(message), answer);
  });

  test('missing, invented, used by another PKCS#10, expired: refused with 5', async () => {
    const { give, request, clock } = await challenged();
    const [used, old] = [await give(), await give()];
    assert.equal(statusOf((await request({ challengePassword: used })).answer), 0);
    assert.equal(statusOf((await request()).answer), 5);
    assert.equal(statusOf((await request({ challengePassword: '0'.repeat(32) })).answer), 5);
    assert.equal(statusOf((await request({ challengePassword: used, key: otherKey })).answer), 5);
    clock.advance(61);
    assert.equal(statusOf((await request({ challengePassword: old })).answer), 5);
  });

  test("another server's nonce is refused", async () => {
    const [here, there] = [await challenged(), await challenged()];
    assert.equal(statusOf((await here.request({ challengePassword: await there.give() })).answer), 5);
    assert.equal(statusOf((await here.request({ challengePassword: await here.give() })).answer), 0);
  });

  test('a device that waits for approval longer than its nonce lives is served, whoever asked meanwhile', async () => {
    const { give, request, retrieve, approve, clock } = await challenged(manual);
    const { message } = await request({ challengePassword: await give() });
    clock.advance(3600);
    await give();
    assert.equal(statusOf(await retrieve(message)), 1);
    await approve();
    assert.equal(statusOf(await retrieve(message)), 0);
  });
});

test('no audit event holds a password', async () => {
  const { request, send, events } = await bench();
  const { message } = await request();
  await send({ ...message, password: 'tr0ub4dor' });
  const text = JSON.stringify(events);
  assert.ok(events.length >= 3);
  assert.ok(!text.includes('tr0ub4dor') && !text.includes(fleet.gateway.password));
});
