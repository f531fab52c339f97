import { ByteReader, handshakeMessage, vector } from '../../hostile/raw-tls/bytes.ts';
import type { CipherSuite } from '../../hostile/raw-tls/cipher-suites.ts';
import { makeKeyShare } from '../../hostile/raw-tls/key-agreement.ts';
import { messageTypes, versions } from '../../hostile/raw-tls/numbers.ts';
import { masterSecret, protectionsOf, verifyData12, worthlessMaster } from '../../hostile/raw-tls/prf-12.ts';
import type { Protection } from '../../hostile/raw-tls/record-protection.ts';
import { verifyTls } from '../../hostile/raw-tls/signatures.ts';
import {
  alerts,
  type ClientSession,
  check,
  expectMessage,
  nothingShown,
  readCertificate,
  type Shown,
} from './client-session.ts';

/** RFC 5246 §7.3, from the ServerHello on, for TLS 1.2 and whatever older version was let through. */
export async function finish12(session: ClientSession, suite: CipherSuite): Promise<Shown> {
  const { records, version, clientRandom, serverRandom } = session;
  records.version = version;
  if (session.isResumed) return resume12(session, suite);
  const anonymous = suite.authentication === 'anonymous';
  const { shown, next } = await readCertificate(session, await records.message(), anonymous);
  expectMessage(session, next, 'serverKeyExchange');
  const { group, point } = keyExchange(session, shown, next.body, anonymous);
  const done = await records.message();
  expectMessage(session, done, 'serverHelloDone');

  const share = makeKeyShare(group);
  const master = masterSecret(version, share.agree(point), clientRandom, serverRandom);
  const protections = protectionsOf(version, suite, master, clientRandom, serverRandom);
  records.sendMessages(handshakeMessage(messageTypes.clientKeyExchange, vector(1, share.publicBytes)));
  records.sendChangeCipherSpec();
  records.protectWriting(protections.client);
  const mine = verifyData12(version, master, 'client', records.transcript);
  records.sendMessages(handshakeMessage(messageTypes.finished, mine));

  await finishedOfServer(session, master, protections.server);
  return { ...shown, finished: mine };
}

async function finishedOfServer(session: ClientSession, master: Buffer, protection: Protection): Promise<void> {
  const { records, version } = session;
  const expected = verifyData12(version, master, 'server', records.transcript);
  await records.changeCipherSpec();
  records.protectReading(protection);
  const { type, body } = await records.message();
  const matches = type === messageTypes.finished && body.equals(expected);
  check(session, 'no-finished-check', matches, alerts.decryptError, 'the Finished of the server is wrong');
}

/** The abbreviated handshake of a device that looks for the secret of a session where it never stored one. */
async function resume12(session: ClientSession, suite: CipherSuite): Promise<Shown> {
  const { records, version, clientRandom, serverRandom } = session;
  const protections = protectionsOf(version, suite, worthlessMaster, clientRandom, serverRandom);
  await finishedOfServer(session, worthlessMaster, protections.server);
  records.sendChangeCipherSpec();
  records.protectWriting(protections.client);
  const mine = verifyData12(version, worthlessMaster, 'client', records.transcript);
  records.sendMessages(handshakeMessage(messageTypes.finished, mine));
  return nothingShown;
}

/** The group and point of a ServerKeyExchange (RFC 4492 §5.4), whose signature is judged. */
function keyExchange(session: ClientSession, { key }: Shown, message: Buffer, anonymous: boolean) {
  const { version, clientRandom, serverRandom, quirks } = session;
  const reader = new ByteReader(message, 'ServerKeyExchange');
  reader.number(1);
  const group = reader.number(2);
  const point = reader.vector(1);
  if (anonymous || !key || quirks.has('no-certificate-verify-check')) return { group, point };
  const parameters = message.subarray(0, message.length - reader.left);
  if (version >= versions.tls12) reader.number(2);
  const signature = reader.vector(2);
  reader.end();
  const good = verifyTls(key, version, Buffer.concat([clientRandom, serverRandom, parameters]), signature);
  check(
    session,
    undefined,
    good,
    alerts.decryptError,
    'the server did not prove that it has the key of its certificate',
  );
  return { group, point };
}
