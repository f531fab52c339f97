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
import { type ForgeContext, forgeServerIdentity, type PkiFault, pkiFaults, type TlsIdentity } from './pki-faults.ts';
import { createRevocationList, revokedSerial } from './revocation-list.ts';

// An independent judge, the openssl command, confirms that each fault is in its chain, and that nothing else is.

const skip = spawnSync('openssl', ['version']).error ? 'the command openssl is not there' : false;
const folder = mkdtempSync(join(tmpdir(), 'muster-faults-'));
after(() => rmSync(folder, { recursive: true, force: true }));

type FaultId = keyof typeof pkiFaults;

/** What is relaxed of one verification, and of that alone. */
const relaxations = {
  time: ['-no_check_time'],
  host: [],
  /** The last certificate of the chain is trusted: whoever signed it. */
  anchor: [],
  level: ['-auth_level', '0'],
  purpose: ['-purpose', 'any'],
  critical: ['-ignore_critical'],
} as const satisfies Record<string, readonly string[]>;
type Relaxation = keyof typeof relaxations;

/** What OpenSSL says of a fault, and the one thing without which it has nothing to say. */
interface Expected {
  /** Numbers of its errors, at least one of them; none when it verifies the chain all the same. */
  readonly errors: readonly number[];
  /** Without it the chain verifies; where nothing is named, it never does. */
  readonly without?: Relaxation;
  /** What the printed certificates must or must not hold. */
  readonly shows?: RegExp;
  readonly lacks?: RegExp;
  readonly host?: string;
  /** The profile that looks at such a thing; both when absent. */
  readonly only?: ProfileId;
}

const labels = 'ch.clearinghouse.localhost';
const mismatch: Expected = { errors: [62, 64], without: 'host' };
const ended: Expected = { errors: [10], without: 'time' };
const weak: Expected = { errors: [67, 68], without: 'level', only: 'modern' };
const noCa: Expected = { errors: [79, 26, 32] };

