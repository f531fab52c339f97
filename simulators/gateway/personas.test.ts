import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { ManualClock } from '#protocol/clock.ts';
import { encodeAnswer } from '#protocol/messages/answers.ts';
import { parseCertificate } from '#protocol/pki/certificate.ts';
import { generateKeyPair, spkiOf } from '#protocol/pki/keys.ts';
import { parsePkcs10, verifyProofOfPossession } from '#protocol/pki/pkcs10.ts';
import { createThirdPartyCa, type ServerCertificateOptions } from '../third-party-ca.ts';
import type { answerQuirks } from './answer-quirks.ts';
import type { callQuirks } from './call-quirks.ts';
import { MemoryStore } from './device-store.ts';
import { Gateway } from './gateway.ts';
import type { Outcome } from './outcome.ts';
import type { QuirkId } from './persona.ts';
import { allPersonas, findPersona, flawedPersonas, honest } from './personas.ts';
import { createAuthorityOf, httpAnswer, type Script, startScriptedClearinghouse } from './scripted-clearinghouse.ts';
import type { GatewaySettings } from './settings.ts';
import type { tlsQuirks } from './tls-quirks.ts';
import type { transportQuirks } from './transport-quirks.ts';

const server = await startScriptedClearinghouse();
const honestScript = server.script;
after(() => server.close());
beforeEach(async () => {
  server.script = honestScript;
  server.received.length = 0;
  await server.showServerCertificate({});
});

const hourMs = 3_600_000;
const ago = (hours: number): Date => new Date(Date.now() - hours * hourMs);

function persona(id: string) {
  const found = findPersona(id);
  assert.ok(found, `no persona ${id}`);
  return found;
}

function device(id: string, changes: Partial<GatewaySettings> = {}) {
  const store = new MemoryStore();
  const clock = new ManualClock(new Date());
  const gateway = new Gateway({ ...server.settings, ...changes }, { store, clock, persona: persona(id) });
  return { gateway, store, clock };
}

function checkOf(outcome: Outcome): string {
  return outcome.kind === 'refused-server' ? outcome.check : outcome.kind;
}

const stranger = await createAuthorityOf('modern', 'Another CA');
const impostor = await createAuthorityOf('modern', 'Test Clearinghouse CA');
const unknownCa = await createThirdPartyCa({ profile: 'modern', name: 'Unknown CA' });
const impostorCa = await createThirdPartyCa({ profile: 'modern' });
const foreignKey = spkiOf((await generateKeyPair('p256')).publicKey);

/** What a spoofed server shows, the check that stops the honest device, and the device that leaves it out. */
const spoofs: readonly [id: string, check: string, shown: Partial<ServerCertificateOptions>, ca?: typeof unknownCa][] =
  [
    ['no-anchor-check', 'anchor', {}, unknownCa],
    ['no-server-signature-check', 'signature', {}, impostorCa],
    ['no-name-check', 'name', { host: 'other.example.com' }],
    ['no-dates-check', 'dates', { notBefore: ago(48), notAfter: ago(24) }],
    ['no-purpose-check', 'extended-key-usage', { changes: { extendedKeyUsage: ['clientAuth'] } }],
  ];

for (const [id, check, shown, ca] of spoofs) {
  test(`${id}: sends its credentials to a server that the honest device refuses (${check})`, async (context) => {
    assert.equal((await device('honest').gateway.enroll()).kind, 'enrolled', 'control before');
    await server.showServerCertificate(shown, ca);
    server.received.length = 0;
    const { gateway, store } = device('honest');
    const refused = await gateway.enroll();
    assert.equal(checkOf(refused), check, JSON.stringify(refused));
    assert.equal(server.enrollments('request').length, 0);
    assert.equal(await store.readIdentity(), undefined);
    assert.equal((await device(id).gateway.enroll()).kind, 'enrolled', context.name);
    assert.equal(server.enrollments('request').length, 1);
  });
}

