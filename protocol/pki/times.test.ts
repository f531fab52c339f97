import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MusterError } from '../errors.ts';
import { encodeDer, readDer, tags } from './der.ts';
import { encodeTime, readTime } from './times.ts';

const read = (der: Uint8Array): Date => readTime(der, readDer(der, 0, der.length, 'it'));
const written = (tag: number, text: string): Uint8Array => encodeDer(tag, Buffer.from(text, 'latin1'));

test('a time comes back as it went, to the second', () => {
  const times = fc.date({
    min: new Date('1950-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(times, (time) => {
      assert.equal(read(encodeTime(time)).getTime(), Math.floor(time.getTime() / 1000) * 1000);
    }),
    { seed: Number(process.env.MUSTER_SEED ?? 20261123) },
  );
});

test('the year 50 of UTCTime is 1950, and the year 0050 of GeneralizedTime is none of the 20th century', () => {
  assert.equal(read(written(tags.utcTime, '500101000000Z')).toISOString(), '1950-01-01T00:00:00.000Z');
  assert.equal(read(written(tags.utcTime, '491231235959Z')).toISOString(), '2049-12-31T23:59:59.000Z');
  assert.equal(read(written(tags.generalizedTime, '00500101000000Z')).toISOString(), '0050-01-01T00:00:00.000Z');
});

test('a day, an hour or a form that is none is refused (control: the last days there are)', () => {
  for (const good of ['240229000000Z', '991231235959Z']) read(written(tags.utcTime, good));
  const bad = ['250229000000Z', '240230000000Z', '241301000000Z', '240001000000Z', '240100000000Z', '240101240000Z'];
  for (const text of [...bad, '240101006000Z', '240101000060Z', '2401010000Z', '240101000000', '24010100000 Z', '']) {
    assert.throws(() => read(written(tags.utcTime, text)), MusterError, text);
  }
});
