import { type AnswerHead, holdsControl, noHttp, readAnswerHead, readField } from './answer-head.ts';
import { type Ended, refuseServer } from './outcome.ts';

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
/** RFC 9112 §7.1; no answer of the protocol takes more than seven digits of bytes. */
const chunkLine = /^([\da-f]{1,7})[ \t]*(?:;.*)?$/i;

/**
 * Reads one answer of HTTP/1.1 from the bytes of a connection as they come (RFC 9112). Where the RFC leaves two readings it
 * takes none. @throws Ended refused-server, check `answer` or `answer.size`, when what came is no answer, or too much of one
 */
export class AnswerReader {
  #pieces: Buffer[] = [];
  #bytes = 0;
  #head: AnswerHead | undefined;
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
    let head = this.#head;
    while (head === undefined) {
      if (!this.#takeHead()) return undefined;
      head = this.#head;
    }
    const { framing } = head;
    if (typeof framing === 'number') {
      this.#bound(Math.min(this.#bytes, framing));
      return this.#bytes >= framing ? this.#whole(head, this.unread, framing) : undefined;
    }
    if (framing === 'chunks') return this.#unchunked(head);
    this.#bound(this.#bytes);
    return undefined;
  }

  /** The connection has ended: the answer, if that makes it whole. */
  end(): RawAnswer | undefined {
    return this.#head?.framing === 'until-close' ? this.#whole(this.#head, this.unread, this.#bytes) : undefined;
  }

  /** One head; an interim answer is passed over (RFC 9110 §15.2). */
  #takeHead(): boolean {
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
    this.#pieces = [all.subarray(end + 4)];
    this.#bytes = all.length - end - 4;
    const head = readAnswerHead(all.toString('latin1', 0, end), this.#host);
    if (head.status >= 200) this.#head = head;
    return true;
  }

  /** RFC 9112 §7.1: read anew from its beginning for each piece, which is rare and short. */
  #unchunked(head: AnswerHead): RawAnswer | undefined {
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
      if (digits === undefined || holdsControl(line)) throw this.#noHttp('the size of a chunk is none');
      const size = Number.parseInt(digits, 16);
      const from = end + 2;
      if (size === 0) return this.#afterTrailers(head, all, from, body);
      this.#bound(body.reduce((sum, { length }) => sum + length, 0) + Math.min(size, Math.max(0, all.length - from)));
      if (all.length < from + size + 2) return undefined;
      if (all.toString('latin1', from + size, from + size + 2) !== '\r\n')
        throw this.#noHttp('a chunk is longer than it says');
      body.push(all.subarray(from, from + size));
      at = from + size + 2;
    }
  }

  /** RFC 9112 §7.1.2: fields after the last chunk are passed over. */
  #afterTrailers(head: AnswerHead, all: Buffer, from: number, body: readonly Buffer[]): RawAnswer | undefined {
    for (let at = from; ; ) {
      const end = all.indexOf('\r\n', at);
      if (end < 0) return undefined;
      if (end === at) {
        const whole = Buffer.concat(body);
        return this.#whole(head, whole, whole.length, all.length > end + 2);
      }
      const line = all.toString('latin1', at, end);
      if (holdsControl(line)) throw this.#noHttp('a line after the last chunk is no header');
      readField(line, this.#host);
      at = end + 2;
    }
  }

  #whole(head: AnswerHead, all: Buffer, length: number, isFollowed = all.length > length): RawAnswer {
    const { status, text, headers } = head;
    const mayGoOn = !isFollowed && !head.wantsClose && head.framing !== 'until-close';
    return { status, head: text, headers, body: all.subarray(0, length), mayGoOn };
  }

  #bound(bytes: number): void {
    if (bytes > maximumAnswerBytes) throw tooLong();
  }

  /** The framing of chunks may be as long again as what it frames. */
  #boundChunked(bytes: number): void {
    if (bytes > 2 * maximumAnswerBytes + maximumHeadBytes) throw tooLong();
  }

  #noHttp(why: string): Ended {
    return noHttp(this.#host, why);
  }
}

function tooLong(): Ended {
  return refuseServer('answer.size', `the answer is longer than ${maximumAnswerBytes} bytes`);
}
