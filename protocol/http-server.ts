import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket, Server as TcpServer } from 'node:net';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { ConnectionLimit } from './connection-limit.ts';
import { ConnectionTurns } from './connection-turns.ts';
import { MusterError, messageOf } from './errors.ts';
import { FrontDoor } from './front-door.ts';
import type { HttpAnswer, HttpRequest, Responder } from './http.ts';
import { createServer } from './node-http.ts';
import { behindProxies, type ClientOf, peerOf } from './proxy-protocol.ts';

export interface HttpServerOptions {
  /** Larger bodies are answered 413. */
  readonly maximumBodyBytes: number;
  readonly headersTimeoutSeconds: number;
  /** For a whole request to arrive, and for its answer to leave. */
  readonly requestTimeoutSeconds: number;
  /** How long a connection may be idle between two requests; 5 unless given. */
  readonly idleSeconds?: number;
  /** Connections at a time; one more takes the place of the one that was served longest ago. Absent: as many as come. */
  readonly maximumConnections?: number;
  /** Each request becomes an event `request`; else those of devices are answered sooner (FrontDoor). */
  readonly everyRequestEvent?: boolean;
  /** Addresses of the proxies that every connection comes through, with a PROXY line; absent: there are none. */
  readonly proxies?: readonly string[];
}

export const defaultHttpServerOptions: HttpServerOptions = {
  maximumBodyBytes: 64 * 1024,
  headersTimeoutSeconds: 10,
  requestTimeoutSeconds: 20,
};

/** How long the rest of a body that is too large is read after its answer. */
const lingerSeconds = 1;

/** With the connections of a server, those too that are still in their TLS handshake, of which node:http knows nothing. */
const limits = new WeakMap<Server, ConnectionLimit>();

const doors = new WeakMap<Server, FrontDoor>();

/** An HTTP/1.1 server, over TLS when `tls` is given, that asks the responder for each answer. It does not listen yet. */
export function createHttpServer(
  respond: Responder,
  options: HttpServerOptions = defaultHttpServerOptions,
  tls?: TlsOptions,
): Server {
  const timeouts = {
    headersTimeout: options.headersTimeoutSeconds * 1000,
    requestTimeout: options.requestTimeoutSeconds * 1000,
    keepAliveTimeout: (options.idleSeconds ?? 5) * 1000,
    connectionsCheckingInterval: Math.min(1000, options.headersTimeoutSeconds * 500),
  };
  const turns = new ConnectionTurns(options.requestTimeoutSeconds);
  const listener: RequestListener = (incoming, outgoing) =>
    turns.take(incoming, outgoing, () => answer(listening, incoming, outgoing));
  const server: Server = tls
    ? createTlsServer({ ...tls, ...timeouts, handshakeTimeout: timeouts.headersTimeout }, listener)
    : createServer(timeouts, listener);
  // The proxies' line comes before all else, so its reader stands before this one.
  const door = options.everyRequestEvent
    ? undefined
    : new FrontDoor(server, tls ? 'secureConnection' : 'connection', options, (request, socket) =>
        answerOf(listening, requestOf(socket, request, request.body, clientOf(socket)), socket),
      );
  const clientOf = options.proxies ? behindProxies(server, options.proxies) : peerOf;
  const limit = new ConnectionLimit(server, options.maximumConnections ?? Number.POSITIVE_INFINITY);
  const listening: Listening = { respond, options, clientOf, limit, isLast: () => !server.listening };
  limits.set(server, limit);
  if (door) doors.set(server, door);
  return server;
}

/** Listens, and gives the port. @throws MusterError bench-broken when the port cannot be had */
export async function listen(server: TcpServer, port: number, address: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const failed = (cause: Error): void =>
      reject(
        new MusterError('bench-broken', `Cannot listen on ${address}, port ${port}: ${messageOf(cause)}.`, { cause }),
      );
    server.once('error', failed);
    server.listen(port, address, () => {
      server.off('error', failed);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

/** Stops listening and ends idle connections; requests under way are answered for up to `graceSeconds`, then all ends. */
export async function close(server: Server, graceSeconds = 0): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  doors.get(server)?.closeSilent();
  if (graceSeconds > 0) {
    const over = new AbortController();
    await Promise.race([closed, delay(graceSeconds * 1000, undefined, { signal: over.signal }).catch(() => {})]);
    over.abort();
  }
  server.closeAllConnections();
  limits.get(server)?.endAll();
  await closed;
}

/** What every answer of a server needs. */
interface Listening {
  readonly respond: Responder;
  readonly options: HttpServerOptions;
  readonly clientOf: ClientOf;
  readonly limit: ConnectionLimit;
  /** The server takes no more requests. */
  readonly isLast: () => boolean;
}

async function answer(listening: Listening, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { options, clientOf, isLast } = listening;
  const body = await readBody(incoming, options.maximumBodyBytes);
  if (body === 'too large') {
    const text = 'status=4';
    outgoing.writeHead(413, {
      'content-type': 'text/plain',
      'content-length': String(text.length),
      connection: 'close',
    });
    // RFC 9112 §9.6: to close while the client still sends would reset the connection, and the answer could be lost.
    outgoing.write(text);
    await drain(incoming);
    outgoing.end();
    return;
  }
  const { socket, method = '', url: path = '' } = incoming;
  const head = { method, path, headers: headersOf(incoming) };
  const request = requestOf(socket, head, body, clientOf(socket));
  const { status, headers, body: answerBody, takeOver } = await answerOf(listening, request, socket);
  if (takeOver) return takeOver(incoming.socket);
  if (isLast()) outgoing.setHeader('connection', 'close');
  outgoing.writeHead(status, headers);
  // As a string it leaves in one piece with its head.
  outgoing.end(incoming.method === 'HEAD' ? undefined : latin1(answerBody), 'latin1');
}

async function answerOf({ respond, limit }: Listening, request: HttpRequest, socket: Socket): Promise<HttpAnswer> {
  const served = limit.serving(socket);
  try {
    return await respond(request);
  } finally {
    served();
  }
}

/** @throws what ended the connection before the body was whole */
function readBody(incoming: IncomingMessage, maximumBytes: number): Promise<Uint8Array | 'too large'> {
  if (Number(incoming.headers['content-length'] ?? 0) > maximumBytes) return Promise.resolve('too large');
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes <= maximumBytes) chunks.push(chunk);
      else {
        incoming.off('data', take);
        resolve('too large');
      }
    };
    incoming.on('data', take);
    incoming.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    incoming.once('error', reject);
    incoming.once('close', () => reject(new Error('The connection ended within a body.')));
  });
}

/** Reads on, for a while, without keeping anything. */
async function drain(incoming: IncomingMessage): Promise<void> {
  incoming.resume();
  await finished(incoming, { signal: AbortSignal.timeout(lingerSeconds * 1000) }).catch(() => {});
}

function headersOf(incoming: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) headers[name] = String(value);
  return headers;
}

function requestOf(
  socket: Socket,
  { method, path, headers }: Pick<HttpRequest, 'method' | 'path' | 'headers'>,
  body: Uint8Array,
  from: string,
): HttpRequest {
  const tls = socket as Partial<TLSSocket>;
  const peerCertificate = tls.getPeerX509Certificate?.()?.raw;
  const request = { method, path, headers, body, secure: tls.encrypted === true, from };
  return peerCertificate ? { ...request, peerCertificate } : request;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