const caOf = (changes: object): Script => {
  const template = {
    subject: server.authority.certificate.subject,
    spki: spkiOf(server.authority.key.publicKey),
    notBefore: ago(24),
    notAfter: ago(-24),
    basicConstraints: { ca: true },
    keyUsage: ['keyCertSign'] as const,
    ...changes,
  };
  const { der } = server.authority.issue(template);
  return (message, answer) => (message.operation === 'getcacert' ? { kind: 'cacert', certificate: der } : answer());
};
const issued = (changes: object, by = server.authority): Script => {
  return (message, answer) =>
    message.operation === 'getcacert' ? answer() : { kind: 'issued', certificate: server.issue(message, changes, by) };
};

/** The same for certificates that the server hands out. */
const handouts: readonly [id: string, check: string, script: Script, changes?: Partial<GatewaySettings>][] = [
  ['accepts-non-ca', 'ca.authority', caOf({ basicConstraints: { ca: false } })],
  ['accepts-non-ca', 'ca.key-usage', caOf({ keyUsage: ['digitalSignature'] })],
  ['no-ca-dates-check', 'ca.dates', caOf({ notAfter: ago(1) })],
  ['no-ca-signature-check', 'ca.signature', brokenCa()],
  ['no-issued-key-check', 'issued.key', issued({ spki: foreignKey })],
  ['no-issued-signature-check', 'issued.signature', issued({}, stranger)],
  ['no-issued-signature-check', 'issued.signature', issued({}, impostor)],
  ['no-issued-dates-check', 'issued.dates', issued({ notBefore: ago(3), notAfter: ago(2) })],
  ['no-issued-name-check', 'issued.name', issued({ subject: [{ type: 'CN', value: 'other.example.com' }] })],
  ['no-issued-authority-check', 'issued.authority', issued({ basicConstraints: { ca: true } })],
];

function brokenCa(): Script {
  const certificate = Buffer.from(server.authority.certificate.der);
  const last = certificate.length - 1;
  certificate[last] = (certificate[last] ?? 0) ^ 1;
  return (message, answer) => (message.operation === 'getcacert' ? { kind: 'cacert', certificate } : answer());
}

for (const [id, check, script] of handouts) {
  test(`${id}: takes a certificate that the honest device refuses (${check})`, async () => {
    // Over TLS, so that the fingerprint does not stop the fault that is under test.
    const { caFingerprint: _, ...settings } = { ...server.settings, caCertificateVia: 'tls' as const };
    const attempt = async (who: string) => {
      const store = new MemoryStore();
      const outcome = await new Gateway(settings, { store, persona: persona(who) }).enroll();
      return { outcome, identity: await store.readIdentity() };
    };
    assert.equal((await attempt('honest')).outcome.kind, 'enrolled', 'control before');
    server.script = script;
    const refused = await attempt('honest');
    assert.equal(checkOf(refused.outcome), check, JSON.stringify(refused.outcome));
    assert.equal(refused.identity, undefined);
    const careless = await attempt(id);
    assert.equal(careless.outcome.kind, 'enrolled', JSON.stringify(careless.outcome));
  });
}

test('no-fingerprint-check: builds on a CA certificate that was changed on its way', async () => {
  const caFingerprint = 'AA:'.repeat(31).concat('AA');
  assert.equal(checkOf(await device('honest', { caFingerprint }).gateway.enroll()), 'ca.fingerprint');
  assert.equal(server.enrollments('request').length, 0);
  assert.equal((await device('no-fingerprint-check', { caFingerprint }).gateway.enroll()).kind, 'enrolled');
});

const pendingAlways: Script = (message, answer) => (message.operation === 'getcacert' ? answer() : { kind: 'pending' });
const bodyForRequest = (body: (certificate: Uint8Array) => string): Script => {
  return (message, answer) =>
    message.operation === 'getcacert' ? answer() : httpAnswer(200, body(server.issue(message)));
};
/** One character as an escape, whatever it is: an answer then holds at least one. */
const encodeEach = (character: string): string => `%${character.charCodeAt(0).toString(16)}`;
const base64 = (der: Uint8Array): string => Buffer.from(der).toString('base64');

