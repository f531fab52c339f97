import { ByteReader, handshakeMessage } from '../../hostile/raw-tls/bytes.ts';
import type { CipherSuite } from '../../hostile/raw-tls/cipher-suites.ts';
import { KeySchedule, protectionOf, signedContent13, verifyData13 } from '../../hostile/raw-tls/key-schedule-13.ts';
import { messageTypes, versions } from '../../hostile/raw-tls/numbers.ts';
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

/** RFC 8446 §2, from the ServerHello on. `shared`: what the key shares agreed on. */
export async function finish13(session: ClientSession, suite: CipherSuite, shared: Buffer): Promise<Shown> {
  const { records } = session;
  const schedule = new KeySchedule(shared);
  records.version = versions.tls13;
  const handshake = schedule.handshakeSecrets(records.transcript);
  records.protectReading(protectionOf(handshake.server, suite));
  records.protectWriting(protectionOf(handshake.client, suite));

  const extensions = await records.message();
  expectMessage(session, extensions, 'encryptedExtensions');
  const first = await records.message();
  const { shown, next, before } = session.isResumed
    ? { shown: nothingShown, next: first, before: records.transcript }
    : await readCertificate(session, first);
  const finished =
    next.type === messageTypes.certificateVerify ? await verified(session, shown, next.body, before) : next;
  const isVerified = next.type === messageTypes.certificateVerify || shown.key === undefined;
  check(
    session,
    'no-certificate-verify-check',
    isVerified,
    alerts.unexpectedMessage,
    'the server left out CertificateVerify',
  );

  // The Finished stands last in the transcript, and covers what stands before it.
  const upTo = records.transcript.subarray(0, records.transcript.length - finished.bytes.length);
  const matches = finished.type === messageTypes.finished && finished.body.equals(verifyData13(handshake.server, upTo));
  check(session, 'no-finished-check', matches, alerts.decryptError, 'the Finished of the server is wrong');

  const application = schedule.applicationSecrets(records.transcript);
  records.sendMessages(handshakeMessage(messageTypes.finished, verifyData13(handshake.client, records.transcript)));
  records.protectReading(protectionOf(application.server, suite));
  records.protectWriting(protectionOf(application.client, suite));
  return shown;
}

/** Judges the CertificateVerify (RFC 8446 §4.4.3), and gives the message after it. */
async function verified(session: ClientSession, { key }: Shown, body: Buffer, before: Buffer) {
  const { records, quirks } = session;
  if (key && !quirks.has('no-certificate-verify-check')) {
    const reader = new ByteReader(body, 'CertificateVerify');
    reader.number(2);
    const signature = reader.vector(2);
    reader.end();
    const good = verifyTls(key, versions.tls13, signedContent13(before), signature);
    check(
      session,
      undefined,
      good,
      alerts.decryptError,
      'the server did not prove that it has the key of its certificate',
    );
  }
  return records.message();
}
