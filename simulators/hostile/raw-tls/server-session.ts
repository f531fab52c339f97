import { type KeyObject, randomBytes } from 'node:crypto';
import { handshakeMessage, number, vector } from './bytes.ts';
import { type CipherSuite, cipherSuite } from './cipher-suites.ts';
import type { ClientHello } from './client-hello.ts';
import type { Deviation } from './deviation.ts';
import { supportedGroups } from './key-agreement.ts';
import { extensionTypes, messageTypes, versionName, versions } from './numbers.ts';
import type { Records } from './records.ts';
import { schemeOf, signTls } from './signatures.ts';

/** The client cannot be shown the fault: it offers nothing that the responder speaks. Not the client's mistake. */
export class NothingInCommon extends Error {}

/** Nor does it offer the version in which the fault is. */
export class VersionNotOffered extends NothingInCommon {
  readonly version: string;

  constructor(version: number) {
    super(`the client does not offer ${versionName(version)}`);
    this.version = versionName(version);
  }
}

/** What a server brings into one handshake. */
export interface ServerSession {
  readonly records: Records;
  readonly hello: ClientHello;
  /** DER, the leaf first. */
  readonly chain: readonly Buffer[];
  readonly key: KeyObject;
  /** Of the same kind, and of nobody's certificate. */
  readonly strangerKey: KeyObject;
  readonly deviation: Deviation;
  /** NSS key log: a label and its secret. */
  readonly keyLog: (label: string, secret: Buffer) => void;
  /** The bytes that bear the fault are on their way. */
  readonly delivered: () => void;
}

export interface Negotiated {
  readonly protocol: number;
  readonly suite: CipherSuite;
  /** TLS 1.2: the Finished of the client and that of the server. */
  readonly finished?: Buffer;
}

/** What the certificate's key can authenticate. */
export function authenticationOf({ key }: ServerSession): 'ecdsa' | 'rsa' {
  return key.asymmetricKeyType === 'rsa' ? 'rsa' : 'ecdsa';
}

/** @throws NothingInCommon */
export function chooseSuite(session: ServerSession, honest: readonly number[]): CipherSuite {
  const { hello, deviation } = session;
  const code = deviation.suite
    ? deviation.suite(hello, authenticationOf(session))
    : honest.find((one) => hello.ciphers.includes(one));
  const suite = code === undefined ? undefined : cipherSuite(code);
  if (!suite) throw new NothingInCommon('the client offers no cipher suite that shows this');
  return suite;
}

/** @throws NothingInCommon */
export function chooseGroup(offered: readonly number[], what: string): number {
  const group = supportedGroups.find((one) => offered.includes(one));
  if (group === undefined) throw new NothingInCommon(`the client offers ${what} of neither X25519 nor P-256`);
  return group;
}

/** The messages, as they leave: some altered, some left out. */
export function outgoing({ deviation }: ServerSession, ...messages: readonly Buffer[]): Buffer[] {
  return messages.flatMap((message) => {
    const sent = deviation.message ? deviation.message(message.readUInt8(0), message) : message;
    return sent ? [sent] : [];
  });
}

/** The certificates as they are shown, each a vector, and after each what TLS 1.3 adds to it. */
export function certificateEntries({ chain, deviation }: ServerSession, version: number): Buffer {
  const shown = deviation.certificates?.(chain) ?? chain;
  const extensions = version === versions.tls13 ? [number(0, 2)] : [];
  return vector(3, ...shown.flatMap((der) => [vector(3, der), ...extensions]));
}

/** Scheme (from TLS 1.2 on) and signature. */
export function signed({ key, strangerKey, deviation }: ServerSession, version: number, content: Buffer): Buffer {
  const by = deviation.strangerSigns ? strangerKey : key;
  const signature = signTls(by, version, deviation.signedContent?.(content) ?? content);
  const scheme = version >= versions.tls12 ? [number(schemeOf(key, version), 2)] : [];
  return Buffer.concat([...scheme, vector(2, deviation.signature?.(signature) ?? signature)]);
}

export function finished({ deviation }: ServerSession, data: Buffer): Buffer {
  return handshakeMessage(messageTypes.finished, deviation.verifyData?.(data) ?? data);
}

export interface ServerHelloParts {
  readonly version: number;
  readonly sessionId: Buffer;
  readonly suite: CipherSuite;
  readonly extensions: readonly Buffer[];
}

/** The message, and its random. */
export function serverHello(
  { deviation }: ServerSession,
  parts: ServerHelloParts,
): { random: Buffer; message: Buffer } {
  const honest = randomBytes(32);
  const random = deviation.random?.(honest) ?? honest;
  const message = handshakeMessage(
    messageTypes.serverHello,
    number(parts.version, 2),
    random,
    vector(1, parts.sessionId),
    number(parts.suite.code, 2),
    number(0, 1),
    ...(parts.extensions.length > 0 ? [vector(2, ...parts.extensions)] : []),
  );
  return { random, message };
}

/** RFC 5746 §3.4: a client names the extension, or the suite that stands for it. */
export function asksForRenegotiationInfo({ extensions, ciphers }: ClientHello): boolean {
  return extensions.has(extensionTypes.renegotiationInfo) || ciphers.includes(0x00ff);
}
