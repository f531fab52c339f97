import 'reflect-metadata';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Name } from '@peculiar/x509';
import fc from 'fast-check';
import { tags } from './der.ts';
import { type DistinguishedName, decodeName, encodeName, nameText, sameName } from './names.ts';

const gateway: DistinguishedName = [
  { type: 'C', value: 'US' },
  { type: 'O', value: 'TransNexus' },
  { type: 'CN', value: 'gw.example.com' },
];

test('a name comes back as it went, whatever its characters', () => {
  const attribute = fc.record({
    type: fc.constantFrom('CN', 'O', 'OU', 'C', 'ST', 'L', '2.5.4.5' as const),
    value: fc.oneof(fc.string(), fc.string({ unit: 'binary' })),
  });
  fc.assert(
    fc.property(fc.array(attribute, { maxLength: 6 }), (name) => {
      const wellFormed = name.map(({ type, value }) => ({ type, value: value.toWellFormed() })) as DistinguishedName;
      assert.deepEqual(decodeName(encodeName(wellFormed), 'it'), wellFormed);
    }),
    { seed: Number(process.env.MUSTER_SEED ?? 20261123) },
  );
});

test('a value is PrintableString where its characters allow, else UTF8String', () => {
  const tagOf = (value: string) => encodeName([{ type: 'CN', value }])[11];
  assert.equal(tagOf("Acme (Atlanta), Inc: '1+1=2'?"), tags.printableString);
  for (const value of ['a@b', 'a_b', 'Zoë', '*', 'a&b', '"']) assert.equal(tagOf(value), tags.utf8String, value);
});

test('the library reads the same name', () => {
  assert.equal(nameText(gateway), 'C=US, O=TransNexus, CN=gw.example.com');
  assert.equal(new Name(new Uint8Array(encodeName(gateway)).buffer).toString(), nameText(gateway));
});

test('control and special characters are escaped for people', () => {
  assert.equal(nameText([{ type: 'CN', value: 'a\0b, CN=c\n' }]), 'CN=a\\00b\\, CN=c\\0a');
});

test('names are compared without case, blanks and string type; another value is another name', () => {
  const other = (cn: string) => [...gateway.slice(0, 2), { type: 'CN', value: cn }] as DistinguishedName;
  assert.ok(sameName(gateway, other(' GW.example.COM ')));
  assert.ok(!sameName(gateway, other('gw2.example.com')));
  assert.ok(!sameName(gateway, gateway.slice(0, 2)));
});
