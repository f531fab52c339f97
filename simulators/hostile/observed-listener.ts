import { constants } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type { Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import type { Responder } from '#protocol/http.ts';
import { close, createHttpServer, defaultHttpServerOptions, listen } from '#protocol/http-server.ts';
import { fromPem } from '#protocol/pki/pem.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';
import { tlsOptions } from '#protocol/tls.ts';
import type { TlsIdentity } from './pki-faults.ts';

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
}

/**
 * The two listeners that a device meets, cleartext and TLS, with the wire in view. The TLS certificate can be changed
 * while they listen: a control and its negative then differ by the certificate alone.
 */
export class ObservedListener {
  readonly contacts: TlsContact[] = [];
  readonly #closing = new EventEmitter();
  readonly #http: Server;
  readonly #tls: Server;
  readonly #count = new WeakMap<TlsContact, () => void>();
  #ports = { http: 0, tls: 0 };
  #chainBytes: number;

  constructor(respond: Responder, identity: TlsIdentity, profile: CryptoProfile) {
    this.#http = createHttpServer(respond);
    this.#tls = createHttpServer(respond, defaultHttpServerOptions, listenerOptions(identity, profile));
    this.#chainBytes = chainBytesOf(identity);
    this.#observe(this.#tls as TlsServer);
  }

  async start(address: string, ports: { http: number; tls: number } = { http: 0, tls: 0 }): Promise<void> {
    this.#ports = {
      http: await listen(this.#http, ports.http, address),
      tls: await listen(this.#tls, ports.tls, address),
    };
  }

  get ports(): { readonly http: number; readonly tls: number } {
    return this.#ports;
  }

  /** The certificate that the next connections will see. */
  present(identity: TlsIdentity, profile: CryptoProfile): void {
    (this.#tls as TlsServer).setSecureContext(listenerOptions(identity, profile));
    this.#chainBytes = chainBytesOf(identity);
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
    await Promise.all([close(this.#http), close(this.#tls)]);
  }

  #observe(server: TlsServer): void {
    const bySocket = new Map<string, TlsContact>();
    server.on('connection', (raw: Socket) => {
      const id = `${raw.remoteAddress}:${raw.remotePort}/${this.contacts.length}`;
      const openedAt = performance.now();
      const contact: TlsContact = {
        id,
        openedAt,
        handshakeCompleted: false,
        applicationBytes: 0,
        closed: false,
        sentBytes: 0,
        certificateSent: false,
      };
      const chainBytes = this.#chainBytes;
      const count = (): void => {
        contact.sentBytes = raw.bytesWritten;
        contact.certificateSent = contact.sentBytes >= chainBytes;
      };
      this.#count.set(contact, count);
      const key = `${raw.remoteAddress}:${raw.remotePort}`;
      this.contacts.push(contact);
      bySocket.set(key, contact);
      raw.once('close', () => {
        contact.closed = true;
        count();
        bySocket.delete(key);
        this.#closing.emit(id);
      });
    });
    server.on('secureConnection', (socket: TLSSocket) => {
      const contact = bySocket.get(`${socket.remoteAddress}:${socket.remotePort}`);
      if (!contact) return;
      contact.handshakeCompleted = true;
      contact.protocol = socket.getProtocol() ?? 'unknown';
      contact.cipher = socket.getCipher().name;
      socket.on('data', (chunk: Buffer) => {
        contact.applicationBytes += chunk.length;
      });
      socket.on('error', (error: Error) => note(contact, error));
    });
    server.on('tlsClientError', (error: Error, socket: TLSSocket) => {
      const contact = bySocket.get(`${socket.remoteAddress}:${socket.remotePort}`) ?? this.contacts.at(-1);
      if (contact) note(contact, error);
    });
  }
}

/** No session is ever resumed: without tickets, and without a cache of sessions, each connection shows its certificate. */
function listenerOptions({ chainPem, keyPem }: TlsIdentity, profile: CryptoProfile): SecureContextOptions {
  return { ...tlsOptions(profile), cert: chainPem, key: keyPem, secureOptions: constants.SSL_OP_NO_TICKET };
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
