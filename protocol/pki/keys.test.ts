import assert from 'node:assert/strict';
import { createHash, createPublicKey, createSign, generateKeyPairSync, verify } from 'node:crypto';
import { test } from 'node:test';
import { MusterError } from '../errors.ts';
import { judgeKey, judgeSignature } from './acceptance.ts';
import {
  describeKey,
  fingerprint,
  generateKeyPair,
  keyFromSpki,
  keyPairFromPem,
  makeP256KeyPair,
  privateKeyPem,
  sameFingerprint,
  sameKey,
  spkiOf,
} from './keys.ts';
import { profiles, signatureFor } from './profiles.ts';

const { modern, legacy } = profiles;

test('a key pair comes back from its PEM, and its public half from its SubjectPublicKeyInfo', async () => {
  for (const [kind, text] of [
    ['p256', 'P-256'],
    ['p384', 'P-384'],
    ['rsa1024', 'RSA 1024'],
    ['rsa2048', 'RSA 2048'],
  ] as const) {
    const key = await generateKeyPair(kind);
    const again = keyPairFromPem(privateKeyPem(key));
    assert.ok(sameKey(again.publicKey, key.publicKey));
    assert.deepEqual(spkiOf(key.privateKey), spkiOf(again.publicKey));
    assert.ok(sameKey(keyFromSpki(spkiOf(key.publicKey)), key.publicKey));
    assert.equal(describeKey(key.publicKey).text, text);
  }
});

test('what is no private key is refused, and not quoted', () => {
  assert.throws(
    () => keyPairFromPem('secret'),
    (e) => e instanceof MusterError && !`${e.message}${e.cause}`.includes('secret'),
  );
});

test('a point off the curve is no key', async () => {
  const spki = Uint8Array.from(spkiOf((await generateKeyPair('p256')).publicKey));
  spki.set([(spki.at(-1) ?? 0) ^ 1], spki.length - 1);
  assert.throws(
    () => keyFromSpki(spki),
    (e) => e instanceof MusterError && e.code === 'key-unsupported',
  );
});

test('fingerprints are compared without colons, blanks and case; an empty one or a part is never the same', () => {
  const bytes = Uint8Array.of(1, 2, 3);
  for (const hash of ['sha256', 'sha1'] as const) {
    const print = fingerprint(bytes, hash);
    assert.match(print, /^([0-9A-F]{2}:)+[0-9A-F]{2}$/);
    assert.ok(sameFingerprint(print, ` ${print.replaceAll(':', ' ').toLowerCase()}\n`));
    assert.ok(!sameFingerprint(print, print.slice(0, -1)));
  }
  assert.ok(!sameFingerprint('', ''));
  assert.ok(!sameFingerprint('01:02', '01:02'));
});

/** An RSA public key of any modulus and exponent. */
function rsa(modulus: Buffer, exponent: number[]) {
  return createPublicKey({
    format: 'jwk',
    key: { kty: 'RSA', n: modulus.toString('base64url'), e: Buffer.from(exponent).toString('base64url') },
  });
}

test('each profile accepts its keys and refuses the others with a reason', async () => {
  const honest = rsaModulus(2048);
  const even = Buffer.from(honest);
  even.writeUInt8(honest.readUInt8(255) & 0xfe, 255);
  const of = (curve: string) => generateKeyPairSync('ec', { namedCurve: curve }).publicKey;
  const explicit = generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' }).publicKey;
  const rows: [string, ReturnType<typeof of>, RegExp | undefined, RegExp | undefined][] = [
    ['P-256', of('P-256'), undefined, undefined],
    ['P-384', of('P-384'), undefined, undefined],
    ['P-192', of('prime192v1'), /P-192/, /P-192/],
    ['explicit curve', explicit, /explicit/, /explicit/],
    ['Ed25519', generateKeyPairSync('ed25519').publicKey, /ed25519/, /ed25519/],
    ['RSA 512', rsa(rsaModulus(512), [1, 0, 1]), /too short/, /too short/],
    ['RSA 1024', rsa(rsaModulus(1024), [1, 0, 1]), /too short/, undefined],
    ['RSA 2048', rsa(honest, [1, 0, 1]), undefined, undefined],
    ['RSA 16384', rsa(Buffer.alloc(2048, 0xff), [1, 0, 1]), /too costly/, /too costly/],
    ['exponent 3', rsa(honest, [3]), /too small/, undefined],
    ['exponent 1', rsa(honest, [1]), /too small/, /too small/],
    ['even exponent', rsa(honest, [1, 0, 2]), /even/, /even/],
    ['even modulus', rsa(even, [1, 0, 1]), /modulus is even/, /modulus is even/],
    ['modulus with a small factor', rsa(Buffer.alloc(256, 0xff), [1, 0, 1]), /3 divides/, /3 divides/],
  ];
  for (const [what, key, inModern, inLegacy] of rows) {
    for (const [profile, expected] of [
      [modern, inModern],
      [legacy, inLegacy],
    ] as const) {
      const reason = judgeKey(key, profile);
      if (expected === undefined) assert.equal(reason, undefined, `${what} in ${profile.id}`);
      else assert.match(reason ?? '', expected, `${what} in ${profile.id}`);
    }
  }
});

