import { timingSafeEqual } from 'node:crypto';
import { extension, handshakeMessage, MalformedTls, number, vector } from './bytes.ts';
import { makeKeyShare } from './key-agreement.ts';
import { KeySchedule, protectionOf, signedContent13, verifyData13 } from './key-schedule-13.ts';
import { extensionTypes, messageTypes, versions } from './numbers.ts';
import {
  certificateEntries,
  chooseGroup,
  chooseSuite,
  finished,
  type Negotiated,
  NothingInCommon,
  outgoing,
  type ServerSession,
  serverHello,
  signed,
  VersionNotOffered,
} from './server-session.ts';
import { schemeOf } from './signatures.ts';

const honestSuites = [0x1301];

/**
 * The server's side of a full TLS 1.3 handshake (RFC 8446 §2): no HelloRetryRequest, no client certificate, no ticket.
 * @throws NothingInCommon, AlertReceived, PeerClosed, MalformedTls
 */
export async function serve13(session: ServerSession): Promise<Negotiated> {
  const { records, hello } = session;
  if (!hello.versions.includes(versions.tls13)) throw new VersionNotOffered(versions.tls13);
  const scheme = schemeOf(session.key, versions.tls13);
  if (!hello.signatureSchemes.includes(scheme)) {
    throw new NothingInCommon(`the client does not offer the signature scheme 0x${scheme.toString(16)}`);
  }
  const suite = chooseSuite(session, honestSuites);
  const share = makeKeyShare(chooseGroup([...hello.keyShares.keys()], 'a key share'));
  const schedule = new KeySchedule(share.agree(hello.keyShares.get(share.group) ?? Buffer.alloc(0)));

  const { message } = serverHello(session, {
    version: versions.tls12,
    sessionId: hello.sessionId,
    suite,
    extensions: [
      extension(extensionTypes.supportedVersions, number(versions.tls13, 2)),
      extension(extensionTypes.keyShare, number(share.group, 2), vector(2, share.publicBytes)),
      ...(session.deviation.claimsSession ? [extension(extensionTypes.preSharedKey, number(0, 2))] : []),
    ],
  });
  records.sendMessages(...outgoing(session, message));
  records.version = versions.tls13;
  if (hello.sessionId.length > 0) records.sendChangeCipherSpec();
  const handshake = schedule.handshakeSecrets(records.transcript);
  session.keyLog('CLIENT_HANDSHAKE_TRAFFIC_SECRET', handshake.client);
  session.keyLog('SERVER_HANDSHAKE_TRAFFIC_SECRET', handshake.server);
  records.protectWriting(protectionOf(handshake.server, suite));
  records.protectReading(protectionOf(handshake.client, suite));

  sendFlight(session, handshake.server);
  session.delivered();
  const application = schedule.applicationSecrets(records.transcript);
  session.keyLog('CLIENT_TRAFFIC_SECRET_0', application.client);
  session.keyLog('SERVER_TRAFFIC_SECRET_0', application.server);
  records.protectWriting(protectionOf(application.server, suite));

  const expected = verifyData13(handshake.client, records.transcript);
  const { type, body } = await records.message();
  if (type !== messageTypes.finished || body.length !== expected.length || !timingSafeEqual(body, expected)) {
    throw new MalformedTls('the Finished of the client is wrong');
  }
  records.protectReading(protectionOf(application.client, suite));
  return { protocol: versions.tls13, suite };
}

/** EncryptedExtensions, Certificate, CertificateVerify, Finished: each counts as it was sent. */
function sendFlight(session: ServerSession, secret: Buffer): void {
  const { records } = session;
  const flight = outgoing(session, handshakeMessage(messageTypes.encryptedExtensions, vector(2)));
  const soFar = (): Buffer => Buffer.concat([records.transcript, ...flight]);
  if (!session.deviation.claimsSession) {
    const certificates = Buffer.concat([vector(1), certificateEntries(session, versions.tls13)]);
    flight.push(...outgoing(session, handshakeMessage(messageTypes.certificate, certificates)));
    const verify = signed(session, versions.tls13, signedContent13(soFar()));
    flight.push(...outgoing(session, handshakeMessage(messageTypes.certificateVerify, verify)));
  }
  flight.push(...outgoing(session, finished(session, verifyData13(secret, soFar()))));
  records.sendMessages(...flight);
}
