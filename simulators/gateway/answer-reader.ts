import { type Ended, refuseServer, Unanswered } from './outcome.ts';

/** No answer of the protocol is near this. */
const maximumAnswerBytes = 64 * 1024;
const maximumHeadBytes = 16 * 1024;

export interface RawAnswer {
  readonly status: number;
  /** The status line and the headers, as they came. */
  readonly head: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** True when the connection may carry another message: nothing followed the answer, and neither side wants it closed. */
  readonly mayGoOn: boolean;
}

/** How every answer begins (RFC 9112 §4); what comes is compared with it as it comes. */
const beginning = 'HTTP/1.';
const statusLine = /^HTTP\/1\.([01]) (\d{3})(?: .*)?$/;
/** RFC 9110 §5.6.2 */
const token = /^[!#$%&'*+.^_`|~\w-]+$/;
/** RFC 9110 §5.5: what no line may hold; and half of a line end (RFC 9112 §2.2). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones
const control = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n/;
/** RFC 9112 §7.1; no answer of the protocol takes more than seven digits of bytes. */
const chunkLine = /^([\da-f]{1,7})[ \t]*(?:;.*)?$/i;

/**
 * Reads one answer of HTTP/1.1 from the bytes of a connection as they come (RFC 9112). Where the RFC leaves two readings it
 * takes none. @throws Ended refused-server, check `answer` or `answer.size`, when what came is no answer, or too much of one
 */
export class AnswerReader {
  #pieces: Buffer[] = [];
  #bytes = 0;
  #head: Omit<RawAnswer, 'body' | 'mayGoOn'> | undefined;
  /** Bytes of body: stated, in chunks, or all until the connection ends. */
  #framing: number | 'chunks' | 'until-close' = 'until-close';
  #wantsClose = false;
  readonly #host: string;

  constructor(host: string) {
    this.#host = host;
  }

  /** What came that is not understood yet, for whoever shows it. */
  get unread(): Buffer {
    return Buffer.concat(this.#pieces);
  }

  /** The answer, once it is whole. */
  push(piece: Buffer): RawAnswer | undefined {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    while (this.#head === undefined) {
      if (!this.#readHead()) return undefined;
    }
    if (typeof this.#framing === 'number') {
      this.#bound(Math.min(this.#bytes, this.#framing));
      return this.#bytes >= this.#framing ? this.#whole(this.unread, this.#framing) : undefined;
    }
    if (this.#framing === 'chunks') return this.#unchunked();
    this.#bound(this.#bytes);
    return undefined;
  }

  /** The connection has ended: the answer, if that makes it whole. */
  end(): RawAnswer | undefined {
    const isWhole = this.#head !== undefined && this.#framing === 'until-close';
    return isWhole ? this.#whole(this.unread, this.#bytes) : undefined;
  }

  /** One head; an interim answer is passed over (RFC 9110 §15.2). */
  #readHead(): boolean {
    const all = this.unread;
    this.#pieces = [all];
    const started = all.toString('latin1', 0, beginning.length);
    if (!beginning.startsWith(started)) throw this.#noHttp('the first line is no status line');
    const end = all.indexOf('\r\n\r\n');
    if (end < 0 ? all.length > maximumHeadBytes : end > maximumHeadBytes) {
      throw refuseServer('answer.size', `the head of the answer is longer than ${maximumHeadBytes} bytes`);
    }
    if (end < 0) {
      // RFC 9112 §2.2 lets a recipient take a line feed alone; this one does not.
      if (/(?:^|[^\r])\n/.test(all.toString('latin1'))) throw this.#noHttp('a line ends with a line feed alone');
      return false;
    }
    const head = all.toString('latin1', 0, end);
    this.#pieces = [all.subarray(end + 4)];
    this.#bytes = all.length - end - 4;
    this.#judgeHead(head);
    return true;
  }

  #judgeHead(head: string): void {
    if (control.test(head)) throw this.#noHttp('its head holds what no line may');
    // RFC 9112 §5.2: a line that goes on in the next is one line with a blank.
    const [first = '', ...lines] = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
    const [, minor, code] = statusLine.exec(first) ?? [];
    if (code === undefined) throw this.#noHttp('the first line is no status line');
    const headers: (readonly [string, string])[] = [];
    const lengths: string[] = [];
    const codings: string[] = [];
    let wishes = '';
    for (const line of lines) {
      const header = this.#header(line);
      headers.push(header);
      const name = header[0].toLowerCase();
      if (name === 'content-length') lengths.push(header[1]);
      else if (name === 'transfer-encoding') codings.push(header[1]);
      else if (name === 'connection') wishes += `${header[1].toLowerCase()},`;
    }
    const status = Number(code);
    if (status === 101) throw new Unanswered(`${this.#host} switched to another protocol`, { mayRetry: true });
    if (status >= 100 && status < 200) return;
    this.#framing = this.#framingOf(status, lengths, codings);
    this.#wantsClose = /\bclose\b/.test(wishes) || (minor === '0' && !/\bkeep-alive\b/.test(wishes));
    this.#head = { status, head, headers };
  }

  /** RFC 9112 §5: no blank before the colon. */
  #header(line: string): readonly [name: string, value: string] {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon));
    if (!token.test(name)) throw this.#noHttp('a line of the head is no header');
    return [name, line.slice(colon + 1).trim()];
  }

  /** RFC 9112 §6.3. */
  #framingOf(
    status: number,
    lengths: readonly string[],
    codings: readonly string[],
  ): number | 'chunks' | 'until-close' {
    if (codings.length > 0) {
      if (lengths.length > 0) throw this.#noHttp('it has a Content-Length and a Transfer-Encoding');
      if (codings.join().toLowerCase() !== 'chunked') throw this.#noHttp('its Transfer-Encoding is not chunked');
    }
    const [length] = lengths;
    if (lengths.length > 1 || (length !== undefined && !/^\d{1,15}$/.test(length))) {
      throw this.#noHttp('its Content-Length is no number, or stands there twice');
    }
    if (status === 204 || status === 304) return 0;
    if (codings.length > 0) return 'chunks';
    return length === undefined ? 'until-close' : Number(length);
  }

  /** RFC 9112 §7.1: read anew from its beginning for each piece, which is rare and short. */
  #unchunked(): RawAnswer | undefined {
    const all = this.unread;
    this.#pieces = [all];
    this.#boundChunked(all.length);
    const body: Buffer[] = [];
    for (let at = 0; ; ) {
      const end = all.indexOf('\r\n', at);
      if (end < 0) {
        if (all.length - at > maximumHeadBytes) throw this.#noHttp('the size of a chunk is none');
        return undefined;
      }
      const line = all.toString('latin1', at, end);
      const [, digits] = chunkLine.exec(line) ?? [];
      if (digits === undefined || control.test(line)) throw this.#noHttp('the size of a chunk is none');
      const size = Number.parseInt(digits, 16);
      const from = end + 2;
      if (size === 0) return this.#afterTrailers(all, from, body);
      this.#bound(body.reduce((sum, { length }) => sum + length, 0) + Math.min(size, Math.max(0, all.length - from)));
      if (all.length < from + size + 2) return undefined;
      if (all.toString('latin1', from + size, from + size + 2) !== '\r\n')
        throw this.#noHttp('a chunk is longer than it says');
      body.push(all.subarray(from, from + size));
      at = from + size + 2;
    }
  }

  /** RFC 9112 §7.1.2: fields after the last chunk are passed over. */
  #afterTrailers(all: Buffer, from: number, body: readonly Buffer[]): RawAnswer | undefined {
    for (let at = from; ; ) {
      const end = all.indexOf('\r\n', at);
      if (end < 0) return undefined;
      if (end === at) {
        const whole = Buffer.concat(body);
        return this.#whole(whole, whole.length, all.length > end + 2);
      }
      const line = all.toString('latin1', at, end);
      if (control.test(line)) throw this.#noHttp('a line after the last chunk is no header');
      this.#header(line);
      at = end + 2;
    }
  }

  #whole(all: Buffer, length: number, isFollowed = all.length > length): RawAnswer {
    const { status = 0, head = '', headers = [] } = this.#head ?? {};
    const mayGoOn = !isFollowed && !this.#wantsClose && this.#framing !== 'until-close';
    return { status, head, headers, body: all.subarray(0, length), mayGoOn };
  }

  #bound(bytes: number): void {
    if (bytes > maximumAnswerBytes) throw tooLong();
  }

  /** The framing of chunks may be as long again as what it frames. */
  #boundChunked(bytes: number): void {
    if (bytes > 2 * maximumAnswerBytes + maximumHeadBytes) throw tooLong();
  }

  #noHttp(why: string): Ended {
    return refuseServer('answer', `what ${this.#host} answered is no HTTP: ${why}`);
  }
}

function tooLong(): Ended {
  return refuseServer('answer.size', `the answer is longer than ${maximumAnswerBytes} bytes`);
}
