import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { ManualClock } from '#protocol/clock.ts';
import { parseCertificate } from '#protocol/pki/certificate.ts';
import { spkiOf } from '#protocol/pki/keys.ts';
import { parsePkcs10, verifyProofOfPossession } from '#protocol/pki/pkcs10.ts';
import { MemoryStore } from './device-store.ts';
import { Gateway } from './gateway.ts';
import type { CheckOutcome, StepEvent, WireEvent } from './observer.ts';
import { httpAnswer, startScriptedClearinghouse } from './scripted-clearinghouse.ts';
import type { GatewaySettings } from './settings.ts';

const server = await startScriptedClearinghouse();
const honestScript = server.script;
after(() => server.close());
beforeEach(() => {
  server.script = honestScript;
  server.received.length = 0;
});

class Notes {
  readonly steps: StepEvent[] = [];
  readonly wires: WireEvent[] = [];
  readonly checks: CheckOutcome[] = [];
  step(event: StepEvent): void {
    this.steps.push(event);
  }
  wire(event: WireEvent): void {
    this.wires.push(event);
  }
  check(result: CheckOutcome): void {
    this.checks.push(result);
  }
}

/** `chance`: 0 leaves each rest as long as the device was told. */
function device(changes: Partial<GatewaySettings> = {}, chance = 0) {
  const store = new MemoryStore();
  const clock = new ManualClock(new Date());
  const observer = new Notes();
  const gateway = new Gateway({ ...server.settings, ...changes }, { store, clock, observer, chance: () => chance });
  return { gateway, store, clock, observer };
}

for (const profile of ['modern', 'legacy'] as const) {
  for (const caCertificateVia of ['cleartext', 'tls'] as const) {
    test(`an honest device enrolls in ${profile}, getcacert over ${caCertificateVia}`, async (context) => {
      const other = profile === 'legacy' ? await startScriptedClearinghouse(profile) : server;
      context.after(() => other !== server && other.close());
      const store = new MemoryStore();
      const settings = { ...other.settings, caCertificateVia };
      const gateway = new Gateway(settings, { store });
      const outcome = await gateway.enroll();
      assert.equal(outcome.kind, 'enrolled', JSON.stringify(outcome));
      const [request] = other.enrollments('request');
      assert.ok(request);
      const pkcs10 = parsePkcs10(request.pkcs10);
      assert.ok(verifyProofOfPossession(pkcs10));
      assert.equal(pkcs10.challengePassword, undefined);
      const identity = await store.readIdentity();
      assert.deepEqual(parseCertificate(identity?.certificate ?? new Uint8Array()).spki, pkcs10.spki);
      assert.equal(await store.readPending(), undefined);
      assert.deepEqual(
        other.received.map(({ secure, message }) => [message.operation, secure]),
        [
          ['getcacert', caCertificateVia === 'tls'],
          ['request', true],
        ],
      );
      assert.equal((await gateway.status()).state, 'enrolled');
    });
  }
}

test('over TLS no fingerprint is needed; over cleartext the device refuses without one', async () => {
  const { caFingerprint: _, ...settings } = server.settings;
  const attempt = (caCertificateVia: 'cleartext' | 'tls') =>
    new Gateway({ ...settings, caCertificateVia }, { store: new MemoryStore() }).enroll();
  assert.equal((await attempt('tls')).kind, 'enrolled');
  const refused = await attempt('cleartext');
  assert.equal(refused.kind === 'refused-server' && refused.check, 'ca.fingerprint');
  assert.equal(server.enrollments('request').length, 1);
});

test('the nonce of the getcacert answer becomes the challengePassword', async () => {
  const nonce = Buffer.from('c0ffee-challenge');
  server.script = (message, honest) => (message.operation === 'getcacert' ? { ...honest(), nonce } : honest());
  assert.equal((await device().gateway.enroll()).kind, 'enrolled');
  assert.equal((await device({ proofOfPossession: 'pkcs10' }).gateway.enroll()).kind, 'enrolled');
  const passwords = server.enrollments('request').map(({ pkcs10 }) => parsePkcs10(pkcs10).challengePassword);
  assert.deepEqual(passwords, ['c0ffee-challenge', undefined]);
});

