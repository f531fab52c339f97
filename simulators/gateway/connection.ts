import { constants } from 'node:crypto';
import { lookup } from 'node:dns';
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import {
  connect as connectTls,
  createSecureContext,
  type SecureContext,
  type SecureContextOptions,
  type TLSSocket,
} from 'node:tls';
import { messageOf } from '#protocol/errors.ts';
import { atOnce, type Turns } from '#protocol/turn-batch.ts';
import type { Deadline } from './deadline.ts';
import { type Receive, readingInto } from './incoming.ts';
import { type Ended, refuseServer, Unanswered } from './outcome.ts';

/**
 * Opens one connection, and gives it out only when it may be written to. The deadline ends it, until somebody else listens.
 * `receive` gets whatever comes; without it, the socket is to be read as a stream.
 */
export type Dial = (deadline: Deadline, receive?: Receive) => Promise<Socket>;

export interface SecurePeer {
  /** DER, as the server sent them, the leaf first. */
  readonly chain: readonly Uint8Array[];
  /** For people: `TLSv1.3 TLS_AES_256_GCM_SHA384`. */
  readonly cipher: string;
}

/**
 * What a device tells its TLS library. It holds no anchor, since every check is the device's own, and no key. It declines
 * renegotiation: node's disableRenegotiation() does nothing for a client.
 */
export function clientContext(options: SecureContextOptions): SecureContext {
  return createSecureContext({ ...options, ca: [], secureOptions: constants.SSL_OP_NO_RENEGOTIATION });
}

export function dialCleartext(url: URL, { address, turns }: Omit<DialOptions, 'resumption'> = {}): Dial {
  return (deadline, receive) => {
    const socket = connectTcp({ ...addressOf(url, 80, address), ...readingInto(receive) });
    return ready(socket, 'connect', { url, deadline, turns, look: () => () => {} });
  };
}

/** The session of an earlier connection, offered to the server, and where to keep the new one. */
export interface Resumption {
  readonly session: Buffer | undefined;
  /**
   * The chain that was verified when the session began: it is judged again in the place of what a resumed handshake does
   * not show. Absent: what the library has kept of it.
   */
  readonly chain?: readonly Uint8Array[] | undefined;
  keep(session: Buffer, chain: readonly Uint8Array[]): void;
}

export interface DialOptions {
  readonly resumption?: Resumption | undefined;
  /** Of a host that was looked up already. */
  readonly address?: string | undefined;
  /** When to go on with a connection that has opened; at once unless given. */
  readonly turns?: Turns | undefined;
}

/**
 * TLS with node's own verification off: every check is the device's, made by `verify` before the socket is given out.
 * No session is resumed (unless a flawed device does) and no renegotiation accepted, so that what was verified is what is
 * talked to.
 * @throws whatever `verify` throws; Ended refused-server, check `handshake`; Unanswered
 */
export function dialTls(
  url: URL,
  context: SecureContext,
  verify: (peer: SecurePeer) => void,
  more: DialOptions = {},
): Dial {
  const { resumption, address, turns } = more;
  return (deadline, receive) => {
    const host = hostOf(url);
    const socket = connectTls({
      ...addressOf(url, 443, address),
      ...readingInto(receive),
      secureContext: context,
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      // RFC 6066 §3: an address is no server name.
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(resumption?.session === undefined ? {} : { session: resumption.session }),
    });
    let chain: readonly Uint8Array[] = [];
    if (resumption) socket.on('session', (session: Buffer) => resumption.keep(session, chain));
    const look = (): (() => void) => {
      const { standardName, name } = socket.getCipher();
      const isResumed = socket.isSessionReused();
      chain = (isResumed ? resumption?.chain : undefined) ?? chainOf(socket);
      const cipher = `${socket.getProtocol()} ${standardName ?? name}`;
      return () => verify({ chain, cipher: isResumed ? `${cipher}, resumed` : cipher });
    };
    return ready(socket, 'secureConnect', { url, deadline, turns, look });
  };
}

function addressOf(url: URL, defaultPort: number, address?: string) {
  return { host: address ?? hostOf(url), port: Number(url.port || defaultPort), lookup: find };
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

/** RFC 6761 §6.3: names below `localhost` are the loopback; not every system's resolver knows. */
const find: LookupFunction = (name, options, callback) => {
  lookup(/\.localhost\.?$/i.test(name) ? 'localhost' : name, options, callback);
};

interface Readiness {
  readonly url: URL;
  readonly deadline: Deadline;
  readonly turns: Turns | undefined;
  /** What is to be judged, seen while it is there. The judge throws when the socket must not be given out. */
  readonly look: () => () => void;
}

function ready<S extends Socket>(
  socket: S,
  event: string,
  { url, deadline, turns = atOnce, look }: Readiness,
): Promise<S> {
  return new Promise((resolve, reject) => {
    let isOpen = false;
    // Once it is open, whoever gets the socket watches it; a later error must not end the process.
    const broke = (error: Error): void => {
      if (!isOpen) reject(failureOf(error, url));
    };
    const closed = (): Ended => failureOf(new Error('the connection was closed'), url);
    const orRefuse = (work: () => void): void => {
      try {
        work();
      } catch (error) {
        reject(error);
        socket.destroy();
      }
    };
    socket.on('error', broke).once('close', () => isOpen || reject(closed()));
    deadline.onOver = () => void socket.destroy();
    socket.once(event, () => {
      isOpen = true;
      orRefuse(() => {
        const judge = look();
        turns.add(() =>
          orRefuse(() => {
            judge();
            if (socket.destroyed) throw closed();
            resolve(socket);
          }),
        );
      });
    });
  });
}

/** A failed handshake is the device's refusal when the device found the fault; an alert of the server's is not. */
function failureOf(error: Error, url: URL): Ended {
  const code = String((error as NodeJS.ErrnoException).code ?? '');
  const found = /^(ERR_SSL_|ERR_OSSL_|EPROTO)/.test(code) && !/_ALERT_|UNRECOGNIZED_NAME/.test(code);
  if (found) return refuseServer('handshake', `the TLS handshake with ${url.host} failed: ${code}`);
  return new Unanswered(`no connection to ${url.host}: ${code || messageOf(error)}`, { mayRetry: false });
}

/** The certificates in the order in which they came; surplus ones are among them. */
function chainOf(socket: TLSSocket): Uint8Array[] {
  const chain: Uint8Array[] = [];
  let certificate = socket.getPeerX509Certificate();
  while (certificate !== undefined) {
    chain.push(certificate.raw);
    certificate = certificate.issuerCertificate;
  }
  return chain;
}
