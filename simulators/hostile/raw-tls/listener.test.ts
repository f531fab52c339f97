import assert from 'node:assert/strict';
import { connect as connectTcp } from 'node:net';
import { after, before, test } from 'node:test';
import { type ConnectionOptions, connect } from 'node:tls';
import { profiles } from '#protocol/pki/profiles.ts';
import { createThirdPartyCa, type ServerCertificate, type ThirdPartyCa } from '../../third-party-ca.ts';
import { ObservedListener, type TlsContact } from '../observed-listener.ts';
import { faultless, type RawTlsFault, rawTlsFault } from './faults.ts';
import { RawTlsResponder } from './responder.ts';

let ca: ThirdPartyCa;
let identity: ServerCertificate;
let listener: ObservedListener;

before(async () => {
  ca = await createThirdPartyCa({ profile: 'modern' });
  identity = await ca.issueServer({ host: 'localhost' });
  const body = Buffer.from('status=9');
  const headers = { 'content-length': String(body.length), connection: 'close' };
  listener = new ObservedListener(async () => ({ status: 200, headers, body }), identity, profiles.modern);
  await listener.start('127.0.0.1');
});
after(() => listener.stop());

async function meet(fault: RawTlsFault | 'library', options: ConnectionOptions = {}): Promise<TlsContact> {
  if (fault === 'library') listener.present(identity, profiles.modern);
  else listener.presentRaw(await RawTlsResponder.create(fault, identity));
  const from = listener.contacts.length;
  const { tls: port } = listener.ports;
  const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', ca: ca.anchorPem, ...options });
  socket.on('error', () => {});
  socket.once('secureConnect', () => socket.write(message));
  socket.resume();
  await new Promise((closed) => socket.once('close', closed));
  return settled(from);
}

async function settled(from: number): Promise<TlsContact> {
  const contacts = listener.contacts.slice(from);
  await listener.settled(contacts, 2);
  assert.equal(contacts.length, 1);
  const [contact] = contacts;
  assert.ok(contact);
  return contact;
}

const message = 'POST /tep HTTP/1.1\r\nHost: localhost\r\nContent-Length: 19\r\n\r\noperation=getcacert';
const facts = ({ handshakeCompleted, alert, applicationBytes, closed, certificateSent, protocol }: TlsContact) => ({
  handshakeCompleted,
  alert,
  applicationBytes,
  closed,
  certificateSent,
  protocol,
});

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`${version}: by hand or by the library, the listener sees the same of a device that talks`, async () => {
    const byLibrary = await meet('library', { maxVersion: version });
    const byHand = await meet(faultless.any, { maxVersion: version });
    assert.deepEqual(facts(byHand), facts(byLibrary));
    assert.equal(byHand.applicationBytes, message.length);
    assert.match(byHand.cipher ?? '', /AES_128_GCM_SHA256/);
    assert.ok(byHand.sentBytes > identity.certificate.der.length);
  });

  test(`${version}: a device that finds the fault in the handshake says so by an alert`, async () => {
    const fault = rawTlsFault(version === 'TLSv1.3' ? 'stranger-signs-13' : 'stranger-signs-12');
    const { protocol: _none, ...seen } = facts(await meet(fault, { maxVersion: version }));
    const refused = { handshakeCompleted: false, applicationBytes: 0, closed: true, certificateSent: true };
    assert.match(seen.alert ?? '', /^(illegal parameter|decrypt error)$/);
    assert.deepEqual(seen, { ...refused, alert: seen.alert });
  });
}

test('a device that does not offer the version of the fault never meets it, and the contact says why', async () => {
  const contact = await meet(rawTlsFault('stranger-signs-13'), { maxVersion: 'TLSv1.2' });
  assert.match(contact.nothingInCommon ?? '', /does not offer TLSv1\.3/);
  assert.equal(contact.certificateSent, false);
});

test('what is no TLS, and what says nothing, is shown no certificate, and the responder lives on', async () => {
  listener.presentRaw(await RawTlsResponder.create(faultless.any, identity));
  for (const text of [
    'GET / HTTP/1.1\r\n\r\n',
    '',
    '\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00',
    '\x16\x03\x01\xff\xff',
  ]) {
    const from = listener.contacts.length;
    const socket = connectTcp(listener.ports.tls, '127.0.0.1', () => socket.end(Buffer.from(text, 'latin1')));
    socket.resume().on('error', () => {});
    await new Promise((closed) => socket.once('close', closed));
    const { handshakeCompleted, certificateSent, closed } = await settled(from);
    assert.deepEqual(
      { handshakeCompleted, certificateSent, closed },
      { handshakeCompleted: false, certificateSent: false, closed: true },
    );
  }
  assert.equal((await meet(faultless.any)).handshakeCompleted, true);
});