/** Does the device enroll with a server that shows this, reached by that name? */
async function enrollsWith(id: string, shown: Partial<ServerCertificateOptions>, host: string, ca = server.thirdParty) {
  await server.showServerCertificate({ host: 'localhost', ...shown }, ca);
  const tlsUrl = server.settings.tlsUrl.replace('127.0.0.1', host);
  const { kind } = await device(id, { tlsUrl }).gateway.enroll();
  await server.showServerCertificate({});
  return kind === 'enrolled';
}
function takes(shown: Partial<ServerCertificateOptions>, host = 'localhost') {
  return (id: string): Promise<boolean> => enrollsWith(id, shown, host);
}
function refuses(shown: Partial<ServerCertificateOptions>, ca = server.thirdParty) {
  return async (id: string): Promise<boolean> => !(await enrollsWith(id, shown, 'localhost', ca));
}
function surplus(count: number): typeof unknownCa {
  return {
    ...server.thirdParty,
    issueServer: async (options) => {
      const issued = await server.thirdParty.issueServer(options);
      return { ...issued, chainPem: issued.chainPem + unknownCa.anchorPem.repeat(count) };
    },
  };
}

type BehaviourId = Exclude<
  QuirkId,
  keyof typeof answerQuirks | keyof typeof callQuirks | keyof typeof transportQuirks | keyof typeof tlsQuirks
>;

