import { type Ended, refuseServer, Unanswered } from './outcome.ts';

/** How long the body is: so many bytes, in chunks, or all until the connection ends (RFC 9112 §6.3). */
export type Framing = number | 'chunks' | 'until-close';

/** What the status line and the fields of an answer say. */
export interface AnswerHead {
  readonly status: number;
  /** As it came, without the empty line. */
  readonly text: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly framing: Framing;
  readonly wantsClose: boolean;
}

const statusLine = /^HTTP\/1\.([01]) (\d{3})(?: .*)?$/;
/** RFC 9110 §5.6.2 */
const token = /^[!#$%&'*+.^_`|~\w-]+$/;
/** RFC 9110 §5.5: what no line may hold; and half of a line end (RFC 9112 §2.2). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones
const control = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n/;

/** A server says the same to every device within a second; what was read once need not be again. */
const known = new Map<string, AnswerHead>();
const knownAtMost = 16;

/** @throws Ended refused-server, check `answer`, when it is no head of an answer; Unanswered when the server changes protocols */
export function readAnswerHead(text: string, host: string): AnswerHead {
  const before = known.get(text);
  if (before !== undefined) return before;
  const head = readNewHead(text, host);
  if (known.size >= knownAtMost) known.clear();
  known.set(text, head);
  return head;
}

function readNewHead(text: string, host: string): AnswerHead {
  if (holdsControl(text)) throw noHttp(host, 'its head holds what no line may');
  // RFC 9112 §5.2: a line that goes on in the next is one line with a blank.
  const [first = '', ...lines] = text.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const [, minor, code] = statusLine.exec(first) ?? [];
  if (code === undefined) throw noHttp(host, 'the first line is no status line');
  const headers = lines.map((line) => readField(line, host));
  const all = (wanted: string): string[] =>
    headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
  const status = Number(code);
  if (status === 101) throw new Unanswered(`${host} switched to another protocol`, { mayRetry: true });
  const framing = framingOf(status, all('content-length'), all('transfer-encoding'), host);
  const wishes = all('connection').join().toLowerCase();
  const wantsClose = /\bclose\b/.test(wishes) || (minor === '0' && !/\bkeep-alive\b/.test(wishes));
  return { status, text, headers, framing, wantsClose };
}

export function holdsControl(line: string): boolean {
  return control.test(line);
}

/** RFC 9112 §5: no blank before the colon. @throws Ended refused-server, check `answer` */
export function readField(line: string, host: string): readonly [name: string, value: string] {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(0, colon));
  if (!token.test(name)) throw noHttp(host, 'a line of the head is no header');
  return [name, line.slice(colon + 1).trim()];
}

/** RFC 9112 §6.3; an interim answer has no body, whatever it says (RFC 9110 §15.2). */
function framingOf(status: number, lengths: readonly string[], codings: readonly string[], host: string): Framing {
  if (status < 200) return 0;
  if (codings.length > 0) {
    if (lengths.length > 0) throw noHttp(host, 'it has a Content-Length and a Transfer-Encoding');
    if (codings.join().toLowerCase() !== 'chunked') throw noHttp(host, 'its Transfer-Encoding is not chunked');
  }
  const [length] = lengths;
  if (lengths.length > 1 || (length !== undefined && !/^\d{1,15}$/.test(length))) {
    throw noHttp(host, 'its Content-Length is no number, or stands there twice');
  }
  if (status === 204 || status === 304) return 0;
  if (codings.length > 0) return 'chunks';
  return length === undefined ? 'until-close' : Number(length);
}

export function noHttp(host: string, why: string): Ended {
  return refuseServer('answer', `what ${host} answered is no HTTP: ${why}`);
}
