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
  /** It asks to go on with a session of before: by a pre-shared key, a ticket, or (before TLS 1.3) a session id. */
  readonly offersSession: boolean;
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
  // RFC 8446 §4.1.2: beside TLS 1.3, a session id may be there for old middle boxes alone.
  const hasSessionId = sessionId.length > 0 && !inHello.includes(versions.tls13);
  const hasTicket = (extensions.get(extensionTypes.sessionTicket)?.length ?? 0) > 0;
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
    offersSession: extensions.has(extensionTypes.preSharedKey) || hasTicket || hasSessionId,
  };
  return { ...hello, toJSON: () => legible(hello) };
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
    offersSession: hello.offersSession,
  };
}

/** No ClientHello is longer: what goes on and on is none. */
const mostHelloBytes = 2 ** 16;

/** Looks for the ClientHello in what a client sends first, piece by piece. */
export class OfferReader {
  /** Undefined when what came is no TLS. */
  hello: ClientHello | undefined;
  #received: Buffer = Buffer.alloc(0);
  #isOver = false;

  /** True once, when with these bytes it is clear what the client offers, or that it offers nothing. */
  takes(bytes: Uint8Array): boolean {
    if (this.#isOver) return false;
    this.#received = Buffer.concat([this.#received, bytes]);
    try {
      const body = firstMessage(this.#received);
      if (body) this.hello = parseClientHello(body);
      this.#isOver = body !== undefined || this.#received.length > mostHelloBytes;
    } catch {
      this.#isOver = true;
    }
    return this.#isOver;
  }
}

/** The body of the first handshake message, from as many records as it takes; undefined while it is not all there. */
function firstMessage(received: Buffer): Buffer | undefined {
  const fragments: Buffer[] = [];
  for (let at = 0; at < received.length; ) {
    if (received[at] !== recordTypes.handshake) throw new MalformedTls('a handshake record was due');
    if (received.length < at + 5) return undefined;
    const end = at + 5 + received.readUInt16BE(at + 3);
    fragments.push(received.subarray(at + 5, end));
    const message = Buffer.concat(fragments);
    if (message.length > 0 && message[0] !== messageTypes.clientHello) throw new MalformedTls('a ClientHello was due');
    if (message.length >= 4 && message.length >= 4 + message.readUIntBE(1, 3)) {
      return message.subarray(4, 4 + message.readUIntBE(1, 3));
    }
    at = end;
  }
  return undefined;
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