describe('pending', () => {
  const pendingFor = (polls: number, headers = {}): void => {
    server.script = (message, honest) =>
      message.operation !== 'getcacert' && server.enrollments('retrieve').length <= polls
        ? httpAnswer(200, 'status=1', headers)
        : honest();
  };

  test('is polled with the same parameters at the interval, until the certificate is there', async () => {
    pendingFor(1);
    const { gateway, clock } = device();
    const start = clock.now().getTime();
    assert.equal((await gateway.enroll()).kind, 'enrolled');
    assert.equal((clock.now().getTime() - start) / 1000, 60);
    const [request, ...more] = server.enrollments('request');
    assert.equal(more.length, 0);
    for (const retrieve of server.enrollments('retrieve')) {
      assert.deepEqual({ ...retrieve, operation: 'request' }, request);
    }
  });

  test('without end is polled a bounded number of times, and can be retrieved later', async () => {
    pendingFor(3);
    const { gateway, store } = device();
    assert.equal((await gateway.enroll()).kind, 'pending');
    assert.equal(server.enrollments('retrieve').length, 3);
    assert.equal((await gateway.status()).state, 'pending');
    assert.equal((await gateway.retrieve()).kind, 'enrolled');
    assert.equal(await store.readPending(), undefined);
  });

  test('honours a Retry-After that is longer than its interval', async () => {
    pendingFor(0, { 'retry-after': '100' });
    const { gateway, clock } = device();
    const start = clock.now().getTime();
    assert.equal((await gateway.enroll()).kind, 'enrolled');
    assert.equal((clock.now().getTime() - start) / 1000, 100);
  });

  test('rests longer than it is told by up to a half, by chance: a fleet that is told the same comes back spread', async () => {
    pendingFor(0, { 'retry-after': '100' });
    const { gateway, clock, observer } = device({}, 0.5);
    const start = clock.now().getTime();
    assert.equal((await gateway.enroll()).kind, 'enrolled');
    assert.equal((clock.now().getTime() - start) / 1000, 125);
    assert.equal(observer.steps.find(({ name }) => name === 'pending')?.toldSeconds, 100);
  });

  test('backs off while there is no answer to its polls, and is at its interval again once there is one', async () => {
    // The connection breaks off twice in a row, then it is still pending, then it breaks off once more.
    const answers = ['lost', 'lost', 'lost', 'pending', 'lost', 'issued'];
    server.script = (message, honest) => {
      if (message.operation === 'getcacert') return honest();
      if (message.operation === 'request') return httpAnswer(200, 'status=1');
      const next = answers.shift();
      if (next === 'lost') return { status: 200, headers: { 'content-length': '99' }, body: Buffer.from('status=0') };
      return next === 'pending' ? httpAnswer(200, 'status=1') : honest();
    };
    const { gateway, observer } = device({ maximumPolls: 10 });
    assert.equal((await gateway.enroll()).kind, 'enrolled');
    const waits = observer.steps.filter(({ name }) => name === 'pending').map((step) => step.toldSeconds);
    assert.deepEqual(waits, [30, 30, 60, 120, 30, 30]);
  });

  test('a Retry-After without end is cut off', async () => {
    pendingFor(0, { 'retry-after': '99999999999' });
    const { gateway, clock } = device();
    const start = clock.now().getTime();
    assert.equal((await gateway.enroll()).kind, 'enrolled');
    assert.ok((clock.now().getTime() - start) / 1000 <= 3600);
  });

  test('another start resumes it with retrieve, not with a new request', async () => {
    pendingFor(0);
    const { gateway, store } = device({ maximumPolls: 0 });
    assert.equal((await gateway.enroll()).kind, 'pending');
    assert.equal((await new Gateway(server.settings, { store }).enroll()).kind, 'enrolled');
    assert.equal(server.enrollments('request').length, 1);
    assert.equal(server.enrollments('retrieve').length, 1);
  });
});

