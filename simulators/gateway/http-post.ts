import type { Socket } from 'node:net';
import type { Clock } from '#protocol/clock.ts';
import { messageOf } from '#protocol/errors.ts';
import { atOnce, type Turns } from '#protocol/turn-batch.ts';
import { AnswerReader, type RawAnswer } from './answer-reader.ts';
import type { Dial } from './connection.ts';
import { Deadline } from './deadline.ts';
import { Incoming } from './incoming.ts';
import type { KeptConnection } from './kept-connection.ts';
import type { GatewayObserver, WireEvent } from './observer.ts';
import { Ended, Unanswered } from './outcome.ts';

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
  /** False: of Retry-After it knows seconds alone. */
  readonly knowsRetryDates?: boolean;
  /** When to go on with an answer that is whole; at once unless given. */
  readonly turns?: Turns;
  /** Where the connection is between this message and the next; absent: a new one for each. */
  readonly kept?: KeptConnection | undefined;
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
 * One POST on one connection, which is closed afterwards unless it is to be kept. No redirect is followed, no encoding
 * undone; time and size are bounded. @throws Ended: what `dial` throws, refused-server (`answer.size`, `answer`), Unanswered
 */
export async function post(options: PostOptions): Promise<HttpReply> {
  const { url, dial, kept, timeoutSeconds } = options;
  const deadline = new Deadline(timeoutSeconds);
  const progress: Progress = { sent: false, received: false };
  let socket = kept?.take();
  try {
    let answer = socket && (await onKept(socket, options, deadline, progress));
    if (answer === undefined) {
      // Between two messages, a connection that is kept is watched as a stream.
      const incoming = kept ? undefined : new Incoming();
      socket = await dial(deadline, incoming?.receive);
      answer = await exchangeOn(socket, options, deadline, progress, incoming);
    }
    if (kept && socket && answer.mayGoOn) {
      kept.keep(socket);
      socket = undefined;
    }
    const { status, headers, body } = answer;
    const location = status >= 300 && status < 400 ? headerIn(headers, 'location') : undefined;
    return { status, body, retryAfterSeconds: retryAfterOf(headers, options), location };
  } catch (error) {
    const mayRetry = progress.sent;
    if (deadline.isOver)
      throw new Unanswered(`no whole answer from ${url.host} within ${timeoutSeconds} s`, { mayRetry });
    if (error instanceof Ended) throw error;
    throw new Unanswered(`the connection to ${url.host} broke: ${messageOf(error)}`, { mayRetry });
  } finally {
    deadline.clear();
    socket?.destroy();
  }
}

interface Progress {
  sent: boolean;
  received: boolean;
}

/**
 * On a connection that was kept; undefined when the server had closed it meanwhile and nothing came (RFC 9112 §9.3.1): the
 * message is safe to repeat, for a server gives the same nonce and PKCS#10 the same answer.
 */
async function onKept(
  socket: Socket,
  options: PostOptions,
  deadline: Deadline,
  progress: Progress,
): Promise<RawAnswer | undefined> {
  try {
    return await exchangeOn(socket, options, deadline, progress);
  } catch (error) {
    socket.destroy();
    if (error instanceof Ended || progress.received || deadline.isOver) throw error;
    return undefined;
  }
}

/** Writes one message on a connection, and reads its answer: what is incoming, else the socket as a stream. */
function exchangeOn(
  socket: Socket,
  options: PostOptions,
  deadline: Deadline,
  progress: Progress,
  incoming?: Incoming,
): Promise<RawAnswer> {
  const { url, transport, contentType, body, observer, clock, kept, turns = atOnce } = options;
  const wire = (direction: WireEvent['direction'], head: string, bytes: Uint8Array): void =>
    observer.wire({ direction, transport, head, body: bytes, at: clock.now() });
  const connection = kept ? 'keep-alive' : 'close';
  const head = `POST ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\nconnection: ${connection}\r\ncontent-type: ${contentType}\r\ncontent-length: ${body.length}`;
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const reader = new AnswerReader(url.host);
  let isOver = false;
  const end = (finish: () => void): void => {
    isOver = true;
    // A connection that is not kept ends now, and with it whoever listens there.
    if (kept) socket.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken);
    finish();
  };
  const take = (read: () => RawAnswer | undefined): void => {
    if (isOver) return;
    try {
      const answer = read();
      if (!answer) return;
      wire('received', answer.head, answer.body);
      end(() => turns.add(() => resolve(answer)));
      // Now: the end that the server sends next would be read, and answered, for nothing.
      if (!kept || !answer.mayGoOn) socket.destroy();
    } catch (error) {
      if (error instanceof Ended && error.outcome.kind === 'refused-server' && error.outcome.check === 'answer')
        wire('received', '', reader.unread);
      end(() => reject(error));
    }
  };
  const onData = (piece: Buffer): void => {
    progress.received = true;
    take(() => reader.push(piece));
  };
  const onEnd = (): void => {
    take(() => reader.end());
    onBroken();
  };
  const onBroken = (error?: unknown): void => {
    if (isOver) return;
    end(() => reject(error instanceof Error ? error : new Error('it was closed before the answer was whole')));
  };
  socket.on('end', onEnd).on('error', onBroken).on('close', onBroken);
  deadline.onOver = onBroken;
  socket.write(Buffer.concat([Buffer.from(`${head}\r\n\r\n`, 'latin1'), body]));
  progress.sent = true;
  wire('sent', head, body);
  if (incoming) incoming.listen(onData);
  else socket.on('data', onData);
  // What a server said and ended before it was asked is read all the same.
  if (socket.readableEnded) onEnd();
  return promise;
}

function headerIn(headers: readonly (readonly [string, string])[], wanted: string): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1].trim();
}

/** RFC 9110 §10.2.3: seconds, or a date. */
function retryAfterOf(
  headers: readonly (readonly [string, string])[],
  { clock, knowsRetryDates = true }: PostOptions,
): number | undefined {
  const value = headerIn(headers, 'retry-after');
  if (value === undefined) return undefined;
  const isNumber = /^\d+$/.test(value);
  if (!isNumber && !knowsRetryDates) return undefined;
  const seconds = isNumber ? Number(value) : (Date.parse(value) - clock.now().getTime()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 0), maximumRetryAfterSeconds);
}
