import 'reflect-metadata';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { X509Certificate } from '@peculiar/x509';
import { MusterError } from '../errors.ts';
import { signatureAlgorithms, signatureIds } from './algorithms.ts';
import {
  authorityFrom,
  type CertificateTemplate,
  createAuthority,
  randomSerialNumber,
  signCertificate,
} from './authority.ts';
import { certificateBytesAtMost, describeCertificate, isSignedBy, parseCertificate } from './certificate.ts';
import { tags } from './der.ts';
import { generateKeyPair, type KeyKind, keyPairFromPem, privateKeyPem, spkiOf } from './keys.ts';
import { type DistinguishedName, nameText } from './names.ts';

const kinds: readonly KeyKind[] = ['p256', 'p384', 'rsa1024', 'rsa2048'];
const keys = await Promise.all(kinds.map(generateKeyPair));
const key = await generateKeyPair('p256');
const subject: DistinguishedName = [
  { type: 'O', value: 'TransNexus' },
  { type: 'CN', value: 'gw.example.com' },
];
const issuerName: DistinguishedName = [{ type: 'CN', value: 'Clearinghouse CA' }];
const notBefore = new Date('2026-01-01T00:00:00Z');
const notAfter = new Date('2027-01-01T00:00:00Z');
const template: CertificateTemplate = { subject, spki: spkiOf(key.publicKey), notBefore, notAfter };
const sign = (change: Partial<CertificateTemplate> = {}) =>
  signCertificate({ ...template, ...change }, { subject: issuerName, key }, 'ecdsa-sha256');

test('a certificate of every key and signature says what its template says', () => {
  for (const pair of keys) {
    for (const signature of signatureIds) {
      if (signatureAlgorithms[signature].keyType !== pair.publicKey.asymmetricKeyType) continue;
      const authority = createAuthority({
        subject: issuerName,
        key: pair,
        signature,
        notBefore,
        notAfter,
        pathLength: 0,
      });
      const certificate = authority.issue({
        ...template,
        basicConstraints: { ca: false },
        keyUsage: ['digitalSignature', 'keyEncipherment'],
        extendedKeyUsage: ['clientAuth'],
        dnsNames: ['gw.example.com'],
        ipAddresses: ['192.0.2.1', '2001:db8::1'],
      });
      assert.ok(isSignedBy(certificate, pair.publicKey), signature);
      assert.ok(isSignedBy(authority.certificate, pair.publicKey), signature);
      assert.ok(!isSignedBy(certificate, key.publicKey), 'not under another key');
      assert.equal(certificate.signatureAlgorithm, signature);
      assert.deepEqual(certificate.subject, subject);
      assert.deepEqual(certificate.issuerDer, authority.certificate.subjectDer);
      assert.deepEqual(certificate.spki, template.spki);
      assert.deepEqual([certificate.notBefore, certificate.notAfter], [notBefore, notAfter]);
      assert.deepEqual(certificate.basicConstraints, { ca: false });
      assert.deepEqual(certificate.keyUsage, new Set(['digitalSignature', 'keyEncipherment']));
      assert.deepEqual(certificate.extendedKeyUsage, ['1.3.6.1.5.5.7.3.2']);
      assert.deepEqual(certificate.subjectAltNames, {
        dns: ['gw.example.com'],
        ip: ['192.0.2.1', '2001:db8::1'],
        others: 0,
      });
      assert.equal(certificate.authorityKeyIdentifier, authority.certificate.subjectKeyIdentifier);
      assert.deepEqual(authority.certificate.basicConstraints, { ca: true, pathLength: 0 });
      assert.deepEqual(authority.certificate.keyUsage, new Set(['keyCertSign', 'cRLSign']));
      const critical = authority.certificate.extensions.filter((e) => e.critical).map((e) => e.oid);
      assert.deepEqual(critical, ['2.5.29.19', '2.5.29.15']);
    }
  }
});

test('the library reads the same certificate', async () => {
  const der = sign({ dnsNames: ['a.example'] });
  const other = new X509Certificate(new Uint8Array(der).buffer);
  const ours = parseCertificate(der);
  assert.equal(other.subject, ours.subjectText);
  assert.equal(other.issuer, nameText(issuerName));
  assert.equal(other.serialNumber, ours.serialNumber);
  assert.deepEqual([other.notBefore, other.notAfter], [ours.notBefore, ours.notAfter]);
  assert.deepEqual(
    [...other.extensions].map(({ type }) => type),
    ours.extensions.map(({ oid }) => oid),
  );
});

test('dates are UTCTime through 2049 and GeneralizedTime from 2050 (RFC 5280 §4.1.2.5)', () => {
  for (const [year, tag] of [
    ['2049-12-31T23:59:59Z', tags.utcTime],
    ['2050-01-01T00:00:00Z', tags.generalizedTime],
    ['2125-06-01T12:00:00Z', tags.generalizedTime],
    ['1970-01-01T00:00:00Z', tags.utcTime],
  ] as const) {
    const der = sign({ notAfter: new Date(year) });
    assert.deepEqual(parseCertificate(der).notAfter, new Date(year));
    const digits = year.replace(/[-:T]/g, '').slice(tag === tags.utcTime ? 2 : 0);
    const at = Buffer.from(der).lastIndexOf(digits);
    assert.deepEqual([der[at - 2], der[at - 1]], [tag, digits.length]);
  }
});

