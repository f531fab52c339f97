import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { test } from 'node:test';
import { MusterError } from '#protocol/errors.ts';
import { judgeKey, judgeSignature } from '#protocol/pki/acceptance.ts';
import { generateKeyPair, spkiOf } from '#protocol/pki/keys.ts';
import { toPem } from '#protocol/pki/pem.ts';
import { type Pkcs10, parsePkcs10, verifyProofOfPossession } from '#protocol/pki/pkcs10.ts';
import { type ProfileId, profiles } from '#protocol/pki/profiles.ts';
import { createThirdPartyCa } from '../third-party-ca.ts';
import { pkcs10Faults } from './pkcs10-faults.ts';
import { formFaults } from './pkcs10-faults-forms.ts';
import { pkcs10Wishes } from './pkcs10-faults-names.ts';
import { type ForgeRequest, goodPkcs10, type Pkcs10Fault } from './pkcs10-forge.ts';

const skip = spawnSync('openssl', ['version']).error ? 'the command openssl is not there' : false;
const deviceName = 'gw.example.com';
const { certificate: authority } = (await createThirdPartyCa({ profile: 'modern' })).root;

async function requestOf(id: ProfileId = 'modern'): Promise<ForgeRequest> {
  const profile = profiles[id];
  return { deviceName, key: await generateKeyPair(profile.deviceKey), profile, authority };
}

/** Does the openssl command read the PKCS#10, and does it find that its signature verifies? */
function opensslOn(der: Uint8Array): { readonly reads: boolean; readonly verifies: boolean; readonly text: string } {
  const input = toPem('CERTIFICATE REQUEST', der);
  const run = (...words: string[]) => spawnSync('openssl', ['req', '-noout', ...words], { input, encoding: 'utf8' });
  const verified = run('-verify');
  const text = `${verified.stdout}${verified.stderr}`;
  return { reads: run('-subject').status === 0, verifies: /verify OK/.test(text), text };
}

/** The things of a PKCS#10 that may be wrong, each by itself. */
function wrongs(request: Pkcs10, { profile }: ForgeRequest): string[] {
  const checks: readonly (readonly [what: string, ok: boolean])[] = [
    ['key', judgeKey(request.publicKey, profile) === undefined],
    ['hash', judgeSignature(request.signatureAlgorithm, request.publicKey, profile) === undefined],
    ['proof of possession', verifyProofOfPossession(request)],
    ['name', request.commonNames.length === 1 && request.commonNames[0] === deviceName],
  ];
  return checks.filter(([, ok]) => !ok).map(([what]) => what);
}

for (const profile of ['modern', 'legacy'] as const) {
  test(`${profile}: openssl verifies the good PKCS#10, with and without a challenge`, { skip }, async () => {
    const request = await requestOf(profile);
    for (const challenge of [{}, { challengePassword: 'bm9uY2U=' }]) {
      const der = goodPkcs10({ ...request, ...challenge });
      const { verifies, text } = opensslOn(der);
      assert.ok(verifies, text);
      assert.deepEqual(wrongs(parsePkcs10(der), request), []);
    }
  });

  for (const id of ['signature-altered', 'stolen-public-key'] as const) {
    test(`${profile}: openssl reads “${id}”, and finds that its signature does not verify`, { skip }, async () => {
      const request = await requestOf(profile);
      const der = await pkcs10Faults[id].make(request);
      const { reads, verifies, text } = opensslOn(der);
      assert.ok(reads, text);
      assert.equal(verifies, false, text);
      const parsed = parsePkcs10(der);
      assert.deepEqual(wrongs(parsed, request), ['proof of possession']);
      assert.deepEqual(parsed.spki, spkiOf(request.key.publicKey));
    });
  }
}

for (const [id, wrong] of [
  ['short-key', 'key'],
  ['broken-hash', 'hash'],
  ['hash-md5', 'hash'],
  ['tiny-key', 'key'],
  ['other-curve', 'key'],
  ['explicit-curve', 'key'],
  ['other-name', 'name'],
  ['empty-subject', 'name'],
  ['two-names', 'name'],
  ['name-with-nul', 'name'],
  ['wildcard-name', 'name'],
  ['authority-name', 'name'],
  ['huge-name', 'name'],
] as const) {
  test(`“${id}” is a PKCS#10 of which the ${wrong} alone is wrong, and openssl verifies it`, { skip }, async () => {
    const request = await requestOf();
    const der = await pkcs10Faults[id].make(request);
    assert.deepEqual(wrongs(parsePkcs10(der), request), [wrong]);
    const { verifies, text } = opensslOn(der);
    assert.ok(verifies, text);
  });
}