function rsaModulus(modulusLength: number): Buffer {
  const n = generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' }).n;
  return Buffer.from(n ?? '', 'base64url');
}

test('a signature is judged by its hash, and by the key that is said to have made it', async () => {
  const [ec, rsaKey] = [(await generateKeyPair('p256')).publicKey, (await generateKeyPair('rsa2048')).publicKey];
  assert.equal(judgeSignature('ecdsa-sha256', ec, modern), undefined);
  assert.match(judgeSignature('rsa-sha256', ec, modern) ?? '', /type ec/);
  assert.match(judgeSignature('rsa-md5', rsaKey, modern) ?? '', /MD5/);
  assert.match(judgeSignature('ecdsa-sha1', ec, modern) ?? '', /SHA-1/);
  assert.equal(judgeSignature('rsa-md5', rsaKey, legacy), undefined);
  assert.match(judgeSignature(undefined, rsaKey, legacy) ?? '', /unknown/);
});

test('a key signs as its profile does', async () => {
  const [p256, p384, rsaKey] = await Promise.all((['p256', 'p384', 'rsa1024'] as const).map(generateKeyPair));
  if (!p256 || !p384 || !rsaKey) throw new Error('three keys are expected');
  assert.deepEqual(
    [p256, p384, rsaKey].map((key) => signatureFor(key.publicKey, modern)),
    ['ecdsa-sha256', 'ecdsa-sha384', 'rsa-sha256'],
  );
  assert.deepEqual(
    [p256, p384, rsaKey].map((key) => signatureFor(key.publicKey, legacy)),
    ['ecdsa-sha256', 'ecdsa-sha384', 'rsa-md5'],
  );
});

test('what is known ahead of a P-256 key that came as bytes is what OpenSSL tells of it', async () => {
  for (const kind of ['p256', 'p384', 'rsa2048'] as const) {
    const { publicKey } = await generateKeyPair(kind);
    const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
    const [read, theirs] = [
      keyFromSpki(spki),
      createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }),
    ];
    assert.deepEqual(describeKey(read), describeKey(theirs), kind);
    assert.equal(read.asymmetricKeyType, describeKey(read).type);
    assert.deepEqual(spkiOf(read), new Uint8Array(read.export({ type: 'spki', format: 'der' })));
    assert.ok(read.equals(theirs));
  }
});

test('a fingerprint is the digest, byte by byte', () => {
  for (const der of [new Uint8Array(), Uint8Array.of(7), new Uint8Array(300).fill(9)]) {
    for (const hash of ['sha256', 'sha1'] as const) {
      const hex = createHash(hash).update(der).digest('hex').toUpperCase();
      assert.equal(fingerprint(der, hash).replaceAll(':', ''), hex);
      assert.match(fingerprint(der, hash), /^[0-9A-F]{2}(:[0-9A-F]{2})+$/);
    }
  }
});

test('a P-256 pair that is made on this thread is what the library makes of it', () => {
  const { publicKey, privateKey } = makeP256KeyPair();
  assert.deepEqual(Buffer.from(spkiOf(publicKey)), publicKey.export({ type: 'spki', format: 'der' }));
  assert.deepEqual(describeKey(keyFromSpki(spkiOf(publicKey))), describeKey(publicKey));
  const message = Buffer.from('it');
  const imported = createPublicKey({ key: Buffer.from(spkiOf(publicKey)), format: 'der', type: 'spki' });
  assert.ok(verify('sha256', message, imported, createSign('sha256').update(message).sign(privateKey)));
});
