import type { KeyObject } from 'node:crypto';
import { parseCertificate } from '#protocol/pki/certificate.ts';
import { ByteReader, MalformedTls } from '../../hostile/raw-tls/bytes.ts';
import { messageTypes, versions } from '../../hostile/raw-tls/numbers.ts';
import type { HandshakeMessage, Records } from '../../hostile/raw-tls/records.ts';
import { refuseServer } from '../outcome.ts';
import type { HandshakeQuirk } from '../tls-quirks.ts';

/** One handshake of a client; `quirks` are the checks that it leaves out. */
export interface ClientSession {
  readonly records: Records;
  readonly quirks: ReadonlySet<string>;
  /** What the ServerHello chose. */
  readonly version: number;
  readonly clientRandom: Buffer;
  readonly serverRandom: Buffer;
  /** The server said that it goes on with a session of before, and that was let pass. */
  readonly isResumed: boolean;
}

/** Of RFC 8446 §6. */
export const alerts = {
  unexpectedMessage: 10,
  illegalParameter: 47,
  decryptError: 51,
  protocolVersion: 70,
  unsupportedExtension: 110,
} as const;

/** Ends the handshake, unless the device leaves that check out. @throws Ended refused-server, check `handshake` */
export function check(
  { records, quirks }: Pick<ClientSession, 'records' | 'quirks'>,
  leftOutBy: HandshakeQuirk | undefined,
  holds: boolean,
  alert: number,
  reason: string,
): void {
  if (holds || (leftOutBy !== undefined && quirks.has(leftOutBy))) return;
  records.sendAlert('fatal', alert);
  throw refuseServer('handshake', reason);
}

/** This message is due now, and no other. */
export function expectMessage(
  session: Pick<ClientSession, 'records' | 'quirks'>,
  { type }: { readonly type: number },
  due: keyof typeof messageTypes,
): void {
  const name = `${due.charAt(0).toUpperCase()}${due.slice(1)}`;
  check(session, undefined, type === messageTypes[due], alerts.unexpectedMessage, `${name} was due`);
}

/** What a server showed: its chain, and the key that its signature is judged by; neither when the device skips it. */
export interface Shown {
  readonly chain: readonly Buffer[];
  readonly key: KeyObject | undefined;
  /** TLS 1.2: the Finished of the client. */
  readonly finished?: Buffer;
}

export const nothingShown: Shown = { chain: [], key: undefined };

/** Takes the Certificate message, when it is one, and gives the message after it. */
export async function readCertificate(
  session: ClientSession,
  first: HandshakeMessage,
  anonymous = false,
): Promise<{ shown: Shown; next: HandshakeMessage; before: Buffer }> {
  const { records, quirks, version } = session;
  const isCertificate = first.type === messageTypes.certificate;
  const chain = isCertificate ? certificatesIn(first.body, version, quirks) : [];
  const why = isCertificate ? 'the Certificate message holds no certificate' : 'the server sent no Certificate message';
  if (!anonymous) check(session, 'accepts-empty-certificate', chain.length > 0, alerts.unexpectedMessage, why);
  const before = records.transcript;
  return { shown: readable(chain, quirks), next: isCertificate ? await records.message() : first, before };
}

function certificatesIn(body: Buffer, version: number, quirks: ReadonlySet<string>): Buffer[] {
  const reader = new ByteReader(body, 'Certificate');
  if (version === versions.tls13) reader.vector(1);
  const list = quirks.has('ignores-list-length') ? listToTheEnd(reader) : reader.vector(3);
  reader.end();
  const entries = new ByteReader(list, 'list of certificates');
  const chain: Buffer[] = [];
  while (entries.left > 0) {
    const der = entries.vector(3);
    chain.push(quirks.has('trims-certificates') ? trimmed(der) : der);
    if (version === versions.tls13) entries.vector(2);
  }
  return chain;
}

function listToTheEnd(reader: ByteReader): Buffer {
  reader.number(3);
  return reader.rest();
}

/** A certificate is a SEQUENCE whose length takes two bytes. */
function trimmed(der: Buffer): Buffer {
  return der.subarray(0, 4 + der.readUInt16BE(2));
}

function readable(chain: readonly Buffer[], quirks: ReadonlySet<string>): Shown {
  const [leaf] = chain;
  try {
    return { chain, key: leaf && parseCertificate(leaf).publicKey };
  } catch (error) {
    if (quirks.has('skips-broken-certificates')) return { chain: [], key: undefined };
    throw new MalformedTls(`the certificate cannot be read: ${error instanceof Error ? error.message : ''}`);
  }
}

/** The bytes that a Certificate message really has, by the length of its list. */
export function measureByContent(version: number): Records['measure'] {
  const before = version === versions.tls13 ? 1 : 0;
  return (type, announced, body) => {
    if (type !== messageTypes.certificate || body.length < before + 3) return announced;
    return before + 3 + body.readUIntBE(before, 3);
  };
}
