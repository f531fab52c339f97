import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type Certificate, parseCertificate } from '#protocol/pki/certificate.ts';
import { generateKeyPair, type KeyPair } from '#protocol/pki/keys.ts';
import { toPem } from '#protocol/pki/pem.ts';
import { createPkcs10, parsePkcs10 } from '#protocol/pki/pkcs10.ts';
import { profiles, signatureFor } from '#protocol/pki/profiles.ts';
import type { IssuerQuirk } from '../flaw.ts';
import { createClearinghouseAuthority, issueDeviceCertificate } from './issuer.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-issuer-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const now = new Date('2026-11-23T10:00:00Z');
const yearSeconds = 365 * 24 * 3600;

function run(command: string, ...words: string[]): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(command, words, { cwd: folder, encoding: 'utf8' });
  return { status, text: `${stdout}${stderr}` };
}

function missing(command: string): string | false {
  return spawnSync(command, ['--version']).error === undefined ? false : `the command ${command} is not there`;
}

const openssl = missing('openssl');
const certtool = missing('certtool');

/** Asks for everything that must not be granted. */
function greedyRequest(key: KeyPair, id: 'modern' | 'legacy') {
  const der = createPkcs10({
    key,
    subject: [
      { type: 'O', value: 'Somebody' },
      { type: 'CN', value: 'gw1.example.com' },
    ],
    signature: signatureFor(key.publicKey, profiles[id]),
    extensions: {
      basicConstraints: { ca: true },
      keyUsage: ['keyCertSign'],
      extendedKeyUsage: ['serverAuth'],
      dnsNames: ['enroll.example.com'],
    },
  });
  return parsePkcs10(der);
}

/** As it reads: what its maker says of it without reading it is the same. */
function issued(...words: Parameters<typeof issueDeviceCertificate>): Certificate {
  const { der, serialNumber, notBefore, notAfter } = issueDeviceCertificate(...words);
  const certificate = parseCertificate(der);
  assert.equal(serialNumber, certificate.serialNumber);
  assert.deepEqual([notBefore, notAfter], [certificate.notBefore, certificate.notAfter]);
  return certificate;
}

async function prepare(id: 'modern' | 'legacy') {
  const profile = profiles[id];
  const authority = await createClearinghouseAuthority(profile, now);
  const request = greedyRequest(await generateKeyPair(profile.deviceKey), id);
  const issue = (name = 'gw1.example.com') => issued(authority, name, request, yearSeconds, now);
  const certificate = issue();
  writeFileSync(join(folder, `${id}-ca.pem`), toPem('CERTIFICATE', authority.certificate.der));
  writeFileSync(join(folder, `${id}-cert.pem`), toPem('CERTIFICATE', certificate.der));
  return { id, profile, authority, request, issue, certificate };
}

