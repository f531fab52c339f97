import type { Server } from 'node:http';
import { messageOf } from '#protocol/errors.ts';
import { generateKeyPair, type KeyPair } from '#protocol/pki/keys.ts';
import { fromPem } from '#protocol/pki/pem.ts';
import { handshakeMessage, MalformedTls } from './bytes.ts';
import { type ClientHello, parseClientHello } from './client-hello.ts';
import type { RawTlsFault } from './faults.ts';
import { serve12 } from './handshake-12.ts';
import { serve13 } from './handshake-13.ts';
import { messageTypes, recordTypes, versionName, versions } from './numbers.ts';
import { AlertReceived, type Carrier, PeerClosed, Records } from './records.ts';
import { SecuredSocket } from './secured-socket.ts';
import { NothingInCommon, type ServerSession, VersionNotOffered } from './server-session.ts';

/** What the handshake of one connection showed, beside what any listener sees. */
export interface RawContact {
  handshakeCompleted: boolean;
  applicationBytes: number;
  alert?: string;
  failure?: string;
  protocol?: string;
  cipher?: string;
  clientHello?: ClientHello;
  /** The client offers nothing that would show it the fault: says what. */
  nothingInCommon?: string;
  /** That is: the TLS version of the fault. */
  versionNotOffered?: string;
  /** The bytes that bear the fault were sent. */
  faultSent?: boolean;
  /** Another handshake was asked for; the client sent its Finished in that. */
  renegotiation?: 'asked' | 'finished';
}

/** The chain, leaf first, and its key: as an object, since to read PEM may fail on what an earlier handshake left behind in OpenSSL. */
export interface RawTlsIdentity {
  readonly chainPem: string;
  readonly key: KeyPair;
}

/**
 * A TLS 1.2 and 1.3 server written by hand, with at most one fault. It never closes a connection before its peer does:
 * a close is then the peer's, and proves what it proves.
 */
export class RawTlsResponder {
  readonly #fault: RawTlsFault;
  readonly #chain: readonly Buffer[];
  readonly #keys: KeyPair;
  readonly #stranger: KeyPair;
  /** Shown when a connection is renegotiated, with the same key. */
  readonly #otherChain: readonly Buffer[];

  private constructor(fault: RawTlsFault, identity: RawTlsIdentity, stranger: KeyPair, otherChainPem: string) {
    this.#fault = fault;
    this.#chain = chainOf(identity.chainPem);
    this.#keys = identity.key;
    this.#stranger = stranger;
    this.#otherChain = chainOf(otherChainPem);
  }

  static async create(
    fault: RawTlsFault,
    identity: RawTlsIdentity,
    otherChainPem = identity.chainPem,
  ): Promise<RawTlsResponder> {
    const bits = identity.key.privateKey.asymmetricKeyDetails?.modulusLength;
    const kind = bits === undefined || !fault.deviation.strangerSigns ? 'p256' : bits > 1024 ? 'rsa2048' : 'rsa1024';
    return new RawTlsResponder(fault, identity, await generateKeyPair(kind), otherChainPem);
  }

  /** Serves one connection to its end: what is inside goes to the HTTP server, what was seen into the contact. */
  async serve(socket: Carrier, http: Server, contact: RawContact, keyLog: string[] = []): Promise<void> {
    const records = new Records(socket);
    let early: readonly Buffer[] = [];
    try {
      const session = await this.#handshake(records, contact, keyLog);
      if (this.#fault.deviation.renegotiates) early = await this.#renegotiate(session, contact);
    } catch (error) {
      if (error instanceof NothingInCommon) {
        contact.nothingInCommon = error.message;
        if (error instanceof VersionNotOffered) contact.versionNotOffered = error.version;
        records.sendAlert('fatal', 40);
        socket.end();
      }
      if (error instanceof AlertReceived) contact.alert = error.alert;
      else if (!(error instanceof PeerClosed)) contact.failure = messageOf(error);
      // The peer's close is waited for, without reading anything into what still comes.
      if (error instanceof AlertReceived || error instanceof PeerClosed) socket.end();
      return records.drain();
    }
    const inside = new SecuredSocket(records, {
      data: (bytes) => {
        contact.applicationBytes += bytes;
      },
      ended: (alert, failure) => {
        if (alert) contact.alert = alert;
        else contact.failure = failure;
      },
    });
    http.emit('connection', inside);
    for (const bytes of early) inside.push(bytes);
  }

  /** Another handshake inside the first, once the client has begun to talk: what it said so far. */
  async #renegotiate({ session, finished }: Handshake, contact: RawContact): Promise<readonly Buffer[]> {
    const { records } = session;
    const early: Buffer[] = [];
    const first = await records.next();
    if (first.type === recordTypes.applicationData) early.push(first.fragment);
    records.send(recordTypes.handshake, handshakeMessage(messageTypes.helloRequest));
    contact.renegotiation = 'asked';
    contact.faultSent = true;
    records.restart();
    records.interleaved = (fragment) => early.push(fragment);
    const hello = await expectHello(records);
    await serve12({ ...session, hello, chain: this.#otherChain }, finished);
    contact.renegotiation = 'finished';
    records.interleaved = undefined;
    return early;
  }

  async #handshake(records: Records, contact: RawContact, keyLog: string[]): Promise<Handshake> {
    const hello = await expectHello(records);
    contact.clientHello = hello;
    const session: ServerSession = {
      records,
      hello,
      chain: this.#chain,
      key: this.#keys.privateKey,
      strangerKey: this.#stranger.privateKey,
      deviation: this.#fault.deviation,
      keyLog: (label, secret) => {
        keyLog.push(`${label} ${hello.random.toString('hex')} ${secret.toString('hex')}`);
      },
      delivered: () => {
        if (!this.#fault.deviation.renegotiates) contact.faultSent = true;
      },
    };
    const { version } = this.#fault;
    const serves13 = version === 'any' ? hello.versions.includes(versions.tls13) : version === 'TLSv1.3';
    const { protocol, suite, finished } = await (serves13 ? serve13(session) : serve12(session));
    contact.handshakeCompleted = true;
    contact.protocol = versionName(protocol);
    contact.cipher = suite.name;
    return { session, finished };
  }
}

interface Handshake {
  readonly session: ServerSession;
  readonly finished: Buffer | undefined;
}

async function expectHello(records: Records): Promise<ClientHello> {
  const { type, body } = await records.message();
  if (type !== messageTypes.clientHello) throw new MalformedTls('a ClientHello was due');
  return parseClientHello(body);
}

function chainOf(pem: string): Buffer[] {
  return fromPem(pem, 'CERTIFICATE').map((der) => Buffer.from(der));
}
