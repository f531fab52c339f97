import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { SignatureId } from './algorithms.ts';
import { createAuthority } from './authority.ts';
import { assertDer } from './der.ts';
import { generateKeyPair, type KeyKind, spkiOf } from './keys.ts';
import { toPem } from './pem.ts';
import { signedData } from './signed-data.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-signed-data-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const period = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 3_600_000) };

async function signerOf(kind: KeyKind, signature: SignatureId) {
  const key = await generateKeyPair(kind);
  const subject = [{ type: 'CN' as const, value: 'Clearinghouse CA' }];
  const authority = createAuthority({ ...period, subject, key: await generateKeyPair(kind), signature });
  const certificate = authority.issue({
    ...period,
    subject: [{ type: 'CN', value: 'tokens' }],
    spki: spkiOf(key.publicKey),
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: ['emailProtection'],
  });
  return { authority, signer: { certificate, key, signature } };
}

/** What OpenSSL says of it, which knows nothing of ours. */
function verify(der: Uint8Array, anchorPem: string) {
  const [data, anchor] = ['token.der', 'anchor.pem'].map((name) => join(folder, name));
  assert.ok(data && anchor);
  writeFileSync(data, der);
  writeFileSync(anchor, anchorPem);
  const words = ['cms', '-verify', '-binary', '-inform', 'DER', '-in', data, '-CAfile', anchor];
  const { status, stdout } = spawnSync('openssl', [...words, '-auth_level', '0'], { encoding: 'utf8' });
  return { status, stdout };
}

describe('OpenSSL verifies what is signed, and finds the content in it', () => {
  for (const [kind, signature] of [
    ['p256', 'ecdsa-sha256'],
    ['rsa2048', 'rsa-sha256'],
    ['rsa1024', 'rsa-md5'],
  ] as const) {
    test(`${kind}, ${signature}`, async () => {
      const { authority, signer } = await signerOf(kind, signature);
      const anchor = toPem('CERTIFICATE', authority.certificate.der);
      const der = signedData(Buffer.from('this call, and no other'), signer);
      assertDer(der, 'the token');
      assert.deepEqual(verify(der, anchor), { status: 0, stdout: 'this call, and no other' });
      const changed = Buffer.from(der);
      changed.write('T', changed.indexOf('this call'));
      assert.notEqual(verify(changed, anchor).status, 0);
      const { authority: another } = await signerOf(kind, signature);
      assert.notEqual(verify(der, toPem('CERTIFICATE', another.certificate.der)).status, 0);
    });
  }
});
