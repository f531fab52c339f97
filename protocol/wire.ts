import { MusterError } from './errors.ts';

/** One `variable=value` pair of a body. `raw` (and `value`, when it holds no escape) are views of the body, not copies. */
export interface Pair {
  readonly name: string;
  /** The value with every `%XX` turned into its byte. */
  readonly value: Uint8Array;
  /** The value as it stood in the body. */
  readonly raw: Uint8Array;
  /** Where the name begins, in bytes of the body. */
  readonly offset: number;
  /** Where the value begins, in bytes of the body. */
  readonly valueOffset: number;
}

/** What is wrong with the form of a body, and at which byte. */
export interface WireProblem {
  /** `piece`: no pair at all. `escape`: a `%` without its two digits. */
  readonly kind: 'piece' | 'escape';
  readonly offset: number;
  readonly message: string;
}

/** `escaped`: every non-alphanumeric byte becomes `%XX`. `raw`: the bytes stand as they are, as base64 does in answers. */
export type PairEncoding = 'escaped' | 'raw';

const ampersand = 0x26;
const equals = 0x3d;
const percent = 0x25;

/** The value of each hexadecimal digit in either case; 0xff for every other byte. */
const digitValues = new Uint8Array(256).fill(0xff);
for (let digit = 0; digit < 16; digit++) {
  const text = digit.toString(16);
  digitValues[text.charCodeAt(0)] = digit;
  digitValues[text.toUpperCase().charCodeAt(0)] = digit;
}

/** For each byte 1 when it may stand unescaped: letters and digits (WO 01/47232, Message formats; RFC 1738 §2.2). */
const alphanumeric = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[A-Za-z0-9]/.test(String.fromCharCode(byte)) ? 1 : 0,
);

const upperDigits = Buffer.from('0123456789ABCDEF', 'latin1');

/**
 * Reads a body of `variable=value` pairs joined by `&`, all of it, telling each problem to `onProblem`.
 * A piece without a name is left out; an escape that is none stays as the bytes it is. Time is linear in the body.
 */
export function scanPairs(body: Uint8Array, onProblem: (problem: WireProblem) => void): Pair[] {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const pairs: Pair[] = [];
  // The next '=' at or after the piece being read; looked for again only once it has been passed.
  let nextEquals = bytes.indexOf(equals);
  for (let offset = 0; offset < bytes.length; ) {
    const found = bytes.indexOf(ampersand, offset);
    const end = found === -1 ? bytes.length : found;
    // An empty pair (`&&`) says nothing.
    if (end > offset) {
      if (nextEquals !== -1 && nextEquals < offset) nextEquals = bytes.indexOf(equals, offset);
      // The first '=' ends the name; base64 padding after it belongs to the value.
      if (nextEquals === -1 || nextEquals >= end) {
        onProblem({ kind: 'piece', offset, message: `expected variable=value, saw ${end - offset} bytes without "="` });
      } else if (nextEquals === offset) {
        onProblem({ kind: 'piece', offset, message: 'expected the name of a variable before "=", saw none' });
      } else {
        const valueOffset = nextEquals + 1;
        const raw = bytes.subarray(valueOffset, end);
        pairs.push({
          name: bytes.toString('latin1', offset, nextEquals),
          value: unescapeValue(raw, valueOffset, onProblem),
          raw,
          offset,
          valueOffset,
        });
      }
    }
    offset = end + 1;
  }
  return pairs;
}

/**
 * Reads a body of `variable=value` pairs (WO 01/47232, Message formats). Order and duplicates are kept; empty pairs are
 * skipped; `+` is a plus. Throws `wire-malformed` with `details.offset` at the first piece that is no pair and at the
 * first `%` that two hexadecimal digits do not follow.
 */
export function decodePairs(body: Uint8Array): Pair[] {
  return scanPairs(body, ({ offset, message }) => {
    throw new MusterError('wire-malformed', `At byte ${offset} of the body: ${message}.`, { details: { offset } });
  });
}

/** `%XX` becomes its byte, and nothing else changes: `+` is a plus, a NUL is a byte like any other. */
function unescapeValue(raw: Buffer, offset: number, onProblem: (problem: WireProblem) => void): Buffer {
  let read = raw.indexOf(percent);
  if (read === -1) return raw;
  const value = Buffer.allocUnsafe(raw.length);
  raw.copy(value, 0, 0, read);
  let written = read;
  while (read < raw.length) {
    const byte = raw[read] ?? 0;
    if (byte === percent) {
      const high = digitValues[raw[read + 1] ?? 0] ?? 0xff;
      const low = digitValues[raw[read + 2] ?? 0] ?? 0xff;
      if (high !== 0xff && low !== 0xff) {
        value[written++] = high * 16 + low;
        read += 3;
        continue;
      }
      onProblem({ kind: 'escape', offset: offset + read, message: 'expected two hexadecimal digits after "%"' });
    }
    value[written++] = byte;
    read += 1;
  }
  return value.subarray(0, written);
}

/**
 * Writes pairs in the order given. A value is escaped unless said otherwise. What is written, `decodePairs` reads back:
 * a name that is not letters, digits, `-`, `_`, or a raw value that holds `&` or `%`, is a bug of the caller (`internal`).
 */
export function encodePairs(
  pairs: readonly (readonly [name: string, value: string | Uint8Array, encoding?: PairEncoding])[],
): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (const [name, value, encoding = 'escaped'] of pairs) {
    if (!/^[\w-]+$/.test(name)) throw new MusterError('internal', `${JSON.stringify(name)} is no name of a variable.`);
    pieces.push(Buffer.from(`${pieces.length === 0 ? '' : '&'}${name}=`, 'latin1'));
    const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
    if (encoding === 'escaped') pieces.push(escapeValue(bytes));
    else if (bytes.includes(ampersand) || bytes.includes(percent)) {
      throw new MusterError('internal', `The value of ${name} holds "&" or "%" and so cannot stand raw.`);
    } else pieces.push(bytes);
  }
  return Buffer.concat(pieces);
}

function escapeValue(bytes: Uint8Array): Uint8Array {
  const escaped = Buffer.allocUnsafe(bytes.length * 3);
  let written = 0;
  for (let read = 0; read < bytes.length; read++) {
    const byte = bytes[read] ?? 0;
    if (alphanumeric[byte] === 1) {
      escaped[written++] = byte;
    } else {
      escaped[written++] = percent;
      escaped[written++] = upperDigits[byte >> 4] ?? 0;
      escaped[written++] = upperDigits[byte & 15] ?? 0;
    }
  }
  return escaped.subarray(0, written);
}
