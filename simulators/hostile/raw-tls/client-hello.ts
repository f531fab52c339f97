import { ByteReader, MalformedTls, numbersOf } from './bytes.ts';
import { extensionTypes, messageTypes, recordTypes, versionName, versions } from './numbers.ts';

/** What a client offers. Numbers that we do not know are kept: they are findings, or nothing. */
export interface ClientHello {
  readonly random: Buffer;
  readonly sessionId: Buffer;
  readonly ciphers: readonly number[];
  /** From supported_versions, else all up to legacy_version that can be meant. */
  readonly versions: readonly number[];
  readonly groups: readonly number[];
  readonly signatureSchemes: readonly number[];
  readonly keyShares: ReadonlyMap<number, Buffer>;
  readonly serverName: string | undefined;
  readonly extensions: ReadonlySet<number>;
  /** For people, in evidence. */
  toJSON(): object;
}

/** Parses the body of a ClientHello (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2). @throws MalformedTls */
export function parseClientHello(body: Uint8Array): ClientHello {
  const reader = new ByteReader(body, 'ClientHello');
  const legacyVersion = reader.number(2);
  const random = reader.take(32);
  const sessionId = reader.vector(1);
  if (sessionId.length > 32) throw new MalformedTls('ClientHello: a session id of more than 32 bytes');
  const ciphers = numbersOf(reader.vector(2), 'cipher suites');
  if (ciphers.length === 0) throw new MalformedTls('ClientHello: no cipher suite');
  if (!reader.vector(1).includes(0)) throw new MalformedTls('ClientHello: compression cannot be left out');
  const extensions = reader.left > 0 ? extensionsOf(reader.vector(2)) : new Map<number, Buffer>();
  reader.end();
  const list = (type: number, lengthBytes = 2): number[] => {
    const data = extensions.get(type);
    return data ? numbersOf(only(data, lengthBytes), `extension ${type}`) : [];
  };
  const inHello = list(extensionTypes.supportedVersions, 1);
  const hello = {
    random,
    sessionId,
    ciphers,
    versions: inHello.length > 0 ? inHello : versionsUpTo(legacyVersion),
    groups: list(extensionTypes.supportedGroups),
    signatureSchemes: list(extensionTypes.signatureAlgorithms),
    keyShares: keySharesOf(extensions.get(extensionTypes.keyShare)),
    serverName: serverNameOf(extensions.get(extensionTypes.serverName)),
    extensions: new Set(extensions.keys()),
  };
  return { ...hello, toJSON: () => legible(hello) };
}

/** The ClientHello at the beginning of what a client sent. @throws MalformedTls when it is none, or not all of it */
export function clientHelloIn(sent: Uint8Array): ClientHello {
  const records = new ByteReader(sent, 'records');
  let handshake = Buffer.alloc(0);
  for (;;) {
    if (records.number(1) !== recordTypes.handshake) throw new MalformedTls('no handshake record where one is due');
    records.number(2);
    handshake = Buffer.concat([handshake, records.vector(2)]);
    if (handshake.length < 4) continue;
    const message = new ByteReader(handshake, 'handshake message');
    if (message.number(1) !== messageTypes.clientHello) throw new MalformedTls('no ClientHello where one is due');
    if (handshake.length >= 4 + handshake.readUIntBE(1, 3)) return parseClientHello(message.vector(3));
  }
}

function legible(hello: Omit<ClientHello, 'toJSON'>): object {
  const hex = (numbers: Iterable<number>): string[] =>
    [...numbers].map((value) => `0x${value.toString(16).padStart(4, '0')}`);
  return {
    serverName: hello.serverName,
    versions: hello.versions.map(versionName),
    ciphers: hex(hello.ciphers),
    groups: hex(hello.groups),
    keyShares: hex(hello.keyShares.keys()),
    signatureSchemes: hex(hello.signatureSchemes),
    extensions: hex(hello.extensions),
  };
}

/** @throws MalformedTls for two of one type (RFC 8446 §4.2) */
export function extensionsOf(list: Uint8Array): Map<number, Buffer> {
  const reader = new ByteReader(list, 'extensions');
  const found = new Map<number, Buffer>();
  while (reader.left > 0) {
    const type = reader.number(2);
    if (found.has(type)) throw new MalformedTls(`extension ${type} stands twice`);
    found.set(type, reader.vector(2));
  }
  return found;
}

/** The one vector that an extension consists of. */
function only(data: Uint8Array, lengthBytes: number): Buffer {
  const reader = new ByteReader(data, 'extension');
  const content = reader.vector(lengthBytes);
  reader.end();
  return content;
}

/** A hello without supported_versions names the best version alone: any older one may be answered. */
function versionsUpTo(best: number): number[] {
  return [versions.tls12, versions.tls11, versions.tls10, versions.ssl3].filter((version) => version <= best);
}

function keySharesOf(data: Buffer | undefined): ReadonlyMap<number, Buffer> {
  const shares = new Map<number, Buffer>();
  const reader = new ByteReader(data ? only(data, 2) : Buffer.alloc(0), 'key shares');
  while (reader.left > 0) shares.set(reader.number(2), reader.vector(2));
  return shares;
}

/** RFC 6066 §3: the one host name. */
function serverNameOf(data: Buffer | undefined): string | undefined {
  const reader = new ByteReader(data && data.length > 0 ? only(data, 2) : Buffer.alloc(0), 'server name');
  while (reader.left > 0) {
    const type = reader.number(1);
    const name = reader.vector(2);
    if (type === 0) return name.toString('latin1');
  }
  return undefined;
}
