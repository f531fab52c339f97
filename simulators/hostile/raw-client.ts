import type { Socket } from 'node:net';
import { MusterError } from '#protocol/errors.ts';
import type { HttpAnswer } from '#protocol/http.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';
import { type ClientIdentity, open } from './raw-conversation.ts';

export interface RawRequest {
  readonly url: string;
  readonly method?: string;
  /** The target on the request line; the URL's path when absent. */
  readonly target?: string;
  /** Header lines as they go out. When absent: Host, content-type and an exact Content-Length. */
  readonly headers?: readonly string[];
  readonly body: Uint8Array | string;
  readonly profile: CryptoProfile;
  /** What the client shows when it is asked who it is. */
  readonly as?: ClientIdentity | undefined;
  readonly timeoutSeconds?: number;
}

const mostAnswerBytes = 1024 * 1024;

/**
 * Sends bytes as they are, which a client library would mend or refuse, and reads one answer. It does not judge the
 * server's certificate: the cases that do use a gateway. @throws MusterError bench-broken when no answer comes in time
 */
export async function sendRaw(request: RawRequest): Promise<HttpAnswer> {
  const channel = new RawChannel(request.url, request.profile, request.as);
  try {
    return await channel.exchange(request);
  } finally {
    channel.close();
  }
}

/** One connection for one request after the other, opened again where the server closed it. */
export class RawChannel {
  readonly #url: URL;
  readonly #profile: CryptoProfile;
  readonly #as: ClientIdentity | undefined;
  #socket: Socket | undefined;

  constructor(url: string, profile: CryptoProfile, as?: ClientIdentity) {
    this.#url = new URL(url);
    this.#profile = profile;
    this.#as = as;
  }

  /** @throws MusterError bench-broken when no answer comes in time */
  async exchange(request: Omit<RawRequest, 'url' | 'profile' | 'as'>): Promise<HttpAnswer> {
    const kept = this.#socket;
    try {
      return await this.#exchangeOnce(request);
    } catch (thrown) {
      // A server may close a connection that it kept, just when the next request is on its way (RFC 9112 §9.6).
      if (!kept || !(thrown instanceof MusterError && thrown.details.received === 0)) throw thrown;
      return this.#exchangeOnce(request);
    }
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  /** A connection that ends while nothing is asked on it is not kept. */
  #open(): Socket {
    const socket = open(this.#url, this.#profile, this.#as);
    this.#socket = socket;
    socket.once('close', () => {
      if (this.#socket === socket) this.#socket = undefined;
    });
    return socket;
  }

  async #exchangeOnce(request: Omit<RawRequest, 'url' | 'profile' | 'as'>): Promise<HttpAnswer> {
    const url = this.#url;
    const body = typeof request.body === 'string' ? Buffer.from(request.body) : request.body;
    const headers = request.headers ?? [
      `Host: ${url.host}`,
      'content-type: text/html',
      `Content-Length: ${body.length}`,
    ];
    const head = `${request.method ?? 'POST'} ${request.target ?? url.pathname} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`;
    const socket = this.#socket ?? this.#open();
    try {
      socket.write(Buffer.concat([Buffer.from(head, 'latin1'), body]));
      const answer = await readAnswer(socket, request.method === 'HEAD', request.timeoutSeconds ?? 10);
      if (/close/i.test(answer.headers.connection ?? '') || socket.readableEnded) this.close();
      return answer;
    } catch (thrown) {
      this.close();
      throw thrown;
    }
  }
}

function readAnswer(socket: Socket, headOnly: boolean, timeoutSeconds: number): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    const over = (): void => {
      clearTimeout(timer);
      socket.off('error', broke).off('close', closed).off('data', grow);
      socket.on('error', () => {});
    };
    const failed = (why: string): void => {
      over();
      const text = received.toString('latin1').slice(0, 80);
      reject(
        new MusterError('bench-broken', `No whole HTTP answer: ${why}; received ${received.length} bytes: ${text}`, {
          details: { received: received.length },
        }),
      );
    };
    // For the whole of it: a byte now and then is no answer either.
    const timer = setTimeout(() => failed(`none within ${timeoutSeconds} s`), timeoutSeconds * 1000);
    const read = (ended: boolean): boolean => {
      const answer = parseAnswer(received, headOnly, ended);
      if (!answer) return false;
      over();
      resolve(answer);
      return true;
    };
    const broke = (error: Error): void => failed(error.message);
    const closed = (): void => {
      if (!read(true)) failed('the connection was closed');
    };
    const grow = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk]);
      if (!'HTTP/'.startsWith(received.toString('latin1', 0, 5))) failed('what came is no HTTP');
      else if (received.length > mostAnswerBytes) failed(`over ${mostAnswerBytes} bytes`);
      else read(false);
    };
    socket.on('error', broke).on('close', closed).on('data', grow);
  });
}

/** Undefined while the answer is not whole. RFC 9112 §6.3 says where a body ends. */
function parseAnswer(received: Buffer, headOnly: boolean, ended: boolean): HttpAnswer | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [statusLine = '', ...lines] = received.subarray(0, end).toString('latin1').split('\r\n');
  const headers: Record<string, string> = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const status = Number(statusLine.split(' ')[1]);
  const body = headOnly ? Buffer.alloc(0) : bodyOf(received.subarray(end + 4), headers, ended);
  return body && { status, headers, body };
}

function bodyOf(rest: Buffer, headers: Readonly<Record<string, string>>, ended: boolean): Buffer | undefined {
  if (/\bchunked$/i.test(headers['transfer-encoding'] ?? '')) return unchunked(rest);
  const length = headers['content-length'];
  if (length === undefined) return ended ? rest : undefined;
  return rest.length < Number(length) ? undefined : rest.subarray(0, Number(length));
}

/** Chunks put together, up to the last one; trailers are left alone. */
function unchunked(rest: Buffer): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = rest.indexOf('\r\n', at);
    const size = Number.parseInt(rest.toString('latin1', at, Math.max(at, lineEnd)), 16);
    if (lineEnd < 0 || !(size >= 0)) return undefined;
    if (size === 0) return Buffer.concat(chunks);
    const from = lineEnd + 2;
    if (rest.length < from + size + 2) return undefined;
    chunks.push(rest.subarray(from, from + size));
    at = from + size + 2;
  }
}
