import type { Socket } from 'node:net';
import type { Clock } from '#protocol/clock.ts';
import { messageOf } from '#protocol/errors.ts';
import { AnswerReader, type RawAnswer } from './answer-reader.ts';
import type { Dial } from './connection.ts';
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
  const { url, dial, timeoutSeconds, clock } = options;
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), Math.ceil(timeoutSeconds * 1000));
  const written = { sent: false };
  let socket: Socket | undefined;
  try {
    socket = await dial(over.signal);
    const { status, headers, body } = await exchangeOn(socket, options, over.signal, written);
    const location = status >= 300 && status < 400 ? headerIn(headers, 'location') : undefined;
    return { status, body, retryAfterSeconds: retryAfterOf(headers, clock), location };
  } catch (error) {
    const { sent } = written;
    if (over.signal.aborted)
      throw new Unanswered(`no whole answer from ${url.host} within ${timeoutSeconds} s`, { mayRetry: sent });
    if (error instanceof Ended) throw error;
    throw new Unanswered(`the connection to ${url.host} broke: ${messageOf(error)}`, { mayRetry: sent });
  } finally {
    clearTimeout(timer);
    socket?.destroy();
  }
}

/** Writes one message on a connection, and reads its answer. What comes before the message is an answer to nothing. */
function exchangeOn(
  socket: Socket,
  options: PostOptions,
  over: AbortSignal,
  written: { sent: boolean },
): Promise<RawAnswer> {
  const { url, transport, contentType, body, observer, clock } = options;
  const wire = (direction: WireEvent['direction'], head: string, bytes: Uint8Array): void =>
    observer.wire({ direction, transport, head, body: bytes, at: clock.now() });
  const head = `POST ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\nconnection: close\r\ncontent-type: ${contentType}\r\ncontent-length: ${body.length}`;
  return new Promise<RawAnswer>((resolve, reject) => {
    const reader = new AnswerReader(url.host);
    const take = (read: () => RawAnswer | undefined): void => {
      try {
        const answer = read();
        if (!answer) return;
        wire('received', answer.head, answer.body);
        resolve(answer);
      } catch (error) {
        if (error instanceof Ended && error.outcome.kind === 'refused-server' && error.outcome.check === 'answer')
          wire('received', '', reader.unread);
        reject(error);
      }
    };
    socket.on('data', (piece: Buffer) => take(() => reader.push(piece)));
    socket.once('end', () => {
      take(() => reader.end());
      reject(new Error('the other side closed it'));
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('it was closed')));
    over.addEventListener('abort', () => reject(new Error('it took too long')), { once: true });
    socket.write(Buffer.concat([Buffer.from(`${head}\r\n\r\n`, 'latin1'), body]));
    written.sent = true;
    wire('sent', head, body);
  });
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
