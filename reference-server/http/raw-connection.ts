import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';

/** An answer as it stood on the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly statusText: string;
  /** Line by line, unchanged, without the status line. */
  readonly headerLines: readonly string[];
  readonly body: string;
}

/** A client that sends bytes as they are given, and shows what comes back as it came. For tests. */
export class RawConnection {
  readonly socket: Socket;
  #received = '';

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => {
      this.#received += bytes.toString('latin1');
    });
  }

  static async open(url: string, tls: ConnectionOptions = {}): Promise<RawConnection> {
    const { protocol, port } = new URL(url);
    const secure = protocol === 'https:';
    const socket = secure
      ? connectTls({
          host: '127.0.0.1',
          port: Number(port),
          servername: 'localhost',
          rejectUnauthorized: false,
          ...tls,
        })
      : connectTcp({ host: '127.0.0.1', port: Number(port) });
    const connection = new RawConnection(socket);
    await once(socket, secure ? 'secureConnect' : 'connect');
    return connection;
  }

  /** Sends the bytes, and waits for one answer. Throws when the server ends the connection before. */
  async exchange(bytes: Uint8Array | string): Promise<RawAnswer> {
    this.socket.write(bytes);
    for (;;) {
      const answer = this.#take();
      if (answer) return answer;
      if (this.socket.readableEnded || this.socket.destroyed)
        throw new Error('The connection ended without an answer.');
      await Promise.race([once(this.socket, 'data'), once(this.socket, 'close')]);
    }
  }

  close(): void {
    this.socket.destroy();
  }

  #take(): RawAnswer | undefined {
    const headEnd = this.#received.indexOf('\r\n\r\n');
    if (headEnd < 0) return undefined;
    const [statusLine = '', ...headerLines] = this.#received.slice(0, headEnd).split('\r\n');
    const length = Number(/^content-length: (\d+)$/m.exec(headerLines.join('\n'))?.[1] ?? 0);
    const end = headEnd + 4 + length;
    if (this.#received.length < end) return undefined;
    const body = this.#received.slice(headEnd + 4, end);
    this.#received = this.#received.slice(end);
    const [, status = '', statusText = ''] = /^HTTP\/1\.1 (\d{3}) (.*)$/.exec(statusLine) ?? [];
    return { status: Number(status), statusText, headerLines, body };
  }
}

/** One request on a connection of its own. */
export async function exchangeOnce(
  url: string,
  bytes: Uint8Array | string,
  tls?: ConnectionOptions,
): Promise<RawAnswer> {
  const connection = await RawConnection.open(url, tls);
  try {
    return await connection.exchange(bytes);
  } finally {
    connection.close();
  }
}

/** A POST as a device sends it; `changes` are header lines that come after the usual ones. */
export function postBytes(body: Uint8Array | string, path = '/tep', ...changes: readonly string[]): Buffer {
  const bytes = Buffer.from(body);
  const head = [`POST ${path} HTTP/1.1`, 'Host: localhost', `Content-Length: ${bytes.length}`, ...changes, '', ''];
  return Buffer.concat([Buffer.from(head.join('\r\n')), bytes]);
}
