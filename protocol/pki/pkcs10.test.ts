import 'reflect-metadata';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChallengePasswordAttribute, Pkcs10CertificateRequest } from '@peculiar/x509';
import { MusterError } from '../errors.ts';
import { signatureAlgorithms, signatureIds } from './algorithms.ts';
import { encodeSigned } from './authority.ts';
import { encodeDer, encodeOid, tags } from './der.ts';
import { describeKey, generateKeyPair, type KeyKind, sameKey, spkiOf } from './keys.ts';
import { type DistinguishedName, encodeName } from './names.ts';
import { createPkcs10, describePkcs10, parsePkcs10, pkcs10BytesAtMost, verifyProofOfPossession } from './pkcs10.ts';

const subject: DistinguishedName = [{ type: 'CN', value: 'gw.example.com' }];
const kinds: readonly KeyKind[] = ['p256', 'p384', 'rsa1024', 'rsa2048'];
const keys = await Promise.all(kinds.map(generateKeyPair));
const key = await generateKeyPair('p256');

/** The request= of the deployed client, as it stood in its body: RSA 1024, MD5, no attributes. */
const deployedClient = [
  'MIIBlTCB%2FwIBADBWMQswCQYDVQQGEwJVUzEQMA4GA1UECBMHR2VvcmdpYTETMBEGA1UEChMKVHJhbnNOZXh1czEgMB4GA1UEAx',
  'MXdGVzdHRlcDQudHJhbnNuZXh1cy5jb20wgZ8wDQYJKoZIhvcNAQEBBQADgY0AMIGJAoGBAL%2FgdJRKhKPu%2Fx3%2BFnx2EU8U',
  'NNgY0%2Bt1TwV2G2mfPlPMgf5DUCJeJX%2Bkt4l7vtXZCEQmvZoSdjvPRi9wHg%2BV9VTzx4ioJdsVJ8LFwaKRUnWHtU0iMacqqE',
  'zjvf5cShuQaQfZ7reWoJI%2BDwujYs65Ym9gxEZwUBjt083t8PQ2pNghAgMBAAGgADANBgkqhkiG9w0BAQQFAAOBgQAr%2Ft99od',
  '%2FvdPpcTlX3S0CfeXFA4yeVKhteoItG1QTy6R1I7vRQ3rsb%2FnJS2gtRyVjtKy1WqIvyfZ1GOSdtR%2BclQRxVChmiHmcCf3Ea',
  'MZaGOg3T%2FvFQrzwrnYNc4Rqd4GR8qrlBydTN%2BWJUam1Li%2Fh5Wgvsej9jT3jOeUfccNOGPA%3D%3D',
].join('');

test('a PKCS#10 of every key and signature comes back, and proves possession', () => {
  for (const pair of keys) {
    for (const signature of signatureIds) {
      if (signatureAlgorithms[signature].keyType !== pair.publicKey.asymmetricKeyType) continue;
      const request = parsePkcs10(createPkcs10({ key: pair, subject, signature, challengePassword: '0123abcd' }));
      assert.deepEqual(request.subject, subject);
      assert.deepEqual(request.commonNames, ['gw.example.com']);
      assert.equal(request.signatureAlgorithm, signature);
      assert.equal(request.challengePassword, '0123abcd');
      assert.ok(sameKey(request.publicKey, pair.publicKey));
      assert.ok(verifyProofOfPossession(request), signature);
    }
  }
});

test('the library reads and verifies the same request', async () => {
  const der = createPkcs10({
    key,
    subject,
    signature: 'ecdsa-sha256',
    challengePassword: 'p',
    extensions: { dnsNames: ['a.example'] },
  });
  const other = new Pkcs10CertificateRequest(new Uint8Array(der).buffer);
  assert.equal(other.subject, 'CN=gw.example.com');
  assert.ok(await other.verify());
  assert.deepEqual(
    [...other.extensions].map(({ type }) => type),
    parsePkcs10(der).requestedExtensions,
  );
});

test('the request of the deployed client is read, and its proof of possession verifies', () => {
  const request = parsePkcs10(Buffer.from(decodeURIComponent(deployedClient), 'base64'));
  assert.equal(request.subjectText, 'C=US, ST=Georgia, O=TransNexus, CN=testtep4.transnexus.com');
  assert.equal(request.signatureAlgorithm, 'rsa-md5');
  assert.equal(describeKey(request.publicKey).text, 'RSA 1024');
  assert.equal(request.challengePassword, undefined);
  assert.deepEqual(request.requestedExtensions, []);
  assert.ok(verifyProofOfPossession(request));
});

