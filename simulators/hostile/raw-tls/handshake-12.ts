import { timingSafeEqual } from 'node:crypto';
import { ByteReader, extension, handshakeMessage, MalformedTls, number, vector } from './bytes.ts';
import { makeKeyShare } from './key-agreement.ts';
import { extensionTypes, messageTypes, versions } from './numbers.ts';
import { masterSecret, protectionsOf, verifyData12 } from './prf-12.ts';
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
 * so: ephemeral ECDH alone, no resumption, no client certificate.
 * @throws NothingInCommon, AlertReceived, PeerClosed, MalformedTls
 */
export async function serve12(session: ServerSession): Promise<Negotiated> {
  const { records, hello, deviation } = session;
  const version = deviation.version ?? versions.tls12;
  if (deviation.version === undefined && !hello.versions.includes(versions.tls12)) {
    throw new VersionNotOffered(versions.tls12);
  }
  const suites = honestSuites[authenticationOf(session)];
  const suite = chooseSuite(session, version < versions.tls12 ? suites.cbc : suites.gcm);
  const share = makeKeyShare(chooseGroup(hello.groups, 'a group'));

  records.version = version;
  const { random, message } = serverHello(session, {
    version,
    sessionId: Buffer.alloc(0),
    suite,
    extensions: asksForRenegotiationInfo(hello) ? [extension(extensionTypes.renegotiationInfo, vector(1))] : [],
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
  const { type, body } = await records.message();
  if (type !== messageTypes.finished || body.length !== expected.length || !timingSafeEqual(body, expected)) {
    throw new MalformedTls('the Finished of the client is wrong');
  }
  records.sendChangeCipherSpec();
  records.protectWriting(protections.server);
  const data = verifyData12(version, master, 'server', records.transcript);
  records.sendMessages(...outgoing(session, finished(session, data)));
  session.delivered();
  return { protocol: version, suite };
}
