import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MusterError } from '../errors.ts';
import { fromPem, toPem } from './pem.ts';

test('every block comes back in order, text between and other labels aside', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { minLength: 1, maxLength: 4 }), (blocks) => {
      const text = blocks.map((der) => `some text\r\n${toPem('OTHER', der)}${toPem('CERTIFICATE', der)}`).join('');
      assert.deepEqual(fromPem(text, 'CERTIFICATE'), blocks);
    }),
    { seed: Number(process.env.MUSTER_SEED ?? 20261123) },
  );
});

test('no block, a block without an end, and a block that is not base64 are refused', () => {
  const good = toPem('CERTIFICATE', Uint8Array.of(1, 2, 3));
  for (const text of [
    '',
    good.replace('-----END', '-----EDN'),
    good.replace('AQID', 'A!ID'),
    good.replace('AQID', ''),
  ]) {
    assert.throws(
      () => fromPem(text, 'CERTIFICATE'),
      (e) => e instanceof MusterError && e.code === 'pem-malformed',
    );
  }
  assert.equal(fromPem(good, 'CERTIFICATE').length, 1);
});
