import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Authority, createAuthority } from './authority.ts';
import type { Certificate } from './certificate.ts';
import { signRevocationList } from './crl.ts';
import { generateKeyPair, spkiOf } from './keys.ts';
import { toPem } from './pem.ts';
import { profiles } from './profiles.ts';

// A reader that shares no code with what is made here: the openssl command.

const folder = mkdtempSync(join(tmpdir(), 'muster-crl-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const skip = spawnSync('openssl', ['version']).error === undefined ? false : 'the command openssl is not there';

const day = 86_400_000;
const now = Date.now();
const period = { notBefore: new Date(now - day), notAfter: new Date(now + day) };

function openssl(...words: string[]): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync('openssl', words, { cwd: folder, encoding: 'utf8' });
  return { status, text: `${stdout}${stderr}` };
}

async function makeAuthority(id: 'modern' | 'legacy'): Promise<Authority> {
  const { authorityKey, authoritySignature: signature } = profiles[id];
  const key = await generateKeyPair(authorityKey);
  return createAuthority({ ...period, subject: [{ type: 'CN', value: 'Clearinghouse CA' }], key, signature });
}

async function issue(authority: Authority, id: 'modern' | 'legacy', serialNumber?: Uint8Array): Promise<Certificate> {
  const { publicKey } = await generateKeyPair(profiles[id].deviceKey);
  const subject = [{ type: 'CN', value: 'gw.example.com' }] as const;
  return authority.issue({ ...period, subject, spki: spkiOf(publicKey), serialNumber });
}

function put(name: string, label: string, der: Uint8Array): void {
  writeFileSync(join(folder, name), toPem(label, der));
}

for (const id of ['modern', 'legacy'] as const) {
  test(`${id}: openssl verifies the list, and refuses a certificate that is on it and no other`, { skip }, async () => {
    const authority = await makeAuthority(id);
    const [bad, good] = [await issue(authority, id, Uint8Array.of(0, 0xfe, 1)), await issue(authority, id)];
    const list = signRevocationList(
      {
        number: now,
        thisUpdate: new Date(now),
        nextUpdate: new Date(now + day),
        revoked: [{ serial: bad.serialNumber, revokedAt: new Date(now), reason: 'keyCompromise' }],
      },
      authority,
    );
    put('ca.pem', 'CERTIFICATE', authority.certificate.der);
    put('crl.pem', 'X509 CRL', list);
    put('bad.pem', 'CERTIFICATE', bad.der);
    put('good.pem', 'CERTIFICATE', good.der);
    const shown = openssl('crl', '-in', 'crl.pem', '-noout', '-text', '-verify', '-CAfile', 'ca.pem');
    assert.match(shown.text, /verify OK/);
    for (const expected of [
      /Version 2/,
      new RegExp(`CRL Number:\\s+(0x${now.toString(16).toUpperCase()}|${now})`),
      /Serial Number: FE01/,
      /Key Compromise/,
    ]) {
      assert.match(shown.text, expected);
    }
    const level = id === 'legacy' ? '0' : '2';
    const judge = (name: string) =>
      openssl('verify', '-auth_level', level, '-crl_check', '-CRLfile', 'crl.pem', '-CAfile', 'ca.pem', name);
    assert.equal(judge('good.pem').text.trim(), 'good.pem: OK');
    assert.match(judge('bad.pem').text, /certificate revoked/);
    const other = await makeAuthority(id);
    put('other.pem', 'CERTIFICATE', other.certificate.der);
    assert.doesNotMatch(
      openssl('crl', '-in', 'crl.pem', '-noout', '-verify', '-CAfile', 'other.pem').text,
      /verify OK/,
    );
  });
}

test('a list of nothing is a list too', { skip }, async () => {
  const authority = await makeAuthority('modern');
  const content = { number: 1, thisUpdate: new Date(now), nextUpdate: new Date(now + day), revoked: [] };
  put('ca.pem', 'CERTIFICATE', authority.certificate.der);
  put('empty.pem', 'X509 CRL', signRevocationList(content, authority));
  const { text } = openssl('crl', '-in', 'empty.pem', '-noout', '-text', '-verify', '-CAfile', 'ca.pem');
  assert.match(text, /verify OK/);
  assert.match(text, /No Revoked Certificates/);
});
