import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MusterError } from '../errors.ts';
import { createAuthority } from './authority.ts';
import { certificateBytesAtMost, describeCertificate, parseCertificate } from './certificate.ts';
import { encodeDer, tags } from './der.ts';
import { generateKeyPair, spkiOf } from './keys.ts';
import { createPkcs10, describePkcs10, parsePkcs10, verifyProofOfPossession } from './pkcs10.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);
const key = await generateKeyPair('p256');
const subject = [{ type: 'CN' as const, value: 'gw.example.com' }];
const authority = createAuthority({
  subject,
  key,
  signature: 'ecdsa-sha256',
  notBefore: new Date('2026-01-01'),
  notAfter: new Date('2027-01-01'),
});
const template = {
  subject,
  spki: spkiOf(key.publicKey),
  notBefore: new Date('2026-01-01'),
  notAfter: new Date('2027-01-01'),
  basicConstraints: { ca: true, pathLength: 3 },
  keyUsage: ['keyCertSign'] as const,
  extendedKeyUsage: ['serverAuth'] as const,
  nameConstraints: { permittedDns: ['example.com'], excludedIp: ['10.0.0.0/8'] },
  ipAddresses: ['192.0.2.1'],
};
const certificate = authority.issue({ ...template, dnsNames: ['gw.example.com'] }).der;
const request = createPkcs10({
  key,
  subject,
  signature: 'ecdsa-sha256',
  challengePassword: 'nonce',
  extensions: { dnsNames: ['gw.example.com'], keyUsage: ['digitalSignature'] },
});

/** Everything a reader of strangers' bytes does with them. */
const readers = {
  certificate: (der: Uint8Array) => describeCertificate(parseCertificate(der)),
  request: (der: Uint8Array) => {
    const parsed = parsePkcs10(der);
    verifyProofOfPossession(parsed);
    return describePkcs10(parsed);
  },
};

function onlyOurError(read: (der: Uint8Array) => unknown, der: Uint8Array): void {
  try {
    read(der);
  } catch (thrown) {
    assert.ok(thrown instanceof MusterError, `a MusterError is expected, seen: ${thrown}`);
    assert.notEqual(thrown.code, 'internal');
  }
}

const bytes = fc.uint8Array({ maxLength: 300 });

/** Valid DER with some bytes changed, removed, doubled or put in. */
function mutated(valid: Uint8Array) {
  const edit = fc.tuple(fc.nat(valid.length - 1), fc.nat(3), fc.uint8Array({ minLength: 1, maxLength: 4 }));
  return fc.array(edit, { minLength: 1, maxLength: 3 }).map((edits) => {
    const copy = [...valid];
    for (const [at, removed, inserted] of edits) copy.splice(at, removed, ...inserted);
    return Uint8Array.from(copy);
  });
}

/** One byte changed alone keeps every length right, so the readers behind the DER walk are reached. */
function oneByte(valid: Uint8Array) {
  return fc.tuple(fc.nat(valid.length - 1), fc.nat(255)).map(([at, byte]) => {
    const copy = Uint8Array.from(valid);
    copy[at] = byte;
    return copy;
  });
}

for (const [what, valid] of [
  ['certificate', certificate],
  ['request', request],
] as const) {
  test(`no byte string makes the reader of a ${what} throw anything but its own error`, () => {
    assert.doesNotThrow(() => readers[what](valid), 'the control');
    const any = fc.oneof(bytes, mutated(valid), { arbitrary: oneByte(valid), weight: 3 });
    fc.assert(
      fc.property(any, (der) => onlyOurError(readers[what], der)),
      { seed, numRuns: 3000 },
    );
  });
}

test('the largest inputs of the worst shapes end in time', () => {
  const much = (tag: number, unit: Uint8Array, length: number) =>
    encodeDer(tag, ...Array.from({ length: Math.floor(length / unit.length) }, () => unit));
  const room = certificateBytesAtMost - 1500;
  const names = Array.from({ length: 2500 }, (_, i) => `host-${i}.example.com`);
  const attribute = encodeDer(tags.set, encodeDer(tags.sequence, Uint8Array.of(6, 1, 42), Uint8Array.of(19, 0)));
  const shapes: [keyof typeof readers, Uint8Array][] = [
    ['certificate', authority.issue({ ...template, dnsNames: names }).der],
    [
      'certificate',
      authority.issue({
        ...template,
        subject: Array.from({ length: 1500 }, () => subject[0] ?? { type: 'CN', value: '' }),
      }).der,
    ],
    ['certificate', much(tags.sequence, Uint8Array.of(0x30, 0), room)],
    ['certificate', much(tags.sequence, Uint8Array.of(0x30, 2, 0x31, 0), room)],
    ['certificate', new Uint8Array(certificateBytesAtMost).fill(0x30)],
    ['request', much(tags.sequence, attribute, 15_000)],
    ['request', new Uint8Array(16 * 1024).fill(0xff)],
  ];
  for (const [what, der] of shapes) {
    const start = performance.now();
    onlyOurError(readers[what], der);
    assert.ok(performance.now() - start < 5000, `${what} of ${der.length} bytes`);
  }
});
