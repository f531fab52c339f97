import fc from 'fast-check';
import { toPem } from '#protocol/pki/pem.ts';
import { place, positionIn } from './place.ts';
import { type Twist, twistsOf } from './twist.ts';

const twist = twistsOf('base64');

const escaped = (text: string, which: RegExp, lower: boolean): string =>
  text.replace(which, (character) => {
    const digits = character.charCodeAt(0).toString(16).padStart(2, '0');
    return `%${lower ? digits : digits.toUpperCase()}`;
  });

/** What is wrong with a base64 text, and what becomes of it. */
const damages: Readonly<Record<string, (text: string) => string>> = {
  'without padding': (text) => text.replace(/=+$/, ''),
  'of the URL alphabet': (text) => text.replaceAll('+', '-').replaceAll('/', '_'),
  'with blanks for its plus signs': (text) => text.replaceAll('+', ' '),
  'with tabs in it': (text) => text.replace(/(.{60})/g, '$1\t'),
  'in PEM': (text) => encodeURIComponent(toPem('CERTIFICATE', Buffer.from(text, 'base64'))),
  'in PEM, raw': (text) => toPem('CERTIFICATE', Buffer.from(text, 'base64')).replaceAll('\n', '\r\n'),
  'twice encoded': (text) => Buffer.from(text).toString('base64'),
  'in hexadecimal': (text) => Buffer.from(text, 'base64').toString('hex'),
  'twice escaped': (text) => encodeURIComponent(encodeURIComponent(text)),
  'with a broken escape': (text) => `${text.slice(0, 40)}%4${text.slice(40)}`,
  'with padding in the middle': (text) => `${text.slice(0, 40)}==${text.slice(40)}`,
  'with padding to spare': (text) => `${text}====`,
  'and then a NUL': (text) => `${text}%00${text}`,
  empty: () => '',
};

/** What happens to the base64 of a certificate: its value in the answer, raw as it stands there. */
export const textTwists: readonly Twist[] = [
  twist(
    'wrapped',
    { explanation: 'The base64 has line breaks.', allowed: true },
    fc.record({ width: fc.integer({ min: 1, max: 80 }), end: fc.constantFrom('\r\n', '\n') }),
    // An escape stays whole.
    ({ width, end }, text) => (text.includes('%') ? text : text.replace(new RegExp(`(.{${width}})`, 'g'), `$1${end}`)),
  ),
  twist(
    'escaped',
    { explanation: 'The base64 is escaped, some of it or all.', allowed: true },
    fc.record({ which: fc.constantFrom('[+/=]', '[^A-Za-z0-9]', '[a-m+=]', '[^]'), lower: fc.boolean() }),
    ({ which, lower }, text) => escaped(text, new RegExp(which, 'g'), lower),
  ),
  twist(
    'damaged',
    { explanation: 'The base64 is none, or not in its one form.' },
    fc.constantFrom(...Object.keys(damages)),
    (which, text) => damages[which]?.(text) ?? text,
  ),
  twist(
    'character',
    { explanation: 'A byte that is not of it stands in the base64.' },
    fc.record({ where: place, byte: fc.constantFrom(0x00, 0x20, 0x21, 0x2a, 0x3d, 0x7f, 0x80, 0xff) }),
    ({ where, byte }, text) => {
      const split = positionIn(text.length, where);
      return `${text.slice(0, split)}${String.fromCharCode(byte)}${text.slice(split)}`;
    },
  ),
  twist('text-cut', { explanation: 'The base64 ends early.' }, fc.integer({ min: 1, max: 300 }), (left, text) =>
    text.slice(0, Math.max(0, text.length - left)),
  ),
];
