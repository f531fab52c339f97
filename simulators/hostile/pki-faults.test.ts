import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Authority, createAuthority } from '#protocol/pki/authority.ts';
import { generateKeyPair } from '#protocol/pki/keys.ts';
import { fromPem, toPem } from '#protocol/pki/pem.ts';
import { type ProfileId, profiles } from '#protocol/pki/profiles.ts';
import { createThirdPartyCa } from '../third-party-ca.ts';
import { type ForgeContext, forgeServerIdentity, pkiFaults } from './pki-faults.ts';

// An independent judge, the openssl command, confirms that each fault is in its chain, and that nothing else is.

const skip = spawnSync('openssl', ['version']).error ? 'the command openssl is not there' : false;
const folder = mkdtempSync(join(tmpdir(), 'muster-faults-'));
after(() => rmSync(folder, { recursive: true, force: true }));

type FaultId = keyof typeof pkiFaults;

/** What is relaxed of one verification, and of that alone. */
interface Relaxed {
  readonly time?: true;
  readonly host?: true;
  /** The last certificate of the chain is trusted: whoever signed it. */
  readonly anchor?: true;
}

/** What OpenSSL must say of each fault, and the one thing without which it has nothing to say. */
const expected: Readonly<Record<Exclude<FaultId, 'none'>, { readonly says: RegExp; readonly without: Relaxed }>> = {
  'unknown-ca': { says: /error 19 .*self-signed certificate in certificate chain/, without: { anchor: true } },
  // It bears the anchor's name: OpenSSL may take the anchor for the issuer, and then finds that the signature is wrong.
  'impostor-ca': { says: /error 19 .*self-signed|error 7 .*signature failure/, without: { anchor: true } },
  'self-signed': { says: /error 18 .*self-signed certificate/, without: { anchor: true } },
  'clearinghouse-ca': { says: /error 19 .*self-signed certificate in certificate chain/, without: { anchor: true } },
  'other-host': { says: /error 6[24] .*(hostname|IP address) mismatch/, without: { host: true } },
  expired: { says: /error 10 .*certificate has expired/, without: { time: true } },
  'not-yet-valid': { says: /error 9 .*certificate is not yet valid/, without: { time: true } },
};

async function contextOf(id: ProfileId, host: string): Promise<ForgeContext> {
  const profile = profiles[id];
  const now = new Date();
  const { root } = await createThirdPartyCa({ profile: id });
  const clearinghouse: Authority = createAuthority({
    subject: [{ type: 'CN', value: 'Clearinghouse CA' }],
    key: await generateKeyPair(profile.authorityKey),
    signature: profile.authoritySignature,
    notBefore: new Date(now.getTime() - 60_000),
    notAfter: new Date(now.getTime() + 1_000_000_000),
  });
  return { thirdParty: root, clearinghouse, host, profile, now };
}

function verify(chainPem: string, { thirdParty, host, profile }: ForgeContext, relaxed: Relaxed) {
  const write = (name: string, pem: string): string => {
    const path = join(folder, name);
    writeFileSync(path, pem);
    return path;
  };
  const [leaf = new Uint8Array(), ...others] = fromPem(chainPem, 'CERTIFICATE');
  const pemOf = (ders: readonly Uint8Array[]) => ders.map((der) => toPem('CERTIFICATE', der)).join('');
  const anchor = relaxed.anchor ? (others.at(-1) ?? leaf) : thirdParty.certificate.der;
  const words = [
    ...['-auth_level', profile.insecure ? '0' : '2', '-purpose', 'sslserver', '-no-CApath', '-no-CAstore'],
    ...['-CAfile', write('anchor.pem', pemOf([anchor]))],
    ...(others.length > 0 ? ['-untrusted', write('others.pem', pemOf(others))] : []),
    ...(relaxed.host ? [] : [isIP(host) ? '-verify_ip' : '-verify_hostname', host]),
    ...(relaxed.time ? ['-no_check_time'] : []),
    write('leaf.pem', pemOf([leaf])),
  ];
  const { status, stdout, stderr } = spawnSync('openssl', ['verify', ...words], { encoding: 'utf8' });
  return { good: status === 0, text: `${stdout}${stderr}` };
}

/** Every way to relax one thing. */
const ways: readonly Relaxed[] = [{ time: true }, { host: true }, { anchor: true }];

for (const profile of ['modern', 'legacy'] as const) {
  for (const host of ['localhost', '127.0.0.1']) {
    test(`${profile}: openssl verifies the good chain for ${host}, whatever is relaxed`, { skip }, async () => {
      const context = await contextOf(profile, host);
      const { chainPem } = await forgeServerIdentity(pkiFaults.none, context);
      const { good, text } = verify(chainPem, context, {});
      assert.ok(good, text);
      assert.ok(verify(chainPem, context, { time: true }).good);
    });

    for (const [id, { says, without }] of Object.entries(expected)) {
      test(`${profile}: the chain with “${id}” for ${host} has that fault and no other`, { skip }, async () => {
        const context = await contextOf(profile, host);
        const fault = pkiFaults[id as FaultId];
        const { chainPem, keyPem } = await forgeServerIdentity(fault, context);
        const strict = verify(chainPem, context, {});
        assert.equal(strict.good, false, strict.text);
        assert.match(strict.text, says);
        assert.equal(strict.text.match(/^error \d+ at/gm)?.length, 1, strict.text);
        for (const way of ways) {
          const relaxed = verify(chainPem, context, way);
          const isTheFault = Object.keys(way).every((key) => key in without);
          assert.equal(relaxed.good, isTheFault, `relaxed ${Object.keys(way)}: ${relaxed.text}`);
        }
        assert.ok(new X509Certificate(chainPem).checkPrivateKey(createPrivateKey(keyPem)), 'the key is the leaf’s');
      });
    }
  }
}

test('every fault has an id of its own, an explanation, and a row here', () => {
  for (const [id, fault] of Object.entries(pkiFaults)) {
    assert.equal(fault.id, id);
    assert.match(fault.explanation, /^[A-Z].*\.$/);
  }
  assert.deepEqual(Object.keys(pkiFaults).sort(), ['none', ...Object.keys(expected)].sort());
});