const expected: Readonly<Record<FaultId, Expected>> = {
  none: { errors: [] },
  'unknown-ca': { errors: [19], without: 'anchor' },
  // It bears the anchor's name: OpenSSL may take the anchor for the issuer, and then finds that the signature is wrong.
  'impostor-ca': { errors: [19, 7], without: 'anchor' },
  'self-signed': { errors: [18], without: 'anchor' },
  'clearinghouse-ca': { errors: [19], without: 'anchor' },
  'forged-signature': { errors: [7] },
  'flipped-bit': { errors: [7] },
  'other-host': mismatch,
  'parent-domain': { ...mismatch, host: labels },
  'child-domain': { ...mismatch, host: 'localhost' },
  'sibling-label': { ...mismatch, host: labels },
  'wrong-san-right-cn': { ...mismatch, host: 'localhost', shows: /CN ?= ?localhost\n/ },
  'common-name-only': { errors: [], host: 'localhost', lacks: /Subject Alternative Name/ },
  'nul-in-name': { ...mismatch, host: 'localhost' },
  'wildcard-alone': { ...mismatch, host: 'localhost', shows: /DNS:\*\n/ },
  'wildcard-top-level': { ...mismatch, host: 'clearinghouse.localhost', shows: /DNS:\*\.localhost\n/ },
  // Its command line takes such a name; RFC 9525 §6.3 does not.
  'wildcard-partial': { errors: [], host: labels, shows: /DNS:c\*\.clearinghouse\.localhost\n/ },
  'wildcard-inside': { ...mismatch, host: labels, shows: /DNS:ch\.\*\.localhost\n/ },
  'wildcard-two-labels': { ...mismatch, host: labels, shows: /DNS:\*\.localhost\n/ },
  'other-address': { ...mismatch, host: '127.0.0.1', shows: /IP Address:192\.0\.2\.125\n/ },
  'address-as-dns-name': { ...mismatch, host: '127.0.0.1', shows: /DNS:127\.0\.0\.1\n/ },
  expired: ended,
  'just-expired': ended,
  'expired-a-day': ended,
  'expired-ten-years': ended,
  'not-yet-valid': { errors: [9], without: 'time' },
  'expired-intermediate': ended,
  'expired-anchor': ended,
  'intermediate-no-ca': noCa,
  'intermediate-unconstrained': noCa,
  'intermediate-version-1': { ...noCa, shows: /Version: 1 / },
  'path-length': { errors: [25] },
  'intermediate-no-cert-sign': noCa,
  'device-as-ca': noCa,
  'missing-intermediate': { errors: [20] },
  'host-excluded': { errors: [48], host: 'localhost' },
  'host-not-permitted': { errors: [47], host: 'localhost' },
  'device-as-server': { errors: [26], without: 'purpose' },
  'other-purpose': { errors: [26], without: 'purpose' },
  'unknown-critical-extension': { errors: [34], without: 'critical' },
  // OpenSSL takes no part of such a certificate, not even its issuer.
  'doubled-extension': { errors: [20], shows: /(Extended Key Usage:[\s\S]*){2}/ },
  'negative-serial': { errors: [], shows: /Serial Number: -/ },
  'zero-serial': { errors: [], shows: /Serial Number: 0 \(0x0\)/ },
  'signed-with-sha1': { ...weak, shows: /sha1WithRSAEncryption/ },
  'signed-with-md5': { ...weak, shows: /md5WithRSAEncryption/ },
  'rsa-512': { ...weak, shows: /Public-Key: \(512 bit\)/ },
  'rsa-1024': { ...weak, shows: /Public-Key: \(1024 bit\)/ },
  'rsa-exponent-3': { errors: [], shows: /Exponent: 3 / },
  'rsa-exponent-1': { errors: [], shows: /Exponent: 1 / },
  'p-192': { ...weak, shows: /prime192v1/ },
  'explicit-curve': { errors: [94], shows: /Field Type: prime-field/ },
  'inner-outer-differ': { errors: [7, 78] },
  revocable: { errors: [], shows: /CRL Distribution Points/ },
  // It verifies as long as nobody looks at the list: see below.
  revoked: { errors: [], shows: /CRL Distribution Points/ },
  intermediate: { errors: [] },
  'two-intermediates': { errors: [] },
  'rsa-intermediate': { errors: [] },
  'other-letter-case': { errors: [], host: 'localhost', shows: /DNS:LOCALHOST\n/ },
  'surplus-names': { errors: [], host: 'localhost', shows: /DNS:host-2\.example\.net, DNS:localhost\n/ },
  'thousand-names': { errors: [], host: 'localhost', shows: /DNS:host-999\.example\.net, DNS:localhost\n/ },
  'two-minutes-left': { errors: [] },
  'past-2050': { errors: [], shows: /Not After : Jun {2}1 00:00:00 2055 GMT/ },
  'hundred-certificates': { errors: [], shows: /CN ?= ?Third-Party Intermediate CA 99\n/ },
  'sixty-kilobytes': { errors: [] },
  'reordered-chain': { errors: [] },
  'surplus-certificates': { errors: [] },
};

/** RSA keys are slow to make: the authorities of a profile are the same for each host. */
const contexts = new Map<ProfileId, Promise<ForgeContext>>();

async function contextOf(id: ProfileId, host: string): Promise<ForgeContext> {
  const context = contexts.get(id) ?? makeContext(id);
  contexts.set(id, context);
  return { ...(await context), host, now: new Date() };
}

async function makeContext(id: ProfileId): Promise<ForgeContext> {
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
  return { thirdParty: root, clearinghouse, host: '', profile, now, listUrl: 'http://localhost/list.crl' };
}

function write(name: string, pem: string): string {
  const path = join(folder, name);
  writeFileSync(path, pem);
  return path;
}

function openssl(...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync('openssl', words, { encoding: 'utf8' });
  return { good: status === 0, text: `${stdout}${stderr}` };
}

const pemOf = (ders: readonly Uint8Array[]): string => ders.map((der) => toPem('CERTIFICATE', der)).join('');