for (const id of [
  'signature-empty',
  'signature-zero',
  'signature-zero-numbers',
  'signature-cut',
  'signature-of-another',
] as const) {
  test(`“${id}” is a PKCS#10 of which the signature alone is wrong, and openssl does not verify it`, {
    skip,
  }, async () => {
    const request = await requestOf();
    const der = await pkcs10Faults[id].make(request);
    assert.deepEqual(wrongs(parsePkcs10(der), request), ['proof of possession']);
    const { reads, verifies, text } = opensslOn(der);
    assert.ok(reads, text);
    assert.equal(verifies, false, text);
  });
}

for (const id of ['algorithm-mismatch', 'algorithm-unknown', 'algorithm-none'] as const) {
  test(`“${id}” is a PKCS#10 with a good key and name whose algorithm nobody accepts`, async () => {
    const request = await requestOf();
    const parsed = parsePkcs10(await pkcs10Faults[id].make(request));
    assert.deepEqual(wrongs(parsed, request), ['hash', 'proof of possession']);
  });
}

test('“exponent-one” verifies under its own key, without any private key', async () => {
  const request = await requestOf();
  const parsed = parsePkcs10(await pkcs10Faults['exponent-one'].make(request));
  assert.equal(parsed.publicKey.asymmetricKeyDetails?.publicExponent, 1n);
  assert.deepEqual(wrongs(parsed, request), ['key']);
});

for (const [id, bits] of [
  ['even-modulus', 2048],
  ['huge-key', 16_384],
] as const) {
  test(`“${id}” holds an RSA key of ${bits} bits that is refused before it is used`, async () => {
    const request = await requestOf();
    const parsed = parsePkcs10(await pkcs10Faults[id].make(request));
    assert.equal(parsed.publicKey.asymmetricKeyDetails?.modulusLength, bits);
    assert.ok(wrongs(parsed, request).includes('key'));
  });
}

test('“authority-key” holds the key of the CA, and “other-key-type” one that no profile names', async () => {
  const request = await requestOf();
  const own = parsePkcs10(await pkcs10Faults['authority-key'].make(request));
  assert.deepEqual(Buffer.from(own.spki), Buffer.from(authority.spki));
  const other = parsePkcs10(await pkcs10Faults['other-key-type'].make(request));
  assert.equal(other.publicKey.asymmetricKeyType, 'ed25519');
});

test('each wish is a good PKCS#10 that asks for an extension more', async () => {
  const request = await requestOf();
  for (const { id, explanation, make } of Object.values(pkcs10Wishes)) {
    const parsed = parsePkcs10(make(request));
    assert.deepEqual(wrongs(parsed, request), [], id);
    assert.equal(parsed.requestedExtensions.length, 1, id);
    assert.match(explanation, /^[A-Z].*\.$/);
  }
});

/** What is no PKCS#10 for a strict reader; OpenSSL's command is lenient with what follows the end. */
const unreadable: readonly Pkcs10Fault[] = [pkcs10Faults['point-off-curve'], ...Object.values(formFaults)];

for (const fault of unreadable) {
  test(`“${fault.id}” is no PKCS#10`, async () => {
    const der = await fault.make(await requestOf());
    assert.throws(
      () => parsePkcs10(der),
      (thrown) => thrown instanceof MusterError && thrown.fault === 'peer',
    );
  });
}

test('what follows the end of “trailing-bytes”, and what “truncated” lacks, is the one fault', async () => {
  const request = await requestOf();
  const longer = await pkcs10Faults['trailing-bytes'].make(request);
  assert.deepEqual(wrongs(parsePkcs10(longer.subarray(0, -2)), request), []);
  const shorter = await pkcs10Faults.truncated.make(request);
  const declared = Buffer.from(shorter).readUInt8(1) === 0x82 ? Buffer.from(shorter).readUInt16BE(2) + 4 : undefined;
  const short = declared ?? Buffer.from(shorter).readUInt8(2) + 3;
  assert.equal(short - shorter.length, 7);
});

test('“private-key” is the private key of the device', async () => {
  const request = await requestOf();
  const key = Buffer.from(await pkcs10Faults['private-key'].make(request));
  assert.ok(createPrivateKey({ key, format: 'der', type: 'pkcs8' }).equals(request.key.privateKey));
});

test('every fault has its own id and an explanation', () => {
  for (const [id, fault] of Object.entries(pkcs10Faults)) {
    assert.equal(fault.id, id);
    assert.match(fault.explanation, /^[A-Z].*\.$/);
  }
});
