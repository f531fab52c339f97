import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isThatWay, wayOf } from './way-of-failing.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);

test('names, ports, times and bytes of one run are any in the next; statuses and words are not', () => {
  const first =
    'Expected: gw-0a1b2c3d4e.example.com is answered within 500 ms. Seen: HTTP 403, status 7 and 3 of 20 retries from https://localhost:40123/tep after 812.5 ms, serial 5f3a9b0c77aa.';
  const way = wayOf(first);
  assert.equal(
    way,
    'Expected: * is answered within * ms. Seen: HTTP 403, status 7 and * of * retries from */tep after * ms, serial *.',
  );
  const next = first
    .replace('0a1b2c3d4e', 'ffffffff00')
    .replace('40123', '9')
    .replace('812.5', '3')
    .replace('3 of', '19 of')
    .replace('5f3a9b', '0000a1');
  assert.ok(isThatWay(way, next));
  assert.ok(!isThatWay(way, next.replace('status 7', 'status 8')), 'another status is another failure');
  assert.ok(!isThatWay(way, next.replace('403', '500')));
  assert.ok(!isThatWay(way, next.replace('answered', 'refused')));
});

test('the counterexample of a property is any', () => {
  const found =
    'A device takes none: it took one. Counterexample after 3 shrinks (path 4:1): ["a*b"]. Replay: muster …';
  assert.equal(wayOf(found), 'A device takes none: it took one. Counterexample *');
});

test('a text is always of its own way, however long, with whatever blanks and stars', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => isThatWay(wayOf(text), text)),
    { seed, numRuns: 500 },
  );
  const long = `${'word '.repeat(200)}end`;
  assert.ok(isThatWay(wayOf(long), long) && wayOf(long).length < 250);
});

test('a star stands for any text, in its order, and nothing else does', () => {
  const rows: readonly [way: string, text: string, holds: boolean][] = [
    ['a * c', 'a b c', true],
    ['a * c', 'a c', false],
    ['a*c', 'ac', true],
    ['a*', 'abc', true],
    ['*c', 'abc', true],
    ['a*b*c', 'a-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['ab*ba', 'aba', false],
    ['abc', 'abc', true],
    ['abc', 'abcd', false],
    ['*', '', true],
    ['a.c', 'abc', false],
  ];
  for (const [way, text, holds] of rows) assert.equal(isThatWay(way, text), holds, `${way} / ${text}`);
});
