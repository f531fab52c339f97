import fc from 'fast-check';
import type { HttpAnswer } from '#protocol/http.ts';
import { place, positionIn } from './place.ts';
import { type Twist, twistsOf } from './twist.ts';

const body = twistsOf('body');
const http = twistsOf('http');
const bytes = (values: Iterable<number>): string => Buffer.from([...values]).toString('latin1');

const withHeaders = ({ headers, ...answer }: HttpAnswer, more: Readonly<Record<string, string>>): HttpAnswer => ({
  ...answer,
  headers: { ...headers, ...more },
});

/** Around the whole body. */
const wrappings: Readonly<Record<string, (text: string) => string>> = {
  'after a byte order mark': (text) => `\u00ef\u00bb\u00bf${text}`,
  'after a line break': (text) => `\r\n${text}`,
  'before a line break': (text) => `${text}\r\n`,
  'in a page': (text) => `<html><body>${text}</body></html>`,
  'in quotes': (text) => `"${text}"`,
  'in UTF-16': (text) => [...text].map((character) => `${character}\0`).join(''),
  'wholly escaped': (text) => encodeURIComponent(text),
  'with semicolons': (text) => text.replaceAll('&', ';'),
  'with line breaks between pairs': (text) => text.replaceAll('&', '\r\n'),
  'of 70 KiB': (text) => `${text}&x=${'a'.repeat(70 * 1024)}`,
  'of 300 KiB': (text) => `x=${'a'.repeat(300 * 1024)}&${text}`,
  'of 20,000 pairs': (text) => `${'a=&'.repeat(20_000)}${text}`,
};

/** What happens to the body, whatever stands in it, and to the HTTP answer that carries it. */
export const bodyTwists: readonly Twist[] = [
  body(
    'byte',
    { explanation: 'One bit of the body is flipped.' },
    fc.record({ where: place, bit: fc.nat(7) }),
    ({ where, bit }, text) => {
      const index = positionIn(text.length, where);
      const flipped = String.fromCharCode(text.charCodeAt(index) ^ (1 << bit));
      return `${text.slice(0, index)}${flipped}${text.slice(index + 1)}`;
    },
  ),
  body('body-cut', { explanation: 'The body ends early, as announced.' }, place, (where, text) =>
    text.slice(0, positionIn(text.length, where)),
  ),
  body(
    'inserted',
    { explanation: 'Bytes stand in the body that do not belong there.' },
    fc.record({ where: place, bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }).map((some) => [...some]) }),
    ({ where, bytes: some }, text) => {
      const index = positionIn(text.length, where);
      return `${text.slice(0, index)}${bytes(some)}${text.slice(index)}`;
    },
  ),
  body(
    'wrapping',
    { explanation: 'Something stands around the pairs, or between them.' },
    fc.constantFrom(...Object.keys(wrappings)),
    (which, text) => wrappings[which]?.(text) ?? text,
  ),
  body(
    'noise',
    { explanation: 'The body is noise.' },
    fc.uint8Array({ maxLength: 300 }).map((some) => [...some]),
    (some) => bytes(some),
  ),
  http(
    'http-status',
    { explanation: 'It comes under another HTTP status.' },
    fc.constantFrom(404, 500, 201, 202, 203, 206, 300, 301, 302, 307, 400, 401, 403, 405, 410, 413, 429, 501, 502, 503),
    (status, answer) => ({ ...answer, status }),
  ),
  http(
    'headers',
    { explanation: 'It comes under other headers.', allowed: true },
    fc.constantFrom<Readonly<Record<string, string>>>(
      { 'content-type': 'text/html' },
      { 'content-type': 'application/octet-stream' },
      { 'content-type': 'text/plain; charset=utf-16' },
      { 'content-type': '' },
      { connection: 'close' },
      { 'x-more': 'x'.repeat(4000) },
      { location: 'https://elsewhere.example.com/' },
      { 'set-cookie': 'status=1' },
      { 'retry-after': 'soon' },
      { 'cache-control': 'no-store', etag: '"0"', vary: '*' },
    ),
    (headers, answer) => withHeaders(answer, headers),
  ),
];
