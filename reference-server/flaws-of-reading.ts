import { encodeDer } from '#protocol/pki/der.ts';
import { type Flaw, flaw } from './flaw.ts';

/** A pair of a body as text, byte for character. */
type Pair = readonly [name: string, value: string];

/** Reads a body pair by pair, as little as that takes, and writes it again. */
function eachPair(change: (pair: Pair, all: readonly Pair[]) => Pair | undefined): (body: string) => string {
  return (body) => {
    const pairs = body.split('&').map((piece): Pair => {
      const at = piece.indexOf('=');
      return at < 0 ? [piece, ''] : [piece.slice(0, at), piece.slice(at + 1)];
    });
    const read = pairs.map((pair) => change(pair, pairs)).filter((pair) => pair !== undefined);
    return read.map(([name, value]) => `${name}=${value}`).join('&');
  };
}

function eachValue(names: readonly string[], change: (value: string) => string): (body: string) => string {
  return eachPair(([name, value]) => [name, names.includes(name) ? change(value) : value]);
}

/** A variable that is missing or empty gets a value. */
function defaulting(variable: string, value: string): (body: string) => string {
  return (body) => {
    const filled = eachPair(([name, seen]) => [name, name === variable && seen === '' ? value : seen])(body);
    return new RegExp(`(^|&)${variable}=`).test(filled) ? filled : `${filled}&${variable}=${value}`;
  };
}

const unescaped = (value: string): string =>
  value.replace(/%([0-9A-Fa-f]{2})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)));
