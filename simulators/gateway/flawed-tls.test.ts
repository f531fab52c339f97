import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { HttpRequest } from '#protocol/http.ts';
import { encodeAnswer } from '#protocol/messages/answers.ts';
import { generateKeyPair, type KeyKind } from '#protocol/pki/keys.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import { ObservedListener } from '../hostile/observed-listener.ts';
import { worthlessSuite } from '../hostile/raw-tls/cipher-suites.ts';
import { faultless, type RawTlsFault, rawTlsFaults, renegotiationFault } from '../hostile/raw-tls/faults.ts';
import { versions } from '../hostile/raw-tls/numbers.ts';
import { RawTlsResponder } from '../hostile/raw-tls/responder.ts';
import { createThirdPartyCa, type ServerCertificate, type ThirdPartyCa } from '../third-party-ca.ts';
import { MemoryStore } from './device-store.ts';
import { Gateway } from './gateway.ts';
import { findPersona } from './personas.ts';
import { createAuthorityOf } from './scripted-clearinghouse.ts';
import { type HandshakeQuirk, handshakeQuirks } from './tls-quirks.ts';

/** The faults that a device with the quirk lets pass; every other stops it, as it stops the honest one. */
const letPass: Readonly<Record<HandshakeQuirk, readonly string[]>> = {
  'no-certificate-verify-check': [
    'stranger-signs-13',
    'signs-other-data-13',
    'empty-signature-13',
    'no-certificate-verify-13',
    'empty-certificate-verify-13',
    'stranger-signs-12',
    'signs-other-data-12',
    'empty-signature-12',
  ],
  'accepts-empty-certificate': [
    'empty-certificate-13',
    'no-certificate-13',
    'empty-certificate-12',
    'no-certificate-12',
  ],
  'accepts-anonymous-cipher': ['anonymous-cipher-12'],
  'accepts-unoffered-cipher': ['cipher-not-offered-13', 'null-cipher-12', 'cipher-not-offered-12'],
  'accepts-old-tls': ['answers-tls11-12', 'answers-tls10-12', 'answers-ssl3-12'],
  'no-finished-check': ['wrong-finished-13', 'wrong-finished-12'],
  'accepts-claimed-session': ['claims-session-13', 'claims-session-12'],
  'accepts-renegotiation': [],
  'no-downgrade-check': ['downgrade-sentinel-12'],
  'ignores-message-length': ['handshake-length-13', 'handshake-length-12'],
  'ignores-list-length': ['list-length-13', 'list-length-12'],
  'trims-certificates': ['trailing-bytes-13', 'trailing-bytes-12'],
  'skips-broken-certificates': [
    'trailing-bytes-13',
    'truncated-certificate-13',
    'trailing-bytes-12',
    'truncated-certificate-12',
  ],
};

const kinds = ['p256', 'rsa2048'] as const satisfies readonly KeyKind[];
const identities = new Map<KeyKind, ServerCertificate>();
const requests: HttpRequest[] = [];
const authority = await createAuthorityOf('modern', 'Test Clearinghouse CA');
let ca: ThirdPartyCa;
let listener: ObservedListener;

before(async () => {
  ca = await createThirdPartyCa({ profile: 'modern' });
  for (const kind of kinds) {
    identities.set(kind, await ca.issueServer({ host: '127.0.0.1', key: await generateKeyPair(kind) }));
  }
  listener = new ObservedListener(
    async (request) => {
      requests.push(request);
      const body = encodeAnswer({ kind: 'cacert', certificate: authority.certificate.der });
      return { status: 200, headers: { 'content-length': String(body.length) }, body };
    },
    identityOf('p256'),
    profiles.modern,
  );
  await listener.start('127.0.0.1');
});
after(() => listener.stop());

function identityOf(kind: KeyKind): ServerCertificate {
  const identity = identities.get(kind);
  assert.ok(identity);
  return identity;
}

/** True when the device let the server know what it wants: getcacert over TLS. */
async function talks(id: string, fault: RawTlsFault, kind: KeyKind = 'p256'): Promise<boolean> {
  listener.presentRaw(await RawTlsResponder.create(fault, identityOf(kind)));
  requests.length = 0;
  const { http, tls } = listener.ports;
  const persona = findPersona(id);
  assert.ok(persona, id);
  const settings = {
    httpUrl: `http://127.0.0.1:${http}/tep`,
    tlsUrl: `https://127.0.0.1:${tls}/tep`,
    anchorsPem: ca.anchorPem,
    deviceName: 'gateway.example.com',
    device: '1',
    customer: '1',
    username: 'operator',
    password: 'secret',
    profile: 'modern',
    caCertificateVia: 'tls',
    pollIntervalSeconds: 1,
    maximumPolls: 1,
    timeoutSeconds: 5,
    renewBeforeSeconds: 0,
    clockSkewSeconds: 60,
    retries: 0,
  } as const;
  await new Gateway(settings, { store: new MemoryStore(), persona }).enroll();
  return requests.some(({ secure, body }) => secure && Buffer.from(body).toString() === 'operation=getcacert');
}

for (const kind of kinds) {
  test(`${kind}: TLS spoken by hand on both sides, and by the library on one, is the same TLS`, async () => {
    for (const id of ['honest', ...Object.keys(handshakeQuirks)]) {
      for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
        // A client that offers 1.3 gets it from whoever speaks it: 1.2 is what the responder insists on.
        assert.equal(await talks(id, faultless[version], kind), true, `${id} ${version}`);
      }
    }
  });

  for (const quirk of Object.keys(handshakeQuirks) as HandshakeQuirk[]) {
    test(`${kind}: ${quirk} lets pass what it should not, and nothing else`, async () => {
      for (const fault of rawTlsFaults) {
        const expected = letPass[quirk].includes(fault.id);
        assert.equal(await talks(quirk, fault, kind), expected, fault.id);
      }
    });
  }

  test(`${kind}: the honest device lets no fault of the handshake pass`, async () => {
    for (const fault of rawTlsFaults) assert.equal(await talks('honest', fault, kind), false, fault.id);
  });
}

test('a handshake inside a connection is declined, and let pass by one device alone', async () => {
  for (const kind of kinds) {
    for (const id of ['honest', ...Object.keys(handshakeQuirks)]) {
      assert.equal(await talks(id, renegotiationFault, kind), id === 'accepts-renegotiation', `${kind} ${id}`);
      const { renegotiation, handshakeCompleted } = listener.contacts.at(-1) ?? {};
      const expected = id === 'accepts-renegotiation' ? 'finished' : 'asked';
      assert.deepEqual([renegotiation, handshakeCompleted], [expected, true], `${kind} ${id}`);
    }
  }
});

test('every fault of the handshake is let pass by some device', () => {
  const passed = new Set(Object.values(letPass).flat());
  assert.deepEqual(
    rawTlsFaults.map(({ id }) => id).filter((id) => !passed.has(id)),
    [],
  );
});

test('what a device offers is seen: anonymous ciphers, and versions below its profile', async () => {
  const offerOf = async (id: string) => {
    assert.equal(await talks(id, faultless['TLSv1.2']), true, id);
    const hello = listener.contacts.at(-1)?.clientHello;
    assert.ok(hello);
    return {
      worthless: hello.ciphers.some((code) => worthlessSuite(code) !== undefined),
      old: hello.versions.some((version) => version < versions.tls12),
    };
  };
  assert.deepEqual(await offerOf('honest'), { worthless: false, old: false });
  assert.deepEqual(await offerOf('offers-anonymous-ciphers'), { worthless: true, old: false });
  assert.deepEqual(await offerOf('offers-old-tls'), { worthless: false, old: true });
});