test('one bit flipped in the subject or the signature, or another key, proves nothing', async () => {
  const der = createPkcs10({ key, subject, signature: 'ecdsa-sha256' });
  const request = parsePkcs10(der);
  assert.ok(verifyProofOfPossession(request), 'the control');
  const flipped = (at: number) => {
    const copy = Uint8Array.from(der);
    copy[at] = (copy[at] ?? 0) ^ 1;
    return parsePkcs10(copy);
  };
  assert.ok(!verifyProofOfPossession(flipped(Buffer.from(der).indexOf('gw.example'))));
  assert.ok(!verifyProofOfPossession(flipped(der.length - 1)));
  const stranger = (await generateKeyPair('p256')).publicKey;
  assert.ok(!verifyProofOfPossession({ ...request, publicKey: stranger }));
  assert.ok(!verifyProofOfPossession({ ...request, signature: new Uint8Array() }));
  assert.ok(!verifyProofOfPossession({ ...request, signature: Uint8Array.of(0x30, 6, 2, 1, 0, 2, 1, 0) }), 'r = s = 0');
  assert.ok(!verifyProofOfPossession({ ...request, signatureAlgorithm: 'rsa-sha256' }), 'not of this key');
  assert.ok(!verifyProofOfPossession({ ...request, signatureAlgorithm: undefined }), 'unknown');
});

const attribute = (oid: string, ...values: Uint8Array[]) =>
  encodeDer(tags.sequence, encodeOid(oid), encodeDer(tags.set, ...values));
const password = attribute('1.2.840.113549.1.9.7', encodeDer(tags.printableString, Buffer.from('p')));

/** A request with one thing named otherwise. */
function request(
  change: { version?: number; attributes?: Uint8Array[]; tail?: Uint8Array; spki?: Uint8Array } = {},
): Uint8Array {
  const { version = 0, attributes = [password], tail, spki } = change;
  const parts = [Uint8Array.of(2, 1, version), encodeName(subject), spki ?? spkiOf(key.publicKey)];
  const info = encodeDer(tags.sequence, ...parts, encodeDer(0xa0, ...attributes), ...(tail ? [tail] : []));
  return encodeSigned(info, key, 'ecdsa-sha256');
}

test('the form is refused with a precise error, and the request without the fault is read', () => {
  assert.equal(parsePkcs10(request()).challengePassword, 'p', 'the control');
  const twoPasswords = attribute('1.2.840.113549.1.9.7', password.subarray(-3), password.subarray(-3));
  const faults: [string, Uint8Array, string, RegExp][] = [
    ['version 2', request({ version: 1 }), 'pkcs10-malformed', /version 1/],
    ['a doubled attribute', request({ attributes: [password, password] }), 'pkcs10-malformed', /twice/],
    [
      'two values of one password',
      request({ attributes: [twoPasswords] }),
      'pkcs10-malformed',
      /one challenge password/,
    ],
    [
      'a password that is a number',
      request({ attributes: [attribute('1.2.840.113549.1.9.7', Uint8Array.of(2, 1, 1))] }),
      'pkcs10-malformed',
      /that is text/,
    ],
    ['something after the attributes', request({ tail: Uint8Array.of(5, 0) }), 'pkcs10-malformed', /attributes/],
    ['a key that is none', request({ spki: encodeDer(tags.sequence) }), 'key-unsupported', /key/],
    ['trailing bytes', Buffer.concat([request(), Buffer.of(0)]), 'der-malformed', /follow/],
    ['a truncated one', request().subarray(0, -1), 'der-malformed', /left/],
    [
      '17 KiB',
      request({ attributes: [attribute('1.2.3', new Uint8Array(pkcs10BytesAtMost))] }),
      'pkcs10-malformed',
      /at most/,
    ],
  ];
  for (const [what, der, code, message] of faults) {
    assert.throws(
      () => parsePkcs10(der),
      (e) => e instanceof MusterError && e.code === code && message.test(e.message),
      what,
    );
  }
});

test('a description tells that there is a challenge password, and not which', () => {
  const text = JSON.stringify(
    describePkcs10(parsePkcs10(createPkcs10({ key, subject, signature: 'ecdsa-sha256', challengePassword: 'canary' }))),
  );
  assert.match(text, /there, 6 characters/);
  assert.doesNotMatch(text, /canary/);
});

test('a challenge password reads as the general library reads it, in every form that it may have', () => {
  const forms: [what: string, tag: number, content: Buffer][] = [
    ['PrintableString', tags.printableString, Buffer.from('0123ABCD')],
    ['UTF8String', tags.utf8String, Buffer.from('pässwörd')],
    ['TeletexString', tags.teletexString, Buffer.from('plain')],
    ['BMPString', tags.bmpString, Buffer.from('wide', 'utf16le').swap16()],
    ['UniversalString', tags.universalString, Buffer.from('0000004100000042', 'hex')],
  ];
  for (const [what, tag, content] of forms) {
    const whole = attribute('1.2.840.113549.1.9.7', encodeDer(tag, content));
    const theirs = new ChallengePasswordAttribute(new Uint8Array(whole).buffer).password;
    assert.equal(parsePkcs10(request({ attributes: [whole] })).challengePassword, theirs, what);
  }
  for (const [what, value] of [
    ['IA5String', encodeDer(tags.ia5String, Buffer.from('no choice of a DirectoryString'))],
    ['an INTEGER', Uint8Array.of(2, 1, 1)],
  ] as const) {
    const whole = attribute('1.2.840.113549.1.9.7', value);
    assert.throws(() => new ChallengePasswordAttribute(new Uint8Array(whole).buffer), what);
    assert.throws(() => parsePkcs10(request({ attributes: [whole] })), /that is text/, what);
  }
});
