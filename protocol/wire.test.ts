import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MusterError } from './errors.ts';
import { decodePairs, encodePairs, type Pair, scanPairs } from './wire.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);
const names = fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/);
const rawBytes = fc.uint8Array().map((bytes) => bytes.filter((byte) => byte !== 0x26 && byte !== 0x25));

function read(body: string): [string, string][] {
  return decodePairs(Buffer.from(body, 'latin1')).map(({ name, value }) => [
    name,
    Buffer.from(value).toString('latin1'),
  ]);
}

function problemAt(body: string): unknown {
  try {
    decodePairs(Buffer.from(body, 'latin1'));
  } catch (error) {
    assert.ok(error instanceof MusterError);
    assert.equal(error.code, 'wire-malformed');
    return error.details.offset;
  }
  return undefined;
}

test('pairs keep their order and their duplicates', () => {
  assert.deepEqual(read('b=1&a=2&b=3'), [
    ['b', '1'],
    ['a', '2'],
    ['b', '3'],
  ]);
});

test('an empty pair is skipped, an empty value is kept', () => {
  assert.deepEqual(read('&&a=&&b=1&'), [
    ['a', ''],
    ['b', '1'],
  ]);
  assert.deepEqual(read(''), []);
  assert.deepEqual(read('&'), []);
});

test('the first "=" ends the name, so base64 padding stays in the value', () => {
  assert.deepEqual(read('cert=AAA+/w==&status=0'), [
    ['cert', 'AAA+/w=='],
    ['status', '0'],
  ]);
});

test('a plus is a plus, never a space', () => {
  assert.deepEqual(read('a=x+y'), [['a', 'x+y']]);
});

test('escapes take hexadecimal digits of either case and are decoded once', () => {
  assert.deepEqual(read('a=%2b%2B%2f&b=%2541'), [
    ['a', '++/'],
    ['b', '%41'],
  ]);
});

test('a NUL and bytes over 0x7F neither cut nor break a value', () => {
  assert.deepEqual(read('nonce=17%0018%00&x=\xff\x00\x80'), [
    ['nonce', '17\x0018\x00'],
    ['x', '\xff\x00\x80'],
  ]);
});

test('a broken escape is named by its byte, a whole one is not', () => {
  assert.equal(problemAt('a=%41'), undefined);
  for (const [body, offset] of [
    ['a=%', 2],
    ['a=x%4', 3],
    ['a=%ZZ', 2],
    ['a=%4&b=1', 2],
    ['a=1&b=%+1', 6],
    ['a=%%41', 2],
  ] as const) {
    assert.equal(problemAt(body), offset, body);
  }
});

test('a piece without "=" or without a name is named by its byte', () => {
  for (const [body, offset] of [
    ['operation', 0],
    ['=', 0],
    ['a=1&operation&b=2', 4],
    ['a=1&=x', 4],
    ['\r\n', 0],
  ] as const) {
    assert.equal(problemAt(body), offset, body);
  }
});

test('scanning goes on after a problem and tells every one', () => {
  const offsets: number[] = [];
  const pairs = scanPairs(Buffer.from('x&a=%Z&=1&b=2'), (problem) => offsets.push(problem.offset));
  assert.deepEqual(offsets, [0, 4, 7]);
  assert.deepEqual(
    pairs.map(({ name, value, offset, valueOffset }) => [name, Buffer.from(value).toString(), offset, valueOffset]),
    [
      ['a', '%Z', 2, 4],
      ['b', '2', 10, 12],
    ],
  );
});

test('every non-alphanumeric byte of an escaped value is written as %XX', () => {
  const body = encodePairs([
    ['operation', 'request'],
    ['nonce', Uint8Array.of(0x31, 0, 0xff)],
    ['request', 'A+/w=='],
    ['password', 'p-ä_.'],
  ]);
  assert.equal(
    Buffer.from(body).toString(),
    'operation=request&nonce=1%00%FF&request=A%2B%2Fw%3D%3D&password=p%2D%C3%A4%5F%2E',
  );
});

test('a raw value stands as it is, and one that would break the pairs is refused', () => {
  assert.equal(Buffer.from(encodePairs([['cert', 'A+/w==', 'raw']])).toString(), 'cert=A+/w==');
  assert.throws(() => encodePairs([['cert', 'A&b=1', 'raw']]), { code: 'internal' });
  assert.throws(() => encodePairs([['cert', '%41', 'raw']]), { code: 'internal' });
  assert.throws(() => encodePairs([['a=b', '1']]), { code: 'internal' });
});

test('what is encoded decodes to the same names and bytes, whatever the bytes', () => {
  const pair = fc.oneof(
    fc.tuple(names, fc.uint8Array(), fc.constant('escaped' as const)),
    fc.tuple(names, rawBytes, fc.constant('raw' as const)),
  );
  const same = fc.property(fc.array(pair), (pairs) => {
    const decoded = decodePairs(encodePairs(pairs));
    assert.deepEqual(
      decoded.map(({ name, value }) => [name, Buffer.from(value)]),
      pairs.map(([name, value]) => [name, Buffer.from(value)]),
    );
  });
  fc.assert(same, { seed });
});

test('no byte string makes the reader throw anything but wire-malformed, and its offsets tell the truth', () => {
  const dense = fc
    .array(fc.constantFrom(0x26, 0x3d, 0x25, 0x34, 0x41, 0x00, 0xff))
    .map((bytes) => Uint8Array.from(bytes));
  const property = fc.property(fc.oneof(fc.uint8Array(), dense), (body) => {
    let pairs: Pair[] = [];
    try {
      pairs = decodePairs(body);
    } catch (error) {
      assert.ok(error instanceof MusterError && error.code === 'wire-malformed');
      assert.ok(Number(error.details.offset) < body.length);
    }
    for (const { name, raw, offset, valueOffset } of pairs) {
      assert.equal(Buffer.from(body.subarray(offset, valueOffset)).toString('latin1'), `${name}=`);
      assert.deepEqual(Buffer.from(body.subarray(valueOffset, valueOffset + raw.length)), Buffer.from(raw));
    }
  });
  fc.assert(property, { seed, numRuns: 1000 });
});

test('the time to read a body is linear in its length', () => {
  // Each shape would take far longer if any step looked through the rest of the body again.
  for (const [piece, count] of [
    ['a&', 400_000],
    ['=&', 400_000],
    ['a=%&', 100_000],
    ['a=1&', 100_000],
    ['%41', 400_000],
  ] as const) {
    const started = performance.now();
    scanPairs(Buffer.from(`a=${piece.repeat(count)}=`), () => {});
    const tookMs = performance.now() - started;
    assert.ok(tookMs < 5000, `${count} times ${piece} took ${tookMs} ms`);
  }
});
