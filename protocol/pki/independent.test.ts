import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createAuthority } from './authority.ts';
import { generateKeyPair, spkiOf } from './keys.ts';
import type { DistinguishedName } from './names.ts';
import { toPem } from './pem.ts';
import { createPkcs10 } from './pkcs10.ts';
import { type ProfileId, profiles, signatureFor } from './profiles.ts';

// What is made here must please readers that share no code with it: the openssl command and gnutls' certtool.

const folder = mkdtempSync(join(tmpdir(), 'muster-pki-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function run(command: string, ...words: string[]): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(command, words, { cwd: folder, encoding: 'utf8' });
  return { status, text: `${stdout}${stderr}` };
}

function missing(command: string, word: string): string | false {
  return spawnSync(command, [word]).error === undefined ? false : `the command ${command} is not there`;
}

const organization = [
  { type: 'C', value: 'US' },
  { type: 'O', value: 'TransNexus' },
] as const;

/** Writes ca.pem, cert.pem and request.pem for a profile. */
async function prepare(id: ProfileId, notAfter = new Date(Date.now() + 365 * 86_400_000)) {
  const profile = profiles[id];
  const [authorityKey, deviceKey] = [
    await generateKeyPair(profile.authorityKey),
    await generateKeyPair(profile.deviceKey),
  ];
  const notBefore = new Date(Date.now() - 60_000);
  const subject: DistinguishedName = [...organization, { type: 'CN', value: 'gw.example.com' }];
  const authority = createAuthority({
    subject: [...organization, { type: 'CN', value: 'Clearinghouse CA' }],
    key: authorityKey,
    signature: profile.authoritySignature,
    notBefore,
    notAfter,
  });
  const certificate = authority.issue({
    subject,
    spki: spkiOf(deviceKey.publicKey),
    notBefore,
    notAfter,
    basicConstraints: { ca: false },
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: ['clientAuth'],
    dnsNames: ['gw.example.com'],
    ipAddresses: ['192.0.2.1'],
  });
  const request = createPkcs10({
    key: deviceKey,
    subject,
    signature: signatureFor(deviceKey.publicKey, profile),
    challengePassword: 'c2FtcGxl',
    extensions: { dnsNames: ['gw.example.com'] },
  });
  writeFileSync(join(folder, 'ca.pem'), toPem('CERTIFICATE', authority.certificate.der));
  writeFileSync(join(folder, 'cert.pem'), toPem('CERTIFICATE', certificate.der));
  writeFileSync(join(folder, 'request.pem'), toPem('CERTIFICATE REQUEST', request));
  return { certificate, request };
}

const openssl = missing('openssl', 'version');
const certtool = missing('certtool', '--version');

for (const id of ['modern', 'legacy'] as const) {
  const level = id === 'legacy' ? ['-auth_level', '0'] : ['-auth_level', '2'];

  test(`${id}: openssl verifies the certificate strictly, and not under another CA`, { skip: openssl }, async () => {
    await prepare(id);
    const good = run(
      'openssl',
      'verify',
      '-x509_strict',
      ...level,
      '-CAfile',
      'ca.pem',
      '-purpose',
      'sslclient',
      'cert.pem',
    );
    assert.equal(good.status, 0, good.text);
    const bad = run('openssl', 'verify', ...level, '-CAfile', 'cert.pem', 'cert.pem');
    assert.notEqual(bad.status, 0, bad.text);
  });

  test(`${id}: openssl reads what the certificate says`, { skip: openssl }, async () => {
    const { certificate } = await prepare(id);
    const { text } = run('openssl', 'x509', '-in', 'cert.pem', '-noout', '-text', '-fingerprint', '-sha256');
    for (const expected of [
      id === 'legacy' ? /Signature Algorithm: md5WithRSAEncryption/ : /Signature Algorithm: ecdsa-with-SHA256/,
      /Basic Constraints: critical\s+CA:FALSE/,
      /Key Usage: critical\s+Digital Signature/,
      /TLS Web Client Authentication/,
      /DNS:gw\.example\.com, IP Address:192\.0\.2\.1/,
      /Subject: C = US, O = TransNexus, CN = gw\.example\.com/,
    ]) {
      assert.match(text, expected);
    }
    assert.match(text.replace(/[\s:]/g, ''), new RegExp(certificate.serialNumber));
  });

  test(`${id}: openssl verifies the PKCS#10 and reads its challenge password`, { skip: openssl }, async () => {
    const { request } = await prepare(id);
    const good = run('openssl', 'req', '-in', 'request.pem', '-verify', '-noout', '-text');
    assert.equal(good.status, 0, good.text);
    assert.match(good.text, /verify OK/);
    assert.match(good.text, /challengePassword\s*:c2FtcGxl/);
    assert.match(good.text, /DNS:gw\.example\.com/);
    const broken = Uint8Array.from(request);
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1;
    writeFileSync(join(folder, 'request.pem'), toPem('CERTIFICATE REQUEST', broken));
    assert.doesNotMatch(run('openssl', 'req', '-in', 'request.pem', '-verify', '-noout').text, /verify OK/);
  });

  test(`${id}: every name is PrintableString, every date UTCTime`, { skip: openssl }, async () => {
    await prepare(id);
    for (const file of ['ca.pem', 'cert.pem', 'request.pem']) {
      const { text } = run('openssl', 'asn1parse', '-in', file);
      assert.match(text, /PRINTABLESTRING\s*:TransNexus/, file);
      assert.doesNotMatch(text, /UTF8STRING|GENERALIZEDTIME/, file);
    }
  });

  test(`${id}: dates from 2050 on are GeneralizedTime, and openssl agrees`, { skip: openssl }, async () => {
    await prepare(id, new Date('2050-01-01T00:00:00Z'));
    assert.match(run('openssl', 'asn1parse', '-in', 'cert.pem').text, /GENERALIZEDTIME\s*:20500101000000Z/);
    const good = run('openssl', 'verify', '-x509_strict', ...level, '-CAfile', 'ca.pem', 'cert.pem');
    assert.equal(good.status, 0, good.text);
  });

  test(`${id}: certtool (gnutls) accepts the certificate`, { skip: certtool }, async () => {
    await prepare(id);
    // gnutls calls MD5 broken; with that allowed it says whether everything else is right.
    const priority = id === 'legacy' ? ['--verify-allow-broken'] : [];
    const words = ['--verify', ...priority, '--load-ca-certificate', 'ca.pem', '--infile', 'cert.pem'];
    const { status, text } = run('certtool', ...words);
    assert.equal(status, 0, text);
    assert.match(text, /The certificate is trusted/);
    const request = run('certtool', '--crq-info', '--infile', 'request.pem');
    assert.match(request.text, /Challenge password: c2FtcGxl/);
    // For a request, certtool has no switch that allows MD5.
    assert.match(request.text, id === 'legacy' ? /Signature Algorithm: RSA-MD5/ : /Self signature: verified/);
  });
}
