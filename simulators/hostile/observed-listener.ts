import { AsyncLocalStorage } from 'node:async_hooks';
import { constants } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import { createServer, type Socket, type Server as TcpServer } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import type { Responder } from '#protocol/http.ts';
import { createHttpServer, defaultHttpServerOptions, listen } from '#protocol/http-server.ts';
import { fromPem } from '#protocol/pki/pem.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';
import { tlsOptions } from '#protocol/tls.ts';
import type { TlsIdentity } from './pki-faults.ts';
import { type ClientHello, OfferReader } from './raw-tls/client-hello.ts';
import type { RawTlsResponder } from './raw-tls/responder.ts';
import type { TlsOutage } from './tls-outages.ts';
import { WireTap } from './wire-tap.ts';

/** What the wire showed of one TLS connection. Each line of it is an observation, and none alone is a verdict. */
export interface TlsContact {
  readonly id: string;
  /** Of performance.now(). */
  readonly openedAt: number;
  handshakeCompleted: boolean;
  /** The alert that the device sent, as OpenSSL names it (`unknown ca`), or undefined. */
  alert?: string;
  /** Another failure of the handshake, in OpenSSL's words. */
  failure?: string;
  protocol?: string;
  cipher?: string;
  /** Decrypted bytes that the device sent. */
  applicationBytes: number;
  closed: boolean;
  /** Bytes that we sent, counted when the connection is over or was waited for. */
  sentBytes: number;
  /** We sent enough bytes to hold the chain: with less (an alert, a ServerHello), the device never saw a certificate. */
  certificateSent: boolean;
  /** What the device offers, once it has said so. */
  clientHello?: ClientHello;
  /** Said by the raw responder alone: why what the device offers does not let it see the fault. */
  nothingInCommon?: string;
  versionNotOffered?: string;
  /** The raw responder sent the bytes that bear its fault; some faults leave the certificate out. */
  faultSent?: boolean;
  /** By the raw responder alone: another handshake was asked for; the device sent its Finished in that. */
  renegotiation?: 'asked' | 'finished';
}

/**
 * The two listeners that a device meets, cleartext and TLS, with the wire in view. The TLS certificate can be changed
 * while they listen: a control and its negative then differ by the certificate alone.
 */
export class ObservedListener {
  readonly contacts: TlsContact[] = [];
  /** Told what a device offers right before TLS begins: the last moment to present something else. */
  onOffer: (hello: ClientHello) => void = () => {};
  /** Every byte of both listeners, below TLS, and the key log. */
  readonly wire = new WireTap();
  readonly #closing = new EventEmitter();
  /** The contact on whose connection something happens. */
  readonly #current = new AsyncLocalStorage<TlsContact>();
  readonly #open = new Set<Socket>();
  readonly #httpPort: TcpServer;
  readonly #tlsPort: TcpServer;
  /** It never listens itself: connections are handed to it. */
  readonly #tls: TlsServer;
  #raw: RawTlsResponder | undefined;
  #outage: TlsOutage | undefined;
  readonly #count = new WeakMap<TlsContact, () => void>();
  readonly #below = new WeakMap<TlsContact, ReturnType<WireTap['watch']>>();
  #ports = { http: 0, tls: 0 };
  #chainBytes: number;