test('a serial number has 16 bytes, is positive, and never the same', () => {
  const serials = Array.from({ length: 1000 }, randomSerialNumber);
  for (const serial of serials) assert.ok(serial.length === 16 && (serial[0] ?? 0) > 0 && (serial[0] ?? 0) < 0x80);
  assert.equal(new Set(serials.map((serial) => serial.join())).size, 1000);
  const text = (serial: number[]) => parseCertificate(sign({ serialNumber: Uint8Array.from(serial) })).serialNumber;
  assert.deepEqual([text([1, 2]), text([0, 0xff]), text([0]), text([0xff])], ['0102', 'ff', '00', '-ff']);
});

test('an authority read back from its certificate and key goes on issuing', () => {
  const first = createAuthority({ subject: issuerName, key, signature: 'ecdsa-sha256', notBefore, notAfter });
  const again = authorityFrom(
    parseCertificate(first.certificate.der),
    keyPairFromPem(privateKeyPem(key)),
    'ecdsa-sha256',
  );
  const certificate = again.issue(template);
  assert.ok(isSignedBy(certificate, first.certificate.publicKey));
  assert.deepEqual(certificate.issuerDer, first.certificate.subjectDer);
  assert.notEqual(certificate.serialNumber, first.issue(template).serialNumber);
});

test('only a key of the right type can sign', async () => {
  assert.throws(
    () => signCertificate(template, { subject: issuerName, key }, 'rsa-md5'),
    (e) => e instanceof MusterError && e.code === 'key-unsupported',
  );
});

test('a faulty form is refused with its code, and the certificate without the fault is read', () => {
  const good = sign();
  assert.equal(parseCertificate(good).version, 3, 'the control');
  const extra = (oid: string, value: number[]) =>
    sign({ extraExtensions: [{ oid, critical: false, value: Uint8Array.from(value) }] });
  const badDate = Uint8Array.from(good);
  badDate.set(Buffer.from('269931'), Buffer.from(good).indexOf('260101'));
  const rows: [string, Uint8Array, string, RegExp][] = [
    ['trailing bytes', Buffer.concat([good, Buffer.of(0)]), 'der-malformed', /follow/],
    ['truncated', good.subarray(0, -1), 'der-malformed', /left/],
    ['nothing', new Uint8Array(), 'der-malformed', /bytes end/],
    ['too large', new Uint8Array(certificateBytesAtMost + 1), 'certificate-malformed', /at most/],
    ['a key that is none', sign({ spki: Uint8Array.of(0x30, 0) }), 'key-unsupported', /public key/],
    ['a month 99', badDate, 'certificate-malformed', /date/],
    ['a basicConstraints that is a number', extra('2.5.29.19', [2, 1, 1]), 'certificate-malformed', /2\.5\.29\.19/],
    ['bytes after a key usage', extra('2.5.29.15', [3, 2, 0, 1, 0]), 'certificate-malformed', /2\.5\.29\.15/],
    ['an alternative name that is none', extra('2.5.29.17', [4, 0]), 'certificate-malformed', /2\.5\.29\.17/],
  ];
  for (const [what, der, code, message] of rows) {
    assert.throws(
      () => parseCertificate(der),
      (e) => e instanceof MusterError && e.code === code && message.test(e.message),
      what,
    );
  }
});

test('an unknown extension is kept with its oid and criticality, and of a doubled one the first counts', () => {
  const caFalse = Uint8Array.of(0x30, 0);
  const certificate = parseCertificate(
    sign({
      basicConstraints: { ca: true },
      extraExtensions: [
        { oid: '1.2.3.4', critical: true, value: Uint8Array.of(5, 0) },
        { oid: '2.5.29.19', critical: false, value: caFalse },
      ],
    }),
  );
  assert.ok(certificate.extensions.some(({ oid, critical }) => oid === '1.2.3.4' && critical));
  assert.deepEqual(certificate.basicConstraints, { ca: true });
});

test('a description shows names with their control characters, and prints none', () => {
  const rows = describeCertificate(parseCertificate(sign({ dnsNames: ['good.example\0.evil.example'] })));
  const text = rows.flat().join('\n');
  assert.match(text, /good\.example\\00\.evil\.example/);
  assert.doesNotMatch(text, /\0/);
  assert.match(text, /ECDSA with SHA-256/);
});

test('a signature that was verified before is verified anew under another key, and on another certificate', async () => {
  const certificate = parseCertificate(sign());
  const stranger = await generateKeyPair('p256');
  for (let again = 0; again < 2; again++) {
    assert.equal(isSignedBy(certificate, key.publicKey), true);
    assert.equal(isSignedBy(certificate, stranger.publicKey), false);
    const altered = parseCertificate(certificate.der.with(-1, (certificate.der.at(-1) ?? 0) ^ 1));
    assert.equal(isSignedBy(altered, key.publicKey), false);
  }
});
