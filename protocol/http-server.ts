import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { MusterError, messageOf } from './errors.ts';
import type { HttpRequest, Responder } from './http.ts';

export interface HttpServerOptions {
  /** Larger bodies are answered 413. */
  readonly maximumBodyBytes: number;
  readonly headersTimeoutSeconds: number;
  readonly requestTimeoutSeconds: number;
}

export const defaultHttpServerOptions: HttpServerOptions = {
  maximumBodyBytes: 64 * 1024,
  headersTimeoutSeconds: 10,
  requestTimeoutSeconds: 20,
};

/** An HTTP/1.1 server, over TLS when `tls` is given, that asks the responder for each answer. It does not listen yet. */
export function createHttpServer(
  respond: Responder,
  options: HttpServerOptions = defaultHttpServerOptions,
  tls?: TlsOptions,
): Server {
  const timeouts = {
    headersTimeout: options.headersTimeoutSeconds * 1000,
    requestTimeout: options.requestTimeoutSeconds * 1000,
    connectionsCheckingInterval: 1000,
  };
  const listener: RequestListener = (incoming, outgoing) => {
    answer(respond, options, incoming, outgoing).catch(() => outgoing.destroy());
  };
  return tls ? createTlsServer({ ...tls, ...timeouts }, listener) : createServer(timeouts, listener);
}

/** Listens, and gives the port. @throws MusterError bench-broken when the port cannot be had */
export async function listen(server: Server, port: number, address: string): Promise<number> {
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

/** Stops listening and ends every connection. */
export async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

async function answer(
  respond: Responder,
  { maximumBodyBytes }: HttpServerOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const body = await readBody(incoming, maximumBodyBytes);
  if (body === 'too large') {
    const text = 'status=4';
    outgoing.writeHead(413, {
      'content-type': 'text/plain',
      'content-length': String(text.length),
      connection: 'close',
    });
    outgoing.end(text);
    return;
  }
  const { status, headers, body: answerBody } = await respond(requestOf(incoming, body));
  outgoing.writeHead(status, { ...headers });
  outgoing.end(incoming.method === 'HEAD' ? undefined : answerBody);
}

async function readBody(incoming: IncomingMessage, maximumBytes: number): Promise<Uint8Array | 'too large'> {
  if (Number(incoming.headers['content-length'] ?? 0) > maximumBytes) return 'too large';
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maximumBytes) return 'too large';
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

function requestOf(incoming: IncomingMessage, body: Uint8Array): HttpRequest {
  const { socket, method = '', url = '', headers } = incoming;
  return {
    method,
    path: url,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    body,
    secure: (socket as Partial<TLSSocket>).encrypted === true,
    from: `${socket.remoteAddress}:${socket.remotePort}`,
  };
}