  /** `asksForCertificate`: a device is asked for its own certificate, and need not show any. */
  constructor(respond: Responder, identity: TlsIdentity, profile: CryptoProfile, asksForCertificate = false) {
    // No front door: it looks at the first bytes of a connection and puts them back, and they would be seen twice.
    const options = { ...defaultHttpServerOptions, everyRequestEvent: true };
    const http = createHttpServer(respond, options);
    const asked = asksForCertificate ? { requestCert: true, rejectUnauthorized: false, ca: [] } : {};
    const tls = { ...listenerOptions(identity, profile), ...asked };
    this.#tls = createHttpServer(respond, options, tls) as TlsServer;
    this.#chainBytes = chainBytesOf(identity);
    this.#observe(this.#tls);
    // As node:http and node:tls have it: after the end of a request an answer may follow; after that of a TLS stream nothing.
    this.#httpPort = this.#accept(true, (raw) => http.emit('connection', this.wire.watch(raw, 'cleartext')));
    this.#tlsPort = this.#accept(false, (raw) => {
      const contact = this.#contactOf(raw);
      if (this.#outage || this.#raw) {
        const watched = this.wire.watch(raw, 'tls');
        this.#below.set(contact, watched);
        contact.faultSent = false;
        if (this.#outage) meetWithoutTls(this.#outage, watched, http);
        else void this.#raw?.serve(watched, http, contact, this.wire.keyLog);
        return;
      }
      const offer = new OfferReader();
      const watched = this.wire.watch(raw, 'tls', (bytes) => {
        if (!offer.takes(bytes)) return;
        if (offer.hello) {
          contact.clientHello = offer.hello;
          this.onOffer(offer.hello);
        }
        this.#current.run(contact, () => this.#tls.emit('connection', watched));
      });
      this.#below.set(contact, watched);
    });
  }

  async start(address: string, ports: { http: number; tls: number } = { http: 0, tls: 0 }): Promise<void> {
    this.#ports = {
      http: await listen(this.#httpPort, ports.http, address),
      tls: await listen(this.#tlsPort, ports.tls, address),
    };
  }

  get ports(): { readonly http: number; readonly tls: number } {
    return this.#ports;
  }

  /** The certificate that the next connections will see. */
  present(identity: TlsIdentity, profile: CryptoProfile): void {
    this.#raw = undefined;
    this.#outage = undefined;
    this.#tls.setSecureContext(listenerOptions(identity, profile));
    this.#chainBytes = chainBytesOf(identity);
  }

  /** The next connections will meet this responder in the place of a TLS library. */
  presentRaw(responder: RawTlsResponder): void {
    this.#raw = responder;
  }

  /** The next connections will find no TLS. */
  withholdTls(outage: TlsOutage): void {
    this.#outage = outage;
  }

  /** Resolves when all these connections are over, or after `atMostSeconds`: what the wire shows is complete only then. */
  async settled(contacts: readonly TlsContact[], atMostSeconds: number): Promise<void> {
    const enough = new AbortController();
    const over = contacts
      .filter(({ closed }) => !closed)
      .map((contact) => once(this.#closing, contact.id, { signal: enough.signal }));
    const timer = setTimeout(() => enough.abort(), atMostSeconds * 1000);
    await Promise.allSettled(over);
    clearTimeout(timer);
    for (const contact of contacts) this.#count.get(contact)?.();
  }

  async stop(): Promise<void> {
    const stopped = [this.#httpPort, this.#tlsPort]
      .filter(({ listening }) => listening)
      .map((server) => new Promise((resolve) => server.close(resolve)));
    for (const socket of this.#open) socket.destroy();
    await Promise.all(stopped);
    for (const contact of this.contacts) this.#count.get(contact)?.();
  }

  /** A place in what was seen to come back to: of many meetings a case may want to keep the last alone. */
  mark() {
    return { contacts: this.contacts.length, wire: this.wire.mark() };
  }

  /** Forgets the connections that came after the mark. */
  rewind(mark: ReturnType<ObservedListener['mark']>): void {
    this.contacts.length = mark.contacts;
    this.wire.rewind(mark.wire);
  }

  #accept(allowHalfOpen: boolean, handOver: (raw: Socket) => void): TcpServer {
    return createServer({ noDelay: true, allowHalfOpen }, (raw) => {
      this.#open.add(raw);
      raw.once('close', () => this.#open.delete(raw));
      handOver(raw);
    });
  }

  #contactOf(raw: Socket): TlsContact {
    const contact: TlsContact = {
      id: `${raw.remoteAddress}:${raw.remotePort}/${this.contacts.length}`,
      openedAt: performance.now(),
      handshakeCompleted: false,
      applicationBytes: 0,
      closed: false,
      sentBytes: 0,
      certificateSent: false,
    };
    const chainBytes = this.#chainBytes;
    const count = (): void => {
      contact.sentBytes = raw.bytesWritten;
      contact.certificateSent = contact.faultSent ?? contact.sentBytes >= chainBytes;
    };
    this.#count.set(contact, count);
    this.contacts.push(contact);
    raw.once('close', () => {
      // The last bytes, an alert among them, have been read by TLS before anybody hears that it is over.
      setImmediate(() => {
        contact.closed = true;
        count();
        this.#closing.emit(contact.id);
      });
    });
    return contact;
  }

  #observe(server: TlsServer): void {
    server.on('keylog', (line: Buffer) => this.wire.keyLog.push(line.toString('latin1').trimEnd()));
    server.on('secureConnection', (socket: TLSSocket) => {
      const contact = this.#current.getStore();
      if (!contact) return;
      contact.handshakeCompleted = true;
      // Node's own works on a TCP socket alone.
      socket.resetAndDestroy = () => {
        this.#below.get(contact)?.resetAndDestroy();
        return socket;
      };
      contact.protocol = socket.getProtocol() ?? 'unknown';
      contact.cipher = socket.getCipher().name;
      socket.on('data', (chunk: Buffer) => {
        contact.applicationBytes += chunk.length;
      });
      socket.on('error', (error: Error) => note(contact, error));
    });
    server.on('tlsClientError', (error: Error) => {
      const contact = this.#current.getStore();
      if (contact) note(contact, error);
    });
  }
}

/**
 * No session is ever resumed, and each connection shows its certificate: there is no cache of sessions, tickets are not
 * given unless asked for, and what gave them is forgotten when something else is presented.
 */
function listenerOptions({ chainPem, keyPem, weak, version, givesTickets }: TlsIdentity, profile: CryptoProfile) {
  return {
    ...tlsOptions(profile),
    ...(version === undefined ? {} : { minVersion: version, maxVersion: version }),
    // Above level 0, OpenSSL does not load a chain with a weak key or hash.
    ...(weak ? { ciphers: 'DEFAULT@SECLEVEL=0' } : {}),
    cert: chainPem,
    key: keyPem,
    ...(givesTickets ? {} : { secureOptions: constants.SSL_OP_NO_TICKET }),
  } satisfies SecureContextOptions;
}

/** RFC 8446 §5.1: how a record of the handshake begins. */
const handshakeRecord = 22;

function meetWithoutTls({ tlsPort }: TlsOutage, connection: Duplex, http: HttpServer): void {
  connection.on('error', () => {});
  connection.once('data', (first: Buffer) => {
    if (tlsPort === 'closes' && first[0] === handshakeRecord) {
      connection.destroy();
      return;
    }
    connection.unshift(first);
    http.emit('connection', connection);
  });
}

/** What the certificates alone take on the wire. */
function chainBytesOf({ chainPem }: TlsIdentity): number {
  return fromPem(chainPem, 'CERTIFICATE').reduce((sum, der) => sum + der.length, 0);
}

/**
 * Node names a received alert in its error code: ERR_SSL_TLSV1_ALERT_UNKNOWN_CA, ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_EXPIRED
 * (SSLV3 with an older OpenSSL); those of RFC 6066 have no ALERT in it: ERR_SSL_TLSV1_BAD_CERTIFICATE_STATUS_RESPONSE.
 */
function note(contact: TlsContact, error: Error & { code?: string }): void {
  const alert = /^ERR_SSL_(?:(?:SSLV3|SSL\/TLS|TLSV13)_ALERT|TLSV1(?:_ALERT)?)_(\w+)$/.exec(error.code ?? '')?.[1];
  if (alert) contact.alert = alert.toLowerCase().replaceAll('_', ' ');
  else contact.failure ??= error.code ?? error.message;
}
