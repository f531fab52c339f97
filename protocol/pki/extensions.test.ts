import 'reflect-metadata';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsagesExtension,
} from '@peculiar/x509';
import { encodeDer, readDer, tags } from './der.ts';
import { type ExtensionValues, readExtensionList, readExtensionValues } from './extension-reader.ts';
import {
  type ExtensionWishes,
  encodeAuthorityKeyIdentifier,
  encodeExtension,
  encodeExtensions,
  extensionOids,
  keyUsages,
  purposeOids,
} from './extensions.ts';

/** What is read of extensions that were written here. */
function readBack(...extensions: readonly Uint8Array[]): ExtensionValues {
  const list = encodeDer(tags.sequence, ...extensions);
  return readExtensionValues(readExtensionList(list, readDer(list, 0, list.length, 'the list'), 'the list'));
}

const written = (wishes: ExtensionWishes): Uint8Array => {
  const [extension = assert.fail(), ...others] = encodeExtensions(wishes);
  assert.deepEqual(others, []);
  return new Uint8Array(extension);
};

test('basic constraints are what the library reads and writes, and what is read back', () => {
  for (const ca of [true, false]) {
    for (const pathLength of [undefined, 0, 1, 127, 128, 255, 256, 65_535]) {
      const wished = pathLength === undefined ? { ca } : { ca, pathLength };
      const der = written({ basicConstraints: wished });
      assert.deepEqual(readBack(der).basicConstraints, wished);
      const theirs = new BasicConstraintsExtension(ca, pathLength, true);
      assert.deepEqual(Buffer.from(der), Buffer.from(theirs.rawData));
    }
  }
});

test('every set of key usages is what the library reads and writes, and what is read back', () => {
  for (let bits = 1; bits < 1 << keyUsages.length; bits++) {
    const keyUsage = keyUsages.filter((_usage, bit) => (bits & (1 << bit)) !== 0);
    const der = written({ keyUsage });
    assert.deepEqual([...(readBack(der).keyUsage ?? [])], keyUsage);
    assert.deepEqual(Buffer.from(der), Buffer.from(new KeyUsagesExtension(bits, true).rawData));
  }
});

test('purposes and the key of the authority are what the library reads', () => {
  const purposes = ['serverAuth', 'clientAuth'] as const;
  const der = written({ extendedKeyUsage: purposes });
  const oids = purposes.map((purpose) => purposeOids[purpose]);
  assert.deepEqual(readBack(der).extendedKeyUsage, oids);
  assert.deepEqual([...new ExtendedKeyUsageExtension(new Uint8Array(der)).usages], oids);
  const key = encodeAuthorityKeyIdentifier(Uint8Array.of(1, 2, 0xab));
  assert.equal(readBack(key).authorityKeyIdentifier, '0102ab');
  assert.equal(new AuthorityKeyIdentifierExtension(new Uint8Array(key)).keyId, '0102ab');
});

test('values of another form are refused, and say which extension; those beside them that are unusual are read', () => {
  const read = (oid: string, hex: string) =>
    readBack(encodeExtension({ oid, critical: false, value: Buffer.from(hex, 'hex') }));
  const { basicConstraints, keyUsage, extendedKeyUsage, authorityKeyIdentifier } = extensionOids;
  const refused: readonly (readonly [oid: string, hex: string])[] = [
    [basicConstraints, '0101ff'],
    [basicConstraints, '30040102ffff'],
    [basicConstraints, '30060101ff0201ff'],
    [basicConstraints, '30050101ff0200'],
    [basicConstraints, '30090101ff020401000000'],
    [basicConstraints, '3006020100' + '0101ff'],
    [basicConstraints, '30050101ff0500'],
    [keyUsage, '04020780'],
    [keyUsage, '0300'],
    [keyUsage, '03020880'],
    [extendedKeyUsage, '30030c0161'],
    [extendedKeyUsage, '06032a0304'],
    [authorityKeyIdentifier, '800101'],
    [authorityKeyIdentifier, '3006800101' + '800102'],
    [authorityKeyIdentifier, '30030c0161'],
  ];
  for (const [oid, hex] of refused) {
    assert.throws(
      () => read(oid, hex),
      { code: 'certificate-malformed', message: new RegExp(`extension ${oid} `) },
      hex,
    );
  }
  // FALSE need not be written, but is no lie; bits beyond those that have a name mean nothing; other names of the authority.
  assert.deepEqual(read(basicConstraints, '3003010100').basicConstraints, { ca: false });
  assert.deepEqual(read(basicConstraints, '3000').basicConstraints, { ca: false });
  assert.deepEqual([...(read(keyUsage, '0303008040').keyUsage ?? [])], ['digitalSignature']);
  assert.deepEqual([...(read(keyUsage, '030100').keyUsage ?? [])], []);
  assert.deepEqual(read(authorityKeyIdentifier, '3003820101'), {});
});
