import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { notRandom } from './randomness.ts';

const hash = (number: number): string => createHash('sha256').update(String(number)).digest('hex').slice(0, 32);
const twelve = (of: (number: number) => string): string[] => Array.from({ length: 12 }, (_, number) => of(number));

test('numbers without a pattern pass, a thousand times (control)', () => {
  for (let run = 0; run < 1000; run++) assert.equal(notRandom(twelve((number) => hash(100 * run + number))), undefined);
});

test('counters, clocks, short numbers, repetitions and numbers of mostly one bit are found', () => {
  const base = BigInt(`0x${hash(1)}`);
  assert.match(notRandom(twelve((number) => (base + BigInt(number)).toString(16))) ?? '', /differ in \d of/);
  assert.match(
    notRandom(twelve((number) => (1_700_000_000_000_000_000n + BigInt(number * 7_919)).toString(16))) ?? '',
    /differ in/,
  );
  assert.match(notRandom(twelve(() => hash(1))) ?? '', /differ in 0 of/);
  assert.match(notRandom(twelve((number) => hash(number).slice(0, 12))) ?? '', /shorter than 64 bits/);
  const sparse = (number: number): string =>
    (BigInt(`0x${hash(number)}`) & BigInt(`0x${hash(number + 50)}`)).toString(16);
  assert.match(notRandom(twelve((number) => `f${sparse(number).padStart(31, '0')}`)) ?? '', /are 1/);
});