/** What one quirk looks like from outside (those of reading, of TLS and of calls have tests of their own): true for the device that has it, false for the honest one. */
const signs: Readonly<Record<BehaviourId, (id: string) => Promise<boolean>>> = {
  'credentials-over-cleartext': async (id) => {
    await device(id).gateway.enroll();
    return server.received.some(({ message, secure }) => message.operation === 'request' && !secure);
  },
  'trusts-cleartext-authority': async (id) => {
    const { caFingerprint: _none, ...settings } = server.settings;
    const parts = { store: new MemoryStore(), persona: persona(id) };
    const outcome = await new Gateway({ ...settings, caCertificateVia: 'tls' }, parts).enroll();
    assert.equal(outcome.kind, 'enrolled');
    return server.received.some(({ message, secure }) => message.operation === 'getcacert' && !secure);
  },
  'sends-before-verification': async (id) => {
    await server.showServerCertificate({ host: 'other.example.com' });
    const outcome = await device(id).gateway.enroll();
    await server.showServerCertificate({});
    assert.equal(checkOf(outcome), 'name');
    return server.enrollments('request').length > 0;
  },
  'verifies-first-connection-only': async (id) => {
    server.script = pendingAlways;
    const { gateway } = device(id, { maximumPolls: 0 });
    assert.equal((await gateway.enroll()).kind, 'pending');
    await server.showServerCertificate({ host: 'other.example.com' });
    await gateway.retrieve();
    await server.showServerCertificate({});
    return server.enrollments('retrieve').length > 0;
  },
  'garbage-status-as-zero': async (id) => {
    const taken: string[] = [];
    for (const status of ['abc', '00', '', '-0', '0x0', '4294967296']) {
      server.script = bodyForRequest((der) => `status=${status}&cert=${base64(der)}`);
      if ((await device(id).gateway.enroll()).kind === 'enrolled') taken.push(status);
    }
    assert.ok(taken.length === 0 || taken.length === 6, taken.join());
    return taken.length > 0;
  },
  'certificate-for-cert': async (id) => {
    server.script = bodyForRequest((der) => `status=0&certificate=${base64(der)}`);
    return (await device(id).gateway.enroll()).kind === 'enrolled';
  },
  'reads-raw-only': async (id) => {
    server.script = bodyForRequest((der) => `status=0&cert=${base64(der).replaceAll(/[+/=]|^./g, encodeEach)}`);
    return (await device(id).gateway.enroll()).kind !== 'enrolled';
  },
  'fast-polling': async (id) => {
    server.script = pendingAlways;
    const { gateway, clock } = device(id);
    const start = clock.now().getTime();
    await gateway.enroll();
    return clock.now().getTime() - start < 90_000;
  },
  'returns-in-step': async (id) => {
    server.script = pendingAlways;
    const { gateway, clock } = device(id);
    const start = clock.now().getTime();
    await gateway.enroll();
    return clock.now().getTime() - start === 90_000;
  },
  'gives-up-on-pending': async (id) => {
    server.script = pendingAlways;
    await device(id).gateway.enroll();
    const nonces = new Set(server.enrollments('request').map(({ nonce }) => Buffer.from(nonce).toString('hex')));
    return nonces.size > 1 && server.enrollments('retrieve').length === 0;
  },
  'new-nonce-on-retrieve': async (id) => {
    server.script = pendingAlways;
    await device(id).gateway.enroll();
    const [request] = server.enrollments('request');
    return server.enrollments('retrieve').some(({ nonce }) => Buffer.compare(nonce, request?.nonce ?? nonce) !== 0);
  },
  'new-pkcs10-on-retry': async (id) => {
    let lost = false;
    server.script = (message, answer) => {
      if (message.operation !== 'request' || lost) return answer();
      lost = true;
      return { status: 200, headers: { 'content-length': '99' }, body: Buffer.from('status=0') };
    };
    assert.equal((await device(id, { timeoutSeconds: 0.4 }).gateway.enroll()).kind, 'enrolled');
    const [first, second] = server.enrollments('request');
    assert.ok(first && second);
    assert.deepEqual(first.nonce, second.nonce);
    return Buffer.compare(first.pkcs10, second.pkcs10) !== 0;
  },
  'ignores-rejection': async (id) => {
    server.script = (message, answer) =>
      message.operation === 'getcacert' ? answer() : { kind: 'refused', status: 8, error: 'rejected' };
    const { gateway } = device(id);
    await gateway.enroll();
    const polled = server.enrollments('retrieve').length > 0;
    server.script = pendingAlways;
    await gateway.enroll();
    server.script = (_message, _answer) => ({ kind: 'refused', status: 8, error: 'rejected' });
    const told = await gateway.retrieve();
    const { state } = await gateway.status();
    assert.deepEqual([told.kind, state], polled ? ['pending', 'pending'] : ['refused-by-server', 'none']);
    return polled;
  },
  'ignores-challenge': async (id) => {
    server.script = (message, answer) => {
      const honest = answer();
      return message.operation === 'getcacert' ? { ...honest, nonce: Buffer.from('C0FFEE') } : honest;
    };
    assert.equal((await device(id).gateway.enroll()).kind, 'enrolled');
    const [request] = server.enrollments('request');
    assert.ok(request);
    return parsePkcs10(request.pkcs10).challengePassword === undefined;
  },
  'breaks-proof-of-possession': async (id) => {
    await device(id).gateway.enroll();
    const [request] = server.enrollments('request');
    assert.ok(request);
    return !verifyProofOfPossession(parsePkcs10(request.pkcs10));
  },
  'common-name-beside-san': takes({ changes: { dnsNames: ['other.example.com'] } }),
  'related-names': takes({ changes: { dnsNames: ['below.localhost'] } }),
  'cuts-name-at-nul': takes({ changes: { dnsNames: ['localhost\0.example.com'] } }),
  'wildcard-anywhere': takes({ changes: { dnsNames: ['lo*st'] } }),
  'address-as-dns-name': takes({ changes: { dnsNames: ['127.0.0.1'] } }, '127.0.0.1'),
  'case-sensitive-names': refuses({ changes: { dnsNames: ['LOCALHOST'] } }),
  'first-name-only': refuses({ changes: { dnsNames: ['other.example.com', 'localhost'] } }),
  'few-names': refuses({ changes: { dnsNames: [...Array(101).fill('other.example.com'), 'localhost'] } }),
  'generous-clock': takes({ notAfter: ago(0.5) }),
  'no-dates-without-clock': async (id) => {
    const { caFingerprint: _none, ...settings } = server.settings;
    const parts = { store: new MemoryStore(), clock: new ManualClock(new Date(0)), persona: persona(id) };
    await new Gateway({ ...settings, caCertificateVia: 'tls' }, parts).enroll();
    return server.received.length > 0;
  },
  'refuses-list-pointers': refuses({
    changes: { extraExtensions: [{ oid: '2.5.29.31', critical: false, value: Uint8Array.of(0x30, 0) }] },
  }),
  'refuses-last-minutes': refuses({ notAfter: ago(-0.1) }),
  'two-digit-years': refuses({ notAfter: new Date('2055-01-01T00:00:00Z') }),
  'chokes-on-chains': refuses({}, surplus(60)),
  'orderly-chains-only': refuses({}, surplus(1)),
  'keeps-expired': async (id) => {
    const { gateway, clock } = device(id);
    await gateway.enroll();
    clock.advance(7200);
    server.received.length = 0;
    server.script = pendingAlways;
    await gateway.renewWhenDue();
    return server.enrollments('request').length === 0;
  },
  'same-key-on-renew': async (id) => {
    const { gateway, store } = device(id);
    await gateway.enroll();
    const old = parseCertificate((await store.readIdentity())?.certificate ?? new Uint8Array());
    assert.equal((await gateway.renew()).kind, 'enrolled');
    const renewed = parseCertificate((await store.readIdentity())?.certificate ?? new Uint8Array());
    return Buffer.compare(old.spki, renewed.spki) === 0;
  },
  'forgets-old-identity': async (id) => {
    const { gateway, store } = device(id);
    await gateway.enroll();
    server.script = pendingAlways;
    assert.equal((await gateway.renew()).kind, 'pending');
    return (await store.readIdentity()) === undefined;
  },
  'stores-before-verifying': async (id) => {
    server.script = issued({ spki: foreignKey });
    const { gateway, store } = device(id);
    assert.equal(checkOf(await gateway.enroll()), 'issued.key');
    return (await store.readIdentity()) !== undefined;
  },
};

