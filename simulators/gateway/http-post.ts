import type { Socket } from 'node:net';
import { Client, errors } from 'undici';
import type { Clock } from '#protocol/clock.ts';
import { messageOf } from '#protocol/errors.ts';
import type { Dial } from './connection.ts';
import type { GatewayObserver, WireEvent } from './observer.ts';
import { Ended, refuseServer, Unanswered } from './outcome.ts';

/** No answer of the protocol is near this. */
const maximumAnswerBytes = 64 * 1024;
const maximumHeadBytes = 16 * 1024;
/** RFC 9110 §10.2.3 sets no limit to Retry-After; a device that slept for a year would be as good as dead. */
const maximumRetryAfterSeconds = 3600;

export interface PostOptions {
  readonly url: URL;
  readonly transport: 'cleartext' | 'tls';
  readonly dial: Dial;
  /** Table 4's, by operation. */
  readonly contentType: string;
  readonly body: Uint8Array;
  readonly timeoutSeconds: number;
  readonly observer: GatewayObserver;
  readonly clock: Clock;
}

export interface HttpReply {
  readonly status: number;
  readonly body: Uint8Array;
  /** Undefined when the answer has no Retry-After. */
  readonly retryAfterSeconds: number | undefined;
  /** Where a redirect leads; undefined when the answer is none. */
  readonly location?: string | undefined;
}

/**
 * One POST on one connection, which is closed afterwards. No redirect is followed, no encoding undone; time and size
 * are bounded. @throws Ended: what `dial` throws, refused-server (`answer.size`, `answer`), Unanswered
 */
export async function post(options: PostOptions): Promise<HttpReply> {
  const { url, dial, body, clock } = options;
  const signal = AbortSignal.timeout(Math.ceil(options.timeoutSeconds * 1000));
  const wire = (event: Omit<WireEvent, 'transport' | 'at'>): void =>
    options.observer.wire({ ...event, transport: options.transport, at: clock.now() });
  let sent = false;
  const connectSocket = async (): Promise<Socket> => {
    const socket = await dial(signal);
    watchWrites(socket, body.length, (head, bytes) => {
      sent = true;
      wire({ direction: 'sent', head, body: bytes });
    });
    return socket;
  };
  const client = new Client(url.origin, {
    allowH2: false,
    pipelining: 1,
    maxHeaderSize: maximumHeadBytes,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: (_options, callback) => {
      connectSocket().then(
        (socket) => callback(null, socket),
        (error: Error) => callback(error, null),
      );
    },
  });
  try {
    const answer = await client.request({
      method: 'POST',
      path: `${url.pathname}${url.search}`,
      headers: { 'content-type': options.contentType },
      body,
      reset: true,
      signal,
      responseHeaders: 'raw',
    });
    const headers = headerPairs(answer.headers);
    const bytes = await readBounded(answer.body);
    const head = [
      `HTTP/1.1 ${answer.statusCode} ${answer.statusText}`,
      ...headers.map(([name, value]) => `${name}: ${value}`),
    ];
    wire({ direction: 'received', head: head.join('\r\n'), body: bytes });
    const location = answer.statusCode >= 300 && answer.statusCode < 400 ? headerIn(headers, 'location') : undefined;
    return { status: answer.statusCode, body: bytes, retryAfterSeconds: retryAfterOf(headers, clock), location };
  } catch (error) {
    throw failureOf(error, options, sent, wire);
  } finally {
    await client.destroy();
  }
}

function failureOf(
  error: unknown,
  { url, timeoutSeconds }: PostOptions,
  sent: boolean,
  wire: (event: Omit<WireEvent, 'transport' | 'at'>) => void,
): Ended {
  if (error instanceof Ended) return error;
  if (error instanceof errors.HeadersOverflowError) {
    return refuseServer('answer.size', `the head of the answer is longer than ${maximumHeadBytes} bytes`);
  }
  if (error instanceof errors.HTTPParserError) {
    wire({ direction: 'received', head: '', body: Buffer.from('data' in error ? String(error.data) : '', 'latin1') });
    return refuseServer('answer', `what ${url.host} answered is no HTTP: ${error.message}`);
  }
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new Unanswered(`no whole answer from ${url.host} within ${timeoutSeconds} s`, { mayRetry: sent });
  }
  return new Unanswered(`the connection to ${url.host} broke: ${messageOf(error)}`, { mayRetry: sent });
}

/** @throws Ended refused-server, check `answer.size`, before a longer body is held in memory */
async function readBounded(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maximumAnswerBytes) {
      throw refuseServer('answer.size', `the answer is longer than ${maximumAnswerBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Shows the request as it is really written, once its body is complete. */
function watchWrites(socket: Socket, bodyLength: number, show: (head: string, body: Uint8Array) => void): void {
  const write: (chunk: string | Uint8Array, ...rest: never[]) => boolean = socket.write.bind(socket);
  let written = Buffer.alloc(0);
  let shown = false;
  const watched = (chunk: string | Uint8Array, ...rest: never[]): boolean => {
    const accepted = write(chunk, ...rest);
    if (shown) return accepted;
    written = Buffer.concat([written, typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk]);
    const headEnd = written.indexOf('\r\n\r\n');
    if (headEnd >= 0 && written.length >= headEnd + 4 + bodyLength) {
      shown = true;
      show(written.toString('latin1', 0, headEnd), written.subarray(headEnd + 4));
    }
    return accepted;
  };
  socket.write = watched as typeof socket.write;
}

/** undici gives raw headers as name, value, name, value. */
function headerPairs(raw: unknown): [name: string, value: string][] {
  const texts = Array.isArray(raw) ? raw.map(String) : Object.entries(Object(raw)).flat().map(String);
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < texts.length; i += 2) pairs.push([texts[i] ?? '', texts[i + 1] ?? '']);
  return pairs;
}

function headerIn(headers: readonly (readonly [string, string])[], wanted: string): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1].trim();
}

/** RFC 9110 §10.2.3: seconds, or a date. */
function retryAfterOf(headers: readonly (readonly [string, string])[], clock: Clock): number | undefined {
  const value = headerIn(headers, 'retry-after');
  if (value === undefined) return undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - clock.now().getTime()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 0), maximumRetryAfterSeconds);
}
