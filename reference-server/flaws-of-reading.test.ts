import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodePairs } from '#protocol/wire.ts';
import { readingFlaws } from './flaws-of-reading.ts';

/** What a body is made of by a careless reader, beside what it is: variables and values as text. */
const readings: readonly (readonly [flaw: string, body: string, read: Readonly<Record<string, string>>])[] = [
  ['plus-is-blank', 'nonce=a+b', { nonce: 'a b' }],
  ['guesses-operation', 'operation=enroll&nonce=1', { operation: 'request', nonce: '1' }],
  ['empty-is-getcacert', '&&', { operation: 'getcacert' }],
  ['last-value-counts', 'nonce=1&device=2&nonce=3', { device: '2', nonce: '3' }],
  ['lenient-escapes', 'x=%ZZ&y=%', { x: '%ZZ', y: '%' }],
  ['lenient-pieces', 'nonce=1&just&=value', { nonce: '1' }],
  ['decodes-twice', 'username=a%252Db', { username: 'a-b' }],
  ['cuts-at-nul', 'device=7%00x&nonce=a%00b', { device: '7', nonce: 'a\0b' }],
  ['drops-controls', 'username=a%0D%0Ab', { username: 'ab' }],
  ['overlong-utf8', 'username=%C1%B5ser', { username: 'user' }],
  ['trims-blanks', 'password=%20a%20b%20', { password: 'a b' }],
  ['names-by-prefix', 'requestx=AAAA&other=1', { request: 'AAAA', other: '1' }],
  ['names-without-case', 'NONCE=1', { nonce: '1' }],
  ['nonce-optional', 'operation=request&nonce=', { operation: 'request', nonce: '00' }],
  ['cuts-long-values', `nonce=${'a'.repeat(200)}`, { nonce: 'a'.repeat(128) }],
  ['lenient-base64', 'request=AA-_A%20', { request: 'AA+/A===' }],
  ['takes-pem', 'request=-----BEGIN%20X-----%0AAAAA%0A-----END%20X-----', { request: 'AAAA' }],
  ['ids-as-numbers', 'device=%20%2B007abc', { device: '7' }],
  ['ids-of-64-bits', 'device=18446744073709551623', { device: '7' }],
];

test('each careless reading is shown by a body here', () => {
  const bodies = readingFlaws.filter(({ reads }) => reads).map(({ id }) => id);
  assert.deepEqual(new Set(readings.map(([flaw]) => flaw)), new Set(bodies));
});

for (const [id, body, expected] of readings) {
  test(`${id} makes of a body what it should not`, () => {
    const reads = readingFlaws.find((flaw) => flaw.id === id)?.reads;
    assert.ok(reads);
    const pairs = decodePairs(Buffer.from(reads(body), 'latin1'));
    const read = Object.fromEntries(pairs.map(({ name, value }) => [name, Buffer.from(value).toString('latin1')]));
    assert.deepEqual(read, expected);
  });

  test(`${id} leaves an honest body as it is, in what it means`, () => {
    const reads = readingFlaws.find((flaw) => flaw.id === id)?.reads;
    const honest = 'operation=request&nonce=a%2Db&username=u%2D1&password=p%2Dq&device=7&customer=8&request=AAA%3D';
    const meaning = (text: string) =>
      decodePairs(Buffer.from(text, 'latin1')).map(({ name, value }) => [name, Buffer.from(value).toString('latin1')]);
    assert.deepEqual(meaning(reads?.(honest) ?? ''), meaning(honest));
  });
}
