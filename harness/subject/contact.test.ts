import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'node:tls';
import fc from 'fast-check';
import { profiles } from '#protocol/pki/profiles.ts';
import { ObservedListener, type TlsContact } from '#simulators/hostile/observed-listener.ts';
import { createThirdPartyCa } from '#simulators/third-party-ca.ts';
import { type ContactVerdict, weighContact } from './contact.ts';
import type { DeviceWord } from './device.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);

/** A connection that the device closed in the handshake, once it had seen the certificate. */
function contact(differs: Partial<TlsContact> = {}): TlsContact {
  return {
    id: 'one',
    openedAt: 0,
    handshakeCompleted: false,
    applicationBytes: 0,
    closed: true,
    sentBytes: 900,
    certificateSent: true,
    ...differs,
  };
}

function word(kind: DeviceWord['kind'], detail = ''): DeviceWord {
  return { kind, detail, output: '' };
}

const unseen = { sentBytes: 0, certificateSent: false } as const;
const finished = { handshakeCompleted: true } as const;
const open = { closed: false } as const;

interface Row {
  readonly what: string;
  readonly tls: readonly TlsContact[];
  readonly says: DeviceWord['kind'];
  readonly canaries?: readonly string[];
  readonly verdict: ContactVerdict['verdict'];
  readonly because: RegExp;
}

const rows: readonly Row[] = [
  // A rejection is proved, strongest first, by: a certificate-class TLS alert;
  {
    what: 'a certificate alert, though the device says nothing of it',
    tls: [contact({ alert: 'unknown ca' })],
    says: 'pending',
    verdict: 'refused',
    because: /TLS alert "unknown ca"/,
  },
  {
    what: 'a certificate alert beside another one: the stronger proof is told',
    tls: [contact({ alert: 'internal error' }), contact({ alert: 'certificate expired' })],
    says: 'refused-server',
    verdict: 'refused',
    because: /TLS alert "certificate expired"/,
  },
  // … another fatal alert;
  {
    what: 'another alert after the certificate',
    tls: [contact({ alert: 'internal error' })],
    says: 'pending',
    verdict: 'refused',
    because: /TLS alert "internal error"/,
  },
  {
    what: 'an alert before the certificate was shown',
    tls: [contact({ ...unseen, sentBytes: 88, alert: 'illegal parameter' })],
    says: 'refused-server',
    verdict: 'no-contact',
    because: /never let the server show its certificate/,
  },
  // … a close or reset after our Certificate with no application byte;
  {
    what: 'closed in the handshake after our certificate',
    tls: [contact()],
    says: 'pending',
    verdict: 'refused',
    because: /closed during the handshake/,
  },
  {
    what: 'closed with nothing of ours sent',
    tls: [contact(unseen)],
    says: 'refused-server',
    verdict: 'no-contact',
    because: /never let the server show its certificate/,
  },
  {
    what: 'closed after an alert of ours, without a certificate',
    tls: [contact({ ...unseen, sentBytes: 7, failure: 'ERR_SSL_UNSUPPORTED_PROTOCOL' })],
    says: 'refused-server',
    verdict: 'no-contact',
    because: /never let the server show its certificate/,
  },
  {
    what: 'a port that was looked at first, then a refusal',
    tls: [contact(unseen), contact({ alert: 'bad certificate' })],
    says: 'refused-server',
    verdict: 'refused',
    because: /bad certificate/,
  },
  // … silence on the wire while the adapter reports "attempted, refused: reason".
  {
    what: 'a finished handshake and a close, with the device’s word',
    tls: [contact(finished)],
    says: 'refused-server',
    verdict: 'refused',
    because: /no application byte after 1 finished handshake;/,
  },
  {
    what: 'a finished handshake that stays open, with the device’s word',
    tls: [contact({ ...finished, ...open })],
    says: 'refused-server',
    verdict: 'refused',
    because: /no application byte/,
  },
  // A finished handshake alone is unverified.
  {
    what: 'a finished handshake and a close, without the device’s word',
    tls: [contact(finished)],
    says: 'pending',
    verdict: 'unproved',
    because: /a finished handshake without an application byte proves neither/,
  },
  {
    what: 'a finished handshake and a close; the device says that the server refused it',
    tls: [contact(finished)],
    says: 'refused-by-server',
    verdict: 'unproved',
    because: /a finished handshake/,
  },
  // Silence, a timeout, a DNS failure or "nothing connected" is never a rejection.
  {
    what: 'an open connection and silence',
    tls: [contact(open)],
    says: 'pending',
    verdict: 'unproved',
    because: /silence on an open connection/,
  },
  {
    what: 'an open connection that never began TLS, though the device says refused',
    tls: [contact({ ...unseen, ...open })],
    says: 'refused-server',
    verdict: 'no-contact',
    because: /never let the server show its certificate/,
  },
  {
    what: 'nothing connected, though the device says refused',
    tls: [],
    says: 'refused-server',
    verdict: 'no-contact',
    because: /nothing connected/,
  },
  // An acceptance is proved, strongest first, by: a canary secret; any application byte; the adapter reporting success.
  {
    what: 'a canary, though the device says refused and sent an alert',
    tls: [contact({ ...finished, applicationBytes: 300, alert: 'unknown ca' })],
    says: 'refused-server',
    canaries: ['password', 'user name'],
    verdict: 'accepted',
    because: /read the password and the user name/,
  },
  {
    what: 'application bytes, though the device says refused',
    tls: [contact({ ...finished, applicationBytes: 1 })],
    says: 'refused-server',
    verdict: 'accepted',
    because: /1 application bytes reached/,
  },
  {
    what: 'application bytes, though the adapter broke',
    tls: [contact({ ...finished, applicationBytes: 1 })],
    says: 'error',
    verdict: 'accepted',
    because: /application bytes/,
  },
  {
    what: 'the device says done, though nothing arrived',
    tls: [],
    says: 'done',
    verdict: 'accepted',
    because: /nothing arrived, yet/,
  },
  {
    what: 'the adapter broke',
    tls: [contact()],
    says: 'error',
    verdict: 'bench-error',
    because: /the device says "error"/,
  },
];

