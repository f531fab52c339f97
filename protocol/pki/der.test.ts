import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MusterError } from '../errors.ts';
import { assertDer, decodeOid, encodeDer, encodeOid, readDer, tags } from './der.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);
const refused = (offset: number) => (thrown: unknown) =>
  thrown instanceof MusterError && thrown.code === 'der-malformed' && thrown.details.offset === offset;

test('one value of definite length is DER', () => {
  assert.doesNotThrow(() => assertDer(Uint8Array.of(0x30, 3, 2, 1, 5), 'it'));
  assert.doesNotThrow(() => assertDer(Uint8Array.of(0x30, 0), 'it'));
});

for (const [what, bytes, offset] of [
  ['trailing bytes', [0x30, 0, 0], 2],
  ['no bytes at all', [], 0],
  ['a truncated value', [0x30, 3, 2, 1], 0],
  ['a child longer than its parent', [0x30, 3, 2, 2, 5], 2],
  ['an indefinite length', [0x30, 0x80, 0, 0], 1],
  ['a length not in its shortest form', [0x30, 0x81, 0], 1],
  ['a length of five bytes', [0x30, 0x85, 0, 0, 0, 0, 0], 1],
  ['a constructed string', [0x24, 0], 0],
  ['a primitive SEQUENCE', [0x10, 0], 0],
] as const) {
  test(`${what} is not DER, and the offset is named`, () => {
    assert.throws(() => assertDer(Uint8Array.from(bytes), 'it'), refused(offset));
  });
}

test('64 levels of nesting are read, 65 are not, and 10,000 end at once', () => {
  const nested = (levels: number) => {
    let der = new Uint8Array();
    for (let i = 0; i < levels; i++) der = new Uint8Array(encodeDer(tags.sequence, der));
    return der;
  };
  assert.doesNotThrow(() => assertDer(nested(64), 'it'));
  assert.throws(() => assertDer(nested(65), 'it'), MusterError);
  assert.throws(() => assertDer(nested(10_000), 'it'), MusterError);
});

test('what is encoded is DER of the same content, at every length of length', () => {
  for (const length of [0, 1, 127, 128, 255, 256, 65_535, 65_536]) {
    const der = encodeDer(tags.octetString, new Uint8Array(length).fill(7));
    assertDer(der, 'it');
    const value = readDer(der, 0, der.length, 'it');
    assert.equal(value.end - value.contentStart, length);
  }
});

test('object identifiers come back as they went', () => {
  const arcs = fc.tuple(fc.constantFrom(0, 1, 2), fc.nat(39), fc.array(fc.bigInt(0n, 2n ** 50n), { maxLength: 7 }));
  fc.assert(
    fc.property(arcs, ([first, second, rest]) => {
      const oid = [first, second, ...rest].join('.');
      assert.equal(decodeOid(encodeOid(oid).subarray(2), 'it'), oid);
    }),
    { seed },
  );
});
