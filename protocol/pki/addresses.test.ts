import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { inIpRange, ipBytes, ipRangeBytes, ipText } from './addresses.ts';

test('addresses come back from their bytes', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
    fc.array(fc.constantFrom(0, 0, 1), { minLength: 16, maxLength: 16 }).map((b) => Uint8Array.from(b)),
  );
  fc.assert(
    fc.property(bytes, (address) => assert.deepEqual(ipBytes(ipText(address)), address)),
    { seed: Number(process.env.MUSTER_SEED ?? 20261123) },
  );
});

test('one address has one text', () => {
  assert.equal(ipText(ipBytes('0:0:0:0:0:0:0:1') ?? new Uint8Array()), '::1');
  assert.deepEqual(ipBytes('::ffff:1.2.3.4'), ipBytes('[::ffff:102:304]'));
});

test('what is no address has no bytes, and bytes of no address match none', () => {
  for (const text of ['gw.example.com', '1.2.3', '1.2.3.256', '01.2.3.4', '', '::g', 'fe80::1%eth0']) {
    assert.equal(ipBytes(text), undefined, text);
  }
  assert.equal(ipText(Uint8Array.of(1, 2, 3)), '#010203');
});

test('a range holds the addresses of its prefix and no other family', () => {
  const range = ipRangeBytes('10.1.128.0/17') ?? new Uint8Array();
  const holds = (text: string) => inIpRange(ipBytes(text) ?? new Uint8Array(), range);
  assert.ok(holds('10.1.200.3'));
  assert.ok(!holds('10.1.3.3'));
  assert.ok(!holds('::10.1.200.3'));
  for (const bad of ['10.0.0.0', '10.0.0.0/33', 'x/8', '10.0.0.0/']) assert.equal(ipRangeBytes(bad), undefined, bad);
});