for (const { what, tls, says, canaries = [], verdict, because } of rows) {
  test(`${what}: ${verdict}`, () => {
    const weighed = weighContact({ tls, canaries, word: word(says, 'its reason') });
    assert.equal(weighed.verdict, verdict, weighed.because);
    assert.match(weighed.because, because);
    assert.match(weighed.because, new RegExp(`the device says "${says}": its reason`));
  });
}

const anyContact = fc.record({
  id: fc.constant('one'),
  openedAt: fc.constant(0),
  handshakeCompleted: fc.boolean(),
  alert: fc.constantFrom('unknown ca', 'internal error'),
  applicationBytes: fc.constantFrom(0, 0, 40),
  closed: fc.boolean(),
  sentBytes: fc.constant(900),
  certificateSent: fc.boolean(),
});
const anyWord = fc.constantFrom('done', 'pending', 'refused-server', 'refused-by-server', 'unsupported', 'error');

test('whatever else was seen, a refusal needs a certificate that was shown, and not one byte that the device sent', () => {
  fc.assert(
    fc.property(
      fc.array(anyContact),
      fc.subarray(['password', 'user name', 'PKCS#10']),
      anyWord,
      (tls, canaries, says) => {
        const { verdict } = weighContact({ tls, canaries, word: word(says) });
        const gave = canaries.length > 0 || tls.some(({ applicationBytes }) => applicationBytes > 0);
        if (gave) assert.equal(verdict, 'accepted');
        if (verdict !== 'refused') return;
        assert.ok(tls.some(({ certificateSent }) => certificateSent));
        assert.ok(says !== 'done' && says !== 'error');
      },
    ),
    { seed },
  );
});

// A client on Node's own TLS that rejects a certificate sends no alert at all.
for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`a device on Node's TLS (${version}): silent rejection with its word is refused; acceptance in silence is unproved`, async (t) => {
    const ca = await createThirdPartyCa({ profile: 'modern' });
    const identity = await ca.issueServer({ host: 'localhost' });
    const listener = new ObservedListener(
      async () => ({ status: 200, headers: {}, body: new Uint8Array() }),
      identity,
      profiles.modern,
    );
    await listener.start('127.0.0.1');
    t.after(() => listener.stop());
    const meet = async (options: { readonly ca?: string }, goodbyeAfterMs: number) => {
      const from = listener.contacts.length;
      const socket = connect({
        ...options,
        host: '127.0.0.1',
        port: listener.ports.tls,
        servername: 'localhost',
        minVersion: version,
        maxVersion: version,
      });
      const refusal = await Promise.race([
        once(socket, 'secureConnect').then(() => undefined),
        once(socket, 'error').then(([error]) => error),
      ]).catch((error: Error) => error);
      await delay(goodbyeAfterMs);
      socket.destroy();
      const tls = listener.contacts.slice(from);
      await listener.settled(tls, 2);
      return { tls, refusal };
    };

    const rejecting = await meet({}, 0);
    assert.match(String(rejecting.refusal), /unable to verify/);
    assert.equal(rejecting.tls[0]?.alert, undefined);
    const refused = weighContact({ tls: rejecting.tls, canaries: [], word: word('refused-server', 'unknown issuer') });
    assert.equal(refused.verdict, 'refused', refused.because);

    const accepting = await meet({ ca: ca.anchorPem }, 50);
    assert.equal(accepting.refusal, undefined);
    assert.equal(accepting.tls[0]?.handshakeCompleted, true);
    const unproved = weighContact({ tls: accepting.tls, canaries: [], word: word('pending') });
    assert.equal(unproved.verdict, 'unproved', unproved.because);
  });
}