for (const { id, profile, authority, request, issue, certificate } of [
  await prepare('modern'),
  await prepare('legacy'),
]) {
  describe(`${id}: the clearinghouse CA`, () => {
    test('is self-signed, in the form of the profile, and may sign certificates of devices only', () => {
      const ca = authority.certificate;
      assert.equal(ca.subjectText, ca.issuerText);
      assert.equal(ca.version, 3);
      assert.deepEqual(ca.basicConstraints, { ca: true, pathLength: 0 });
      assert.deepEqual(ca.keyUsage, new Set(['keyCertSign', 'cRLSign']));
      assert.equal(ca.signatureAlgorithm, id === 'legacy' ? 'rsa-md5' : 'ecdsa-sha256');
      assert.ok(ca.notBefore < now && ca.notAfter > now);
    });
  });

  describe(`${id}: a device certificate`, () => {
    test('has the form that a device needs, whatever its PKCS#10 asked for', () => {
      assert.equal(certificate.version, 3);
      assert.equal(certificate.subjectText, 'CN=gw1.example.com');
      assert.equal(certificate.issuerText, authority.certificate.subjectText);
      assert.deepEqual(Buffer.from(certificate.issuerDer), Buffer.from(authority.certificate.subjectDer));
      assert.deepEqual(Buffer.from(certificate.spki), Buffer.from(request.spki));
      assert.deepEqual(certificate.basicConstraints, { ca: false });
      const usages = id === 'legacy' ? ['digitalSignature', 'keyEncipherment'] : ['digitalSignature'];
      assert.deepEqual(certificate.keyUsage, new Set(usages));
      assert.deepEqual(certificate.extendedKeyUsage, ['1.3.6.1.5.5.7.3.2']);
      assert.deepEqual(certificate.subjectAltNames?.dns, ['gw1.example.com']);
      assert.deepEqual(certificate.subjectAltNames?.ip, []);
    });

    test('begins a minute early, for clocks that are behind, and ends with its validity', () => {
      assert.equal(certificate.notBefore.getTime(), now.getTime() - 60_000);
      assert.equal(certificate.notAfter.getTime(), now.getTime() + yearSeconds * 1000);
    });

    test('has a random serial number each time', () => {
      const serials = new Set(Array.from({ length: 20 }, () => issue().serialNumber));
      assert.equal(serials.size, 20);
      for (const serial of serials) assert.match(serial, /^[0-7][0-9a-fA-F]{31}$/);
    });

    test('of a device known by its address bears it as an address', () => {
      for (const name of ['192.0.2.7', '2001:db8::7']) {
        const { subjectText, subjectAltNames } = issue(name);
        assert.equal(subjectText, `CN=${name}`);
        assert.deepEqual(subjectAltNames?.dns, []);
        assert.equal(subjectAltNames?.ip.length, 1);
      }
    });

    test('has only PrintableString names and UTCTime dates', { skip: openssl }, () => {
      for (const file of [`${id}-ca.pem`, `${id}-cert.pem`]) {
        const { text } = run('openssl', 'asn1parse', '-in', file);
        assert.match(text, /PRINTABLESTRING\s*:Clearinghouse CA/);
        assert.equal(text.match(/UTCTIME/g)?.length, 2);
        assert.doesNotMatch(text, /UTF8STRING|T61STRING|BMPSTRING|GENERALIZEDTIME/);
      }
    });

    test('is accepted by openssl, strictly, and not under another CA', { skip: openssl }, () => {
      const level = id === 'legacy' ? '0' : '2';
      const at = String(now.getTime() / 1000);
      const words = ['verify', '-x509_strict', '-auth_level', level, '-attime', at, '-purpose', 'sslclient', '-CAfile'];
      const good = run('openssl', ...words, `${id}-ca.pem`, `${id}-cert.pem`);
      assert.equal(good.status, 0, good.text);
      assert.notEqual(run('openssl', ...words, `${id}-cert.pem`, `${id}-cert.pem`).status, 0);
    });

    test('is accepted by certtool (gnutls)', { skip: certtool }, async () => {
      // certtool judges by the clock of the machine.
      const today = await createClearinghouseAuthority(profile, new Date());
      const fresh = issued(today, 'gw1.example.com', request, yearSeconds, new Date());
      writeFileSync(join(folder, 'ca.pem'), toPem('CERTIFICATE', today.certificate.der));
      writeFileSync(join(folder, 'cert.pem'), toPem('CERTIFICATE', fresh.der));
      const broken = id === 'legacy' ? ['--verify-allow-broken'] : [];
      const { status, text } = run(
        'certtool',
        '--verify',
        ...broken,
        '--load-ca-certificate',
        'ca.pem',
        '--infile',
        'cert.pem',
      );
      assert.equal(status, 0, text);
      assert.match(text, /The certificate is trusted/);
    });
  });
}

test('a flawed issuer does what its quirk says, and nothing else', async () => {
  const authority = await createClearinghouseAuthority(profiles.modern, now);
  const request = greedyRequest(await generateKeyPair('p256'), 'modern');
  const issue = (quirk?: IssuerQuirk) => issued(authority, 'gw1.example.com', request, 60, now, quirk);
  assert.equal(issue({ ca: true }).basicConstraints?.ca, true);
  assert.equal(issue({ serialNumber: Uint8Array.of(1) }).serialNumber, '01');
  assert.equal(issue({ commonName: 'other.example.com' }).subjectText, 'CN=other.example.com');
  assert.equal(issue({ shiftSeconds: -120 }).notAfter.getTime(), now.getTime() - 60_000);
  const { subjectText, basicConstraints } = issue();
  assert.deepEqual([subjectText, basicConstraints?.ca], ['CN=gw1.example.com', false]);
});

test('a device certificate ends with the CA certificate at the latest', async () => {
  const { authority, request } = await prepare('modern');
  const ending = (years: number) =>
    issued(authority, 'gw1.example.com', request, years * yearSeconds, now).notAfter.getTime();
  assert.equal(ending(30), authority.certificate.notAfter.getTime());
  assert.equal(ending(1), now.getTime() + yearSeconds * 1000);
});
