import { randomBytes, timingSafeEqual } from 'node:crypto';
import { ByteReader, extension, handshakeMessage, MalformedTls, number, vector } from './bytes.ts';
import type { CipherSuite } from './cipher-suites.ts';
import { makeKeyShare } from './key-agreement.ts';
import { extensionTypes, messageTypes, versions } from './numbers.ts';
import { masterSecret, protectionsOf, verifyData12, worthlessMaster } from './prf-12.ts';
import {
  asksForRenegotiationInfo,
  authenticationOf,
  certificateEntries,
  chooseGroup,
  chooseSuite,
  finished,
  type Negotiated,
  outgoing,
  type ServerSession,
  serverHello,
  signed,
  VersionNotOffered,
} from './server-session.ts';

/** The suites of an honest server, best first; CBC is for versions that have no GCM. */
const honestSuites = {
  ecdsa: { gcm: [0xc02b], cbc: [0xc009] },
  rsa: { gcm: [0xc02f], cbc: [0xc013] },
} as const;

/**
 * The server's side of a full handshake of TLS 1.2 (RFC 5246 §7.3, RFC 4492), or of an older version where the fault says
 * so: ephemeral ECDH alone, no resumption, no client certificate. `before`: the Finished of both sides in the handshake that
 * this one renews (RFC 5746 §3.7).
 * @throws NothingInCommon, AlertReceived, PeerClosed, MalformedTls
 */
export async function serve12(session: ServerSession, before: Buffer = Buffer.alloc(0)): Promise<Negotiated> {
  const { records, hello, deviation } = session;
  const version = deviation.version ?? versions.tls12;
  if (deviation.version === undefined && !hello.versions.includes(versions.tls12)) {
    throw new VersionNotOffered(versions.tls12);
  }
  const suites = honestSuites[authenticationOf(session)];
  const suite = chooseSuite(session, version < versions.tls12 ? suites.cbc : suites.gcm);
  records.version = version;
  if (deviation.claimsSession) return claimSession(session, version, suite);
  const share = makeKeyShare(chooseGroup(hello.groups, 'a group'));
  const { random, message } = serverHello(session, {
    version,
    sessionId: Buffer.alloc(0),
    suite,
    extensions: asksForRenegotiationInfo(hello) ? [extension(extensionTypes.renegotiationInfo, vector(1, before))] : [],
  });
  // RFC 4492 §5.4: a named curve and the point.
  const parameters = Buffer.concat([number(3, 1), number(share.group, 2), vector(1, share.publicBytes)]);
  const anonymous = suite.authentication === 'anonymous';
  const signature = anonymous ? [] : [signed(session, version, Buffer.concat([hello.random, random, parameters]))];
  const flight = [
    message,
    ...(anonymous ? [] : [handshakeMessage(messageTypes.certificate, certificateEntries(session, version))]),
    handshakeMessage(messageTypes.serverKeyExchange, parameters, ...signature),
    handshakeMessage(messageTypes.serverHelloDone),
  ];
  records.sendMessages(...outgoing(session, ...flight));
  if (!deviation.verifyData) session.delivered();

  const exchange = await records.message();
  if (exchange.type !== messageTypes.clientKeyExchange) throw new MalformedTls('ClientKeyExchange was due');
  const reader = new ByteReader(exchange.body, 'ClientKeyExchange');
  const shared = share.agree(reader.vector(1));
  reader.end();
  const master = masterSecret(version, shared, hello.random, random);
  session.keyLog('CLIENT_RANDOM', master);
  const protections = protectionsOf(version, suite, master, hello.random, random);

  await records.changeCipherSpec();
  records.protectReading(protections.client);
  const expected = verifyData12(version, master, 'client', records.transcript);
  await expectFinished(session, expected);
  records.sendChangeCipherSpec();
  records.protectWriting(protections.server);
  const data = verifyData12(version, master, 'server', records.transcript);
  records.sendMessages(...outgoing(session, finished(session, data)));
  session.delivered();
  return { protocol: version, suite, finished: Buffer.concat([expected, data]) };
}

async function expectFinished({ records }: ServerSession, expected: Buffer): Promise<void> {
  const { type, body } = await records.message();
  if (type !== messageTypes.finished || body.length !== expected.length || !timingSafeEqual(body, expected)) {
    throw new MalformedTls('the Finished of the client is wrong');
  }
}

/** RFC 5246 §7.3, the abbreviated handshake, of a server that knows no secret: it counts on one that is all zeros. */
async function claimSession(session: ServerSession, version: number, suite: CipherSuite): Promise<Negotiated> {
  const { records, hello } = session;
  const sessionId = hello.sessionId.length > 0 ? hello.sessionId : randomBytes(32);
  const extensions = asksForRenegotiationInfo(hello) ? [extension(extensionTypes.renegotiationInfo, vector(1))] : [];
  const { random, message } = serverHello(session, { version, sessionId, suite, extensions });
  records.sendMessages(message);
  const protections = protectionsOf(version, suite, worthlessMaster, hello.random, random);
  records.sendChangeCipherSpec();
  records.protectWriting(protections.server);
  const data = verifyData12(version, worthlessMaster, 'server', records.transcript);
  records.sendMessages(finished(session, data));
  session.delivered();
  await records.changeCipherSpec();
  records.protectReading(protections.client);
  await expectFinished(session, verifyData12(version, worthlessMaster, 'client', records.transcript));
  return { protocol: version, suite };
}