function verify({ chainPem, anchorPem }: TlsIdentity, context: ForgeContext, relaxed?: Relaxation) {
  const { thirdParty, host, profile } = context;
  const [leaf = new Uint8Array(), ...others] = fromPem(chainPem, 'CERTIFICATE');
  const last = relaxed === 'anchor' ? pemOf([others.at(-1) ?? leaf]) : undefined;
  return openssl(
    'verify',
    ...['-auth_level', profile.insecure ? '0' : '2', '-purpose', 'sslserver', '-no-CApath', '-no-CAstore'],
    ...['-CAfile', write('anchor.pem', last ?? anchorPem ?? pemOf([thirdParty.certificate.der]))],
    ...(others.length > 0 ? ['-untrusted', write('others.pem', pemOf(others))] : []),
    ...(relaxed === 'host' ? [] : [isIP(host) ? '-verify_ip' : '-verify_hostname', host]),
    ...(relaxed ? relaxations[relaxed] : []),
    write('leaf.pem', pemOf([leaf])),
  );
}

for (const [profile, usual] of [
  ['modern', 'localhost'],
  ['legacy', '127.0.0.1'],
] as const) {
  for (const [id, row] of Object.entries(expected)) {
    const { errors, without, shows, lacks, host = usual, only = profile } = row;
    if (only !== profile) continue;
    const what = errors.length > 0 ? 'has that fault and no other' : 'is verified by openssl';
    test(`${profile}: the chain “${id}” for ${host} ${what}`, { skip }, async () => {
      const context = await contextOf(profile, host);
      const identity = await forgeServerIdentity(pkiFaults[id as FaultId], context);
      const strict = verify(identity, context);
      const said = [...strict.text.matchAll(/^error (\d+) at/gm)].map(([, number]) => Number(number));
      assert.equal(strict.good, errors.length === 0, strict.text);
      assert.equal(said.length > 0, errors.length > 0, strict.text);
      assert.deepEqual(
        said.filter((number) => !errors.includes(number)),
        [],
        strict.text,
      );
      const ways = profile === 'modern' ? (Object.keys(relaxations) as Relaxation[]) : without ? [without] : [];
      for (const way of errors.length > 0 ? ways : []) {
        const relaxed = verify(identity, context, way);
        assert.equal(relaxed.good, way === without, `relaxed ${way}: ${relaxed.text}`);
      }
      if (shows || lacks) {
        const printed = openssl('storeutl', '-noout', '-text', '-certs', write('shown.pem', identity.chainPem)).text;
        if (shows) assert.match(printed, shows);
        if (lacks) assert.doesNotMatch(printed, lacks);
      }
      assert.ok(new X509Certificate(identity.chainPem).checkPrivateKey(createPrivateKey(identity.keyPem)), 'its key');
    });
  }
}

for (const profile of ['modern', 'legacy'] as const) {
  test(`${profile}: openssl reads the list of revoked certificates, and finds on it the one that is revoked`, {
    skip,
  }, async () => {
    const context = await contextOf(profile, 'localhost');
    const list = write(
      'list.pem',
      toPem('X509 CRL', createRevocationList(context.thirdParty, [revokedSerial], new Date())),
    );
    const checked = async (fault: PkiFault) => {
      const { chainPem } = await forgeServerIdentity(fault, context);
      const anchor = write('anchor.pem', pemOf([context.thirdParty.certificate.der]));
      const level = ['-auth_level', profile === 'legacy' ? '0' : '2'];
      return openssl(
        'verify',
        ...level,
        '-CAfile',
        anchor,
        '-crl_check',
        '-CRLfile',
        list,
        write('leaf.pem', chainPem),
      );
    };
    const good = await checked(pkiFaults.revocable);
    assert.ok(good.good, good.text);
    assert.match((await checked(pkiFaults.revoked)).text, /error 23 at 0 depth lookup: certificate revoked/);
  });
}

test('every fault has an id of its own and an explanation, and what is good has no control', () => {
  for (const [id, fault] of Object.entries<PkiFault>(pkiFaults)) {
    assert.equal(fault.id, id);
    assert.match(fault.explanation, /^[A-Z].*\.$/);
    assert.ok(!fault.good || fault.control === undefined, id);
    assert.ok(fault.control === undefined || fault.control.good, id);
  }
});
