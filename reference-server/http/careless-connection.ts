import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { HttpAnswer, Responder } from '#protocol/http.ts';

/**
 * How a careless server finds the end of a body. `whole-packet`: where what came ends. `half`: there too, once the client
 * sends no more.
 */
export type Framing = 'length-over-chunks' | 'chunks-over-length' | 'last-length' | 'whole-packet' | 'half';

interface Head {
  readonly method: string;
  readonly path: string;
  readonly lines: readonly string[];
}

/**
 * Puts an HTTP reader of a few lines in the place of a server's own. It is what many devices and small servers have: it
 * believes the first framing that it finds, and does not object to a second one. For flawed servers alone.
 */
export function carelessly(server: Server, respond: Responder, framing: Framing): Server {
  for (const event of ['connection', 'secureConnection'] as const) {
    const [own] = server.listeners(event === 'connection' && isSecure(server) ? 'none' : event);
    if (!own) continue;
    server.removeListener(event, own as () => void);
    server.on(event, (socket: Socket) => {
      socket.on('error', () => {});
      talk(socket, respond, framing).catch(() => socket.destroy());
    });
  }
  return server;
}

function isSecure(server: Server): boolean {
  return server.listenerCount('secureConnection') > 0;
}

async function talk(socket: Socket, respond: Responder, framing: Framing): Promise<void> {
  let received = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    received += (chunk as Buffer).toString('latin1');
    received = await answerAll(socket, respond, framing, received, false);
  }
  if (framing === 'half') await answerAll(socket, respond, framing, received, true);
  socket.end();
}

/** Answers every request that is whole, and gives what is left. */
async function answerAll(socket: Socket, respond: Responder, framing: Framing, text: string, ended: boolean) {
  let rest = text;
  for (;;) {
    const headEnd = rest.indexOf('\r\n\r\n');
    if (headEnd < 0) return rest;
    const head = headOf(rest.slice(0, headEnd));
    const found = bodyOf(head, rest.slice(headEnd + 4), framing, ended);
    if (!found) return rest;
    rest = found.rest;
    const secure = socket instanceof TLSSocket;
    const from = `${socket.remoteAddress}:${socket.remotePort}`;
    const { method, path } = head;
    const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.raw : undefined;
    const caller = { secure, from, ...(certificate ? { peerCertificate: certificate } : {}) };
    write(socket, await respond({ method, path, headers: {}, body: Buffer.from(found.body, 'latin1'), ...caller }));
    if (rest === '') return '';
  }
}

function headOf(text: string): Head {
  const [requestLine = '', ...lines] = text.split('\r\n');
  const [method = '', path = ''] = requestLine.split(' ');
  return { method, path, lines };
}

function bodyOf({ lines }: Head, rest: string, framing: Framing, ended: boolean) {
  const valuesOf = (name: string) =>
    lines.filter((line) => line.toLowerCase().startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trim());
  const lengths = valuesOf('content-length').map((value) => Number.parseInt(value, 10) || 0);
  const chunked = valuesOf('transfer-encoding').some((value) => /chunked/i.test(value));
  if (chunked && (framing !== 'length-over-chunks' || lengths.length === 0)) return unchunked(rest);
  const length = Math.max(0, lengths.at(-1) ?? 0);
  if (framing === 'whole-packet') return rest === '' && length > 0 ? undefined : { body: rest, rest: '' };
  if (rest.length < length && !ended) return undefined;
  return { body: rest.slice(0, length), rest: rest.slice(length) };
}

function unchunked(rest: string) {
  let body = '';
  for (let at = 0; ; ) {
    const lineEnd = rest.indexOf('\r\n', at);
    const size = Number.parseInt(rest.slice(at, Math.max(at, lineEnd)), 16);
    if (lineEnd < 0 || !(size >= 0) || rest.length < lineEnd + 2 + size + 2) return undefined;
    const end = lineEnd + 2 + size + 2;
    if (size === 0) return { body, rest: rest.slice(end) };
    body += rest.slice(lineEnd + 2, lineEnd + 2 + size);
    at = end;
  }
}

function write(socket: Socket, { status, headers, body }: HttpAnswer): void {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.write(Buffer.concat([Buffer.from(`HTTP/1.1 ${status} X\r\n${lines.join('\r\n')}\r\n\r\n`), body]));
}