const escaped = (value: string): string =>
  value.replace(/[^A-Za-z0-9]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
/** Changes a value as it is without its escapes. */
const read = (change: (value: string) => string) => (value: string) => escaped(change(unescaped(value)));

const ids = ['device', 'customer'];
const texts = ['username', 'password'];
const variables = ['operation', 'nonce', ...texts, ...ids, 'request'];
const armour = /-----[A-Z ]+-----/g;

/** Two bytes for a character that needs one: 110000xx 10xxxxxx. */
const overlong = /[\xc0\xc1][\x80-\xbf]/g;
const shortened = (pair: string): string =>
  String.fromCharCode(((pair.charCodeAt(0) & 3) << 6) | (pair.charCodeAt(1) & 0x3f));

/** The first value in its outermost header, whatever follows or is missing. */
function firstValue(der: Uint8Array): Uint8Array {
  const size = (der[1] ?? 0) & 0x80 ? (der[1] ?? 0) & 0x7f : 0;
  const length = Buffer.from(der).readUIntBE(2, Math.max(1, size));
  return size > 0 && size < 4 ? der.subarray(0, 2 + size + length) : der;
}

/** Rewrites an outermost SEQUENCE of indefinite length as a definite one. */
function definite(der: Uint8Array): Uint8Array {
  return der[1] === 0x80 ? encodeDer(0x30, der.subarray(2, -2)) : der;
}

/** Servers that read something else than what was sent. */
export const readingFlaws: readonly Flaw[] = [
  flaw('plus-is-blank', 'Reads a plus sign in a body as a blank, as form decoders do.', {
    reads: (body) => body.replaceAll('+', ' '),
  }),
  flaw('guesses-operation', 'Takes a message without a known operation for a request.', {
    reads: (body) => {
      const known = /(^|&)operation=(getcacert|request|retrieve)(&|$)/.test(body);
      const rest = eachPair((pair) => (pair[0] === 'operation' ? undefined : pair))(body);
      return known ? body : `operation=request&${rest}`;
    },
  }),
  flaw('empty-is-getcacert', 'Gives its CA certificate to whoever sends nothing that it can read.', {
    reads: (body) => (/[^&=]=[^&]/.test(body) ? body : 'operation=getcacert'),
  }),
  flaw('last-value-counts', 'Of a variable that stands twice it takes the last.', {
    reads: (body) => {
      const pieces = body.split('&');
      const nameOf = (piece: string) => piece.split('=')[0];
      return pieces
        .filter((piece, at) => !pieces.slice(at + 1).some((later) => nameOf(later) === nameOf(piece)))
        .join('&');
    },
  }),
  flaw('lenient-escapes', 'Takes a percent sign that begins no escape for itself.', {
    reads: (body) => body.replace(/%(?![0-9A-Fa-f]{2})/g, '%25'),
  }),
  flaw('lenient-pieces', 'Passes over pieces of a body that are no pairs.', {
    reads: eachPair((pair, all) => (pair[0] === '' || (pair[1] === '' && all.length > 1) ? undefined : pair)),
  }),
  flaw('decodes-twice', 'Takes the escapes out of a value twice.', {
    reads: eachValue(variables, (value) => escaped(unescaped(unescaped(value)))),
  }),
  flaw('cuts-at-nul', 'Ends a user name, a password or a number at a NUL, as C strings end.', {
    reads: eachValue(
      [...texts, ...ids],
      read((value) => value.split('\0', 1)[0] ?? ''),
    ),
  }),
  flaw('drops-controls', 'Leaves line breaks in user names and numbers out.', {
    reads: eachValue(
      [...texts, ...ids],
      read((value) => value.replace(/[\r\n\t]/g, '')),
    ),
  }),
  flaw('overlong-utf8', 'Takes two bytes for a character that UTF-8 writes in one.', {
    reads: eachValue(
      texts,
      read((value) => value.replace(overlong, shortened)),
    ),
  }),
  flaw('trims-blanks', 'Takes blanks around a user name or a password away.', {
    reads: eachValue(
      texts,
      read((value) => value.trim()),
    ),
  }),
  flaw('names-by-prefix', 'Knows a variable by the beginning of its name.', {
    reads: eachPair(([name, value]) => [variables.find((known) => name.startsWith(known)) ?? name, value]),
  }),
  flaw('names-without-case', 'Knows a variable by its name in any letter case.', {
    reads: eachPair(([name, value]) => [name.toLowerCase(), value]),
  }),
  flaw('nonce-optional', 'Takes a request that bears no nonce, or an empty one.', {
    reads: defaulting('nonce', '00'),
  }),
  flaw('cuts-long-values', 'Cuts a nonce that is too long to the length that it knows.', {
    reads: eachValue(
      ['nonce'],
      read((value) => value.slice(0, 128)),
    ),
  }),
  flaw('lenient-base64', 'Adds the padding that base64 lacks, and passes over other characters.', {
    reads: eachValue(
      ['request'],
      read((value) => {
        const letters = value
          .replace(/[^A-Za-z0-9+/\-_]/g, '')
          .replaceAll('-', '+')
          .replaceAll('_', '/');
        return letters.padEnd(Math.ceil(letters.length / 4) * 4, '=');
      }),
    ),
  }),
  flaw('takes-pem', 'Takes a PKCS#10 in its PEM armour.', {
    reads: eachValue(
      ['request'],
      read((value) => (armour.test(value) ? value.replace(armour, '').replace(/\s/g, '') : value)),
    ),
  }),
  flaw('ids-as-numbers', 'Reads a device number as C does: blanks, a plus and leading zeros do not count.', {
    reads: eachValue(
      ids,
      read((value) => value.replace(/^\s*\+?0*(?=\d)/, '').replace(/\D.*$/s, '')),
    ),
  }),
  flaw('ids-of-64-bits', 'Counts device numbers modulo 2^64.', {
    reads: eachValue(
      ids,
      read((value) => (/^-?\d{1,40}$/.test(value) ? String(BigInt.asUintN(64, BigInt(value))) : value)),
    ),
  }),
  flaw('cuts-trailing-bytes', 'Reads the first value of a PKCS#10 and passes over what follows.', {
    readsPkcs10: firstValue,
  }),
  flaw('reads-ber', 'Reads a PKCS#10 in BER, of indefinite length.', { readsPkcs10: definite }),
];