test('a server that is busy is asked again when it says, with the same message', async () => {
  let busy = 2;
  server.script = (message, honest) =>
    message.operation === 'request' && busy-- > 0
      ? httpAnswer(busy === 1 ? 429 : 503, busy === 1 ? 'status=12&error=busy' : '', { 'retry-after': '70' })
      : honest();
  const { gateway, clock } = device();
  const start = clock.now().getTime();
  assert.equal((await gateway.enroll()).kind, 'enrolled');
  assert.equal((clock.now().getTime() - start) / 1000, 140);
  const [first, second, third] = server.enrollments('request');
  assert.deepEqual(first, second);
  assert.deepEqual(second, third);
});

test('a server that the request did not reach in time (408) is sent it again; another refusal of HTTP is none to repeat', async () => {
  const answers = [408, 404];
  server.script = (message, honest) => {
    const status = message.operation === 'request' ? answers.shift() : undefined;
    return status === undefined ? honest() : httpAnswer(status, '');
  };
  const outcome = await device().gateway.enroll();
  assert.equal(outcome.kind === 'refused-server' && outcome.check, 'answer.http');
  const [first, second, ...more] = server.enrollments('request');
  assert.deepEqual([first, more], [second, []]);
});

test('a rejection is final, also with a Retry-After', async () => {
  server.script = (message, honest) =>
    message.operation === 'getcacert' ? honest() : httpAnswer(200, 'status=8', { 'retry-after': '1' });
  assert.equal((await device().gateway.enroll()).kind, 'refused-by-server');
  assert.equal(server.enrollments('request').length + server.enrollments('retrieve').length, 1);
});

test('a rejection ends the request, and the next attempt makes a new one', async () => {
  server.script = (message, honest) =>
    message.operation === 'getcacert' ? honest() : { kind: 'refused', status: 8, error: 'not this one' };
  const { gateway } = device();
  assert.deepEqual(await gateway.enroll(), { kind: 'refused-by-server', status: 8, error: 'not this one' });
  assert.equal((await gateway.status()).state, 'none');
  server.script = honestScript;
  assert.equal((await gateway.enroll()).kind, 'enrolled');
  const [first, second] = server.enrollments('request');
  assert.notDeepEqual(first?.nonce, second?.nonce);
});

test('after a server error the request stays, and is sent again as it was', async () => {
  server.script = (message, honest) =>
    message.operation === 'getcacert' ? honest() : { kind: 'refused', status: 12, error: 'nothing was stored' };
  const { gateway, store } = device();
  assert.equal((await gateway.enroll()).kind, 'refused-by-server');
  assert.equal((await gateway.status()).state, 'none', 'the server never said that it is pending');
  assert.ok(await store.readPending());
  server.script = honestScript;
  assert.equal((await gateway.enroll()).kind, 'enrolled');
  const [first, second] = server.enrollments('request');
  assert.deepEqual(first, second);
});

test('a resumed request that the server does not know gives way to a new one', async () => {
  const { gateway } = device({ maximumPolls: 0 });
  server.script = (message, honest) => (message.operation === 'getcacert' ? honest() : { kind: 'pending' });
  await gateway.enroll();
  server.script = (message, honest) =>
    message.operation === 'retrieve' ? { kind: 'refused', status: 9, error: 'no such request' } : honest();
  assert.equal((await gateway.enroll()).kind, 'enrolled');
});

test('a lost answer is asked for again with the same bytes, twice at most', async () => {
  let losses = 2;
  server.script = (message, honest) =>
    message.operation === 'request' && losses-- > 0
      ? { status: 200, headers: { 'content-length': '500' }, body: Buffer.from('status=0') }
      : honest();
  assert.equal((await device({ timeoutSeconds: 0.4 }).gateway.enroll()).kind, 'enrolled');
  const [first, second, third] = server.enrollments('request');
  assert.deepEqual(first, second);
  assert.deepEqual(second, third);
  losses = 9;
  const outcome = await device({ timeoutSeconds: 0.2 }).gateway.enroll();
  assert.equal(outcome.kind, 'unreachable');
  assert.equal(losses, 6);
});