for (const id of Object.keys(signs) as BehaviourId[]) {
  test(`${id}: tells itself from the honest device`, async () => {
    assert.equal(await signs[id]('honest'), false, 'the honest device');
    server.script = honestScript;
    server.received.length = 0;
    assert.equal(await signs[id](id), true, id);
  });
}

test('every persona has its own id and an explanation, and the honest one has no flaw', () => {
  assert.equal(new Set(allPersonas.map(({ id }) => id)).size, allPersonas.length);
  assert.ok(allPersonas.every(({ explanation }) => explanation.endsWith('.')));
  assert.ok(flawedPersonas.every(({ omits, quirks: own }) => omits.size + own.size > 0));
  assert.equal(honest.omits.size + honest.quirks.size, 0);
});

test('every flawed persona still enrolls with an honest server', async () => {
  for (const { id } of flawedPersonas) {
    if (id === 'credentials-over-cleartext' || id === 'plus-read-as-space') continue;
    assert.equal((await device(id).gateway.enroll()).kind, 'enrolled', id);
  }
});

/** Answers that are never success, to any check but a lenient reader's. */
const neverSuccess: readonly [what: string, body: (der: Uint8Array) => string][] = [
  ['no status', (der) => `cert=${base64(der)}`],
  ['two statuses', (der) => `status=1&status=0&cert=${base64(der)}`],
  ['statusx', (der) => `statusx=0&cert=${base64(der)}`],
  ['no certificate', () => 'status=0'],
  [
    'an answer to another operation',
    (der) => Buffer.from(encodeAnswer({ kind: 'cacert', certificate: der })).toString(),
  ],
];
for (const [what, body] of neverSuccess) {
  test(`an answer with ${what} is never success`, async () => {
    server.script = bodyForRequest(body);
    const { gateway, store } = device('honest');
    assert.equal(checkOf(await gateway.enroll()), 'answer');
    assert.equal(await store.readIdentity(), undefined);
    assert.equal((await gateway.status()).state, 'none', 'no server said that it is pending');
    assert.ok(await store.readPending(), 'the request can still be sent again');
  });
}