test('a renewal has a new key; the old identity stays while it is pending, and when it fails', async () => {
  const { gateway, store, clock } = device({ maximumPolls: 0 });
  await gateway.enroll();
  const old = await store.readIdentity();
  assert.equal(await gateway.isRenewalDue(), false);
  assert.equal(await gateway.renewWhenDue(), undefined);
  clock.advance(3600 - 300);
  assert.equal(await gateway.isRenewalDue(), true);
  server.script = (message, honest) => (message.operation === 'request' ? { kind: 'pending' } : honest());
  assert.equal((await gateway.renew()).kind, 'pending');
  assert.deepEqual(await store.readIdentity(), old);
  const wrongKey = server.authority;
  server.script = (message, honest) =>
    message.operation === 'retrieve'
      ? { kind: 'issued', certificate: server.issue(message, { spki: spkiOf(wrongKey.key.publicKey) }) }
      : honest();
  const refused = await gateway.retrieve();
  assert.equal(refused.kind === 'refused-server' && refused.check, 'issued.key');
  assert.deepEqual(await store.readIdentity(), old);
  server.script = honestScript;
  assert.equal((await gateway.renewWhenDue())?.kind, 'enrolled');
  const renewed = await store.readIdentity();
  assert.ok(old && renewed);
  assert.notDeepEqual(spkiOf(renewed.key.publicKey), spkiOf(old.key.publicKey));
});

test('every check is shown once, and no secret stands in a step or a check', async () => {
  const { gateway, observer } = device();
  await gateway.enroll();
  const text = JSON.stringify([observer.steps, observer.checks]);
  const { password, username } = server.settings;
  assert.ok(!text.includes(password) && !text.includes(username) && !text.includes('PRIVATE KEY'));
  assert.ok(observer.checks.every(({ ok, citation }) => ok && citation !== ''));
  for (const id of ['anchor', 'name', 'dates', 'ca.fingerprint', 'ca.signature', 'issued.key', 'issued.signature']) {
    assert.equal(observer.checks.filter((check) => check.id === id).length, 1, id);
  }
  assert.deepEqual(
    observer.wires.map(({ direction, transport }) => `${direction} ${transport}`),
    ['sent cleartext', 'received cleartext', 'sent tls', 'received tls'],
  );
  assert.match(observer.wires[0]?.head ?? '', /^POST \/tep HTTP\/1\.1\r\n[\s\S]*content-type: text\/plain/i);
  assert.match(observer.wires[3]?.head ?? '', /^HTTP\/1\.1 200 OK\r\n/);
});

test('a refused connection is no refusal of the server, and nothing is retried', async () => {
  const { gateway } = device({ httpUrl: 'http://127.0.0.1:1/tep' });
  const outcome = await gateway.enroll();
  assert.equal(outcome.kind, 'unreachable');
  const overTls = await device({ tlsUrl: 'https://127.0.0.1:1/tep' }).gateway.enroll();
  assert.equal(overTls.kind, 'unreachable');
});

test('plain HTTP on the TLS port is refused, and no credential follows', async () => {
  const tlsUrl = `https://127.0.0.1:${server.httpPort}/tep`;
  const outcome = await device({ tlsUrl }).gateway.enroll();
  assert.equal(outcome.kind === 'refused-server' && outcome.check, 'handshake', JSON.stringify(outcome));
  assert.equal(server.enrollments('request').length, 0);
});

test('settings that are not usable are all named at once, without the password', () => {
  const wrong = { ...server.settings, device: '007', tlsUrl: 'http://x', anchorsPem: '', timeoutSeconds: 0 };
  assert.throws(
    () => new Gateway(wrong, { store: new MemoryStore() }),
    (error: Error) =>
      ['device', 'tlsUrl', 'anchorsPem', 'timeoutSeconds'].every((name) => error.message.includes(`${name}:`)) &&
      !error.message.includes(wrong.password),
  );
});
