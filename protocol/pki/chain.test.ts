import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Authority, type CertificateTemplate, createAuthority, signCertificate } from './authority.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { type ChainCheckId, type ChainOptions, chainCheckIds, verifyChain } from './chain.ts';
import { generateKeyPair, spkiOf } from './keys.ts';
import type { DistinguishedName } from './names.ts';
import { profiles } from './profiles.ts';

const at = new Date('2026-06-01T00:00:00Z');
const notBefore = new Date('2026-01-01T00:00:00Z');
const notAfter = new Date('2027-01-01T00:00:00Z');
const host = 'enroll.example.com';
const signature = 'ecdsa-sha256';
const cn = (value: string): DistinguishedName => [{ type: 'CN', value }];
const [rootKey, middleKey, leafKey, otherKey] = await Promise.all([0, 1, 2, 3].map(() => generateKeyPair('p256')));
if (!rootKey || !middleKey || !leafKey || !otherKey) throw new Error('four keys are expected');
const weakKey = await generateKeyPair('rsa1024');

const dates = { notBefore, notAfter };
const root = createAuthority({ subject: cn('Third-Party CA'), key: rootKey, signature, ...dates });
const impostor = createAuthority({ subject: cn('Third-Party CA'), key: otherKey, signature, ...dates });
const stranger = createAuthority({ subject: cn('Unknown CA'), key: otherKey, signature, ...dates });

const serverLeaf: CertificateTemplate = {
  subject: cn(host),
  spki: spkiOf(leafKey.publicKey),
  ...dates,
  basicConstraints: { ca: false },
  keyUsage: ['digitalSignature'],
  extendedKeyUsage: ['serverAuth'],
  dnsNames: [host],
};
const middleTemplate: CertificateTemplate = {
  subject: cn('Intermediate CA'),
  spki: spkiOf(middleKey.publicKey),
  ...dates,
  basicConstraints: { ca: true },
  keyUsage: ['keyCertSign', 'cRLSign'],
};
const leaf = (change: Partial<CertificateTemplate> = {}, by: Authority = root) =>
  by.issue({ ...serverLeaf, ...change });

/** A leaf under an intermediate that differs from a good one by the change. */
function underMiddle(
  change: Partial<CertificateTemplate>,
  leafChange: Partial<CertificateTemplate> = {},
): Certificate[] {
  const middle = root.issue({ ...middleTemplate, ...change });
  const issuer = { subject: middle.subject, key: middleKey ?? rootKey, certificate: middle } as const;
  const end = signCertificate({ ...serverLeaf, ...leafChange }, { ...issuer, key: issuer.key ?? root.key }, signature);
  return [parseCertificate(end), middle];
}

function failures(chain: readonly Certificate[], change: Partial<ChainOptions> = {}): ChainCheckId[] {
  const options = {
    chain,
    anchors: [root.certificate],
    at,
    purpose: 'server',
    host,
    profile: profiles.modern,
  } as const;
  return verifyChain({ ...options, ...change })
    .filter(({ ok }) => !ok)
    .map(({ id }) => id);
}

/** Bytes changed in place, where the length stays the same. */
function edited(certificate: Certificate, edit: (der: Buffer) => void): Certificate {
  const der = Buffer.from(certificate.der);
  edit(der);
  return parseCertificate(new Uint8Array(der));
}

const flipLast = (der: Buffer) => der.writeUInt8((der.at(-1) ?? 0) ^ 1, der.length - 1);
const day = 86_400_000;
const critical = (oid: string) => ({ oid, critical: true, value: Uint8Array.of(5, 0) });

const selfSigned = parseCertificate(
  signCertificate(serverLeaf, { subject: serverLeaf.subject, key: leafKey }, signature),
);

/** Each row: what is offered, and the checks that must fail; every row has the same chain without its fault as control. */
const offered: [string, Certificate[], ChainCheckId[], Partial<ChainOptions>?][] = [
  ['a good chain to the anchor', [leaf()], []],
  ['a good chain, the anchor sent along', [leaf(), root.certificate], []],
  ['a good chain with an intermediate', underMiddle({}), []],
  [
    'the same with surplus certificates in any order',
    [underMiddle({})[0] ?? leaf(), stranger.certificate, root.certificate, ...underMiddle({}).slice(1)],
    [],
  ],
  [
    'the same with an expired certificate of the same intermediate first',
    [
      ...underMiddle({}).slice(0, 1),
      ...underMiddle({ notAfter: new Date(at.getTime() - day) }).slice(1),
      ...underMiddle({}).slice(1),
    ],
    [],
  ],
  ['a self-signed leaf', [selfSigned], ['anchor']],
  ['a chain to an unknown CA', [leaf({}, stranger)], ['anchor']],
  ['a chain to an unknown CA, sent along', [leaf({}, stranger), stranger.certificate], ['anchor']],
  ['an impostor CA of the same name, sent along', [leaf({}, impostor), impostor.certificate], ['anchor']],
  ['an impostor CA of the same name, not sent', [leaf({}, impostor)], ['signature']],
  ['a leaf with one bit of its signature flipped', [edited(leaf(), flipLast)], ['signature']],
  [
    'a leaf under an intermediate, one bit flipped',
    [edited(underMiddle({})[0] ?? leaf(), flipLast), ...underMiddle({}).slice(1)],
    ['signature'],
  ],
  [
    'an intermediate with one bit flipped',
    [
      underMiddle({})[0] ?? leaf(),
      ...underMiddle({})
        .slice(1)
        .map((c) => edited(c, flipLast)),
    ],
    ['signature'],
  ],
  ['a missing intermediate', underMiddle({}).slice(0, 1), ['anchor']],
  ['a leaf that expired a second ago', [leaf({ notAfter: new Date(at.getTime() - 1000) })], ['dates']],
  ['the same within the skew', [leaf({ notAfter: new Date(at.getTime() - 1000) })], [], { skewSeconds: 60 }],
  ['a leaf in its last second', [leaf({ notAfter: at })], []],
  [
    'a leaf that expired ten years ago',
    [leaf({ notBefore: new Date(0), notAfter: new Date(at.getTime() - 3650 * day) })],
    ['dates'],
  ],
  ['a leaf that is not yet valid', [leaf({ notBefore: new Date(at.getTime() + 1000) })], ['dates']],
  ['a leaf of dates past 2050', [leaf({ notAfter: new Date('2060-01-01T00:00:00Z') })], []],
  ['an expired intermediate', underMiddle({ notAfter: new Date(at.getTime() - day) }), ['dates']],
  ['a clock at 1970', [leaf()], ['anchor-dates', 'dates'], { at: new Date(0) }],
  ['an intermediate with CA false', underMiddle({ basicConstraints: { ca: false } }), ['ca']],
  ['an intermediate without basicConstraints', underMiddle({ basicConstraints: undefined }), ['ca']],
  ['an intermediate of version 1', underMiddle({ version: 1 }), ['ca']],
  ['an intermediate without keyCertSign', underMiddle({ keyUsage: ['digitalSignature', 'cRLSign'] }), ['key-usage']],
  ['a leaf for key agreement alone', [leaf({ keyUsage: ['keyAgreement'] })], ['key-usage']],
  ['a leaf without key usage', [leaf({ keyUsage: undefined })], []],
  ['a leaf for clientAuth', [leaf({ extendedKeyUsage: ['clientAuth'] })], ['extended-key-usage']],
  ['a leaf without extended key usage', [leaf({ extendedKeyUsage: undefined })], []],
  ['an intermediate for clientAuth', underMiddle({ extendedKeyUsage: ['clientAuth'] }), ['extended-key-usage']],
  ['an unknown critical extension', [leaf({ extraExtensions: [critical('1.2.3.4')] })], ['critical-extension']],
  [
    'an unknown extension that is not critical',
    [leaf({ extraExtensions: [{ ...critical('1.2.3.4'), critical: false }] })],
    [],
  ],
  [
    'an unknown critical extension in the intermediate',
    underMiddle({ extraExtensions: [critical('1.2.3.4')] }),
    ['critical-extension'],
  ],
  [
    'an extension twice',
    [leaf({ extraExtensions: [{ oid: '2.5.29.19', critical: true, value: Uint8Array.of(0x30, 0) }] })],
    ['duplicate-extension'],
  ],
  ['serial number zero', [leaf({ serialNumber: Uint8Array.of(0) })], ['serial']],
  ['a negative serial number', [leaf({ serialNumber: Uint8Array.of(0x80, 1) })], ['serial']],
  ['a serial number of 21 octets', [leaf({ serialNumber: new Uint8Array(21).fill(1) })], ['serial']],
  ['a serial number of 20 octets and a sign', [leaf({ serialNumber: new Uint8Array(21).fill(0xff, 1) })], ['serial']],
  ['a serial number of 20 octets', [leaf({ serialNumber: new Uint8Array(20).fill(1) })], []],
  ['another algorithm inside than outside', [leaf({ innerSignature: 'ecdsa-sha384' })], ['algorithm-mismatch']],
  [
    'a leaf signed with SHA-1',
    [parseCertificate(signCertificate(serverLeaf, { subject: root.certificate.subject, key: rootKey }, 'ecdsa-sha1'))],
    ['algorithm'],
  ],
  [
    'an unknown algorithm',
    [
      edited(leaf(), (der) => {
        for (const i of [der.indexOf('2a8648ce3d040302', 'hex'), der.lastIndexOf('2a8648ce3d040302', undefined, 'hex')])
          der.writeUInt8(9, i + 7);
      }),
    ],
    ['signature', 'algorithm'],
  ],
  ['a leaf of RSA 1024', [leaf({ spki: spkiOf(weakKey.publicKey) })], ['key-strength']],
  ['the same in legacy', [leaf({ spki: spkiOf(weakKey.publicKey) })], [], { profile: profiles.legacy }],
  ['another host', [leaf({ dnsNames: ['other.example.com'] })], ['name']],
  [
    'a wrong alternative name and the right common name',
    [leaf({ dnsNames: ['other.example.com'] })],
    ['name'],
    { profile: profiles.legacy },
  ],
  ['a common name without alternative names', [leaf({ dnsNames: undefined })], ['name']],
  ['the same in legacy', [leaf({ dnsNames: undefined })], [], { profile: profiles.legacy }],
  ['a NUL in the alternative name', [leaf({ dnsNames: [`${host}\0.evil.example`] })], ['name']],
  [
    'a NUL in the common name, in legacy',
    [leaf({ subject: cn(`${host}\0.evil.example`), dnsNames: undefined })],
    ['name'],
    { profile: profiles.legacy },
  ],
  ['another letter case and surplus names', [leaf({ dnsNames: ['a.example', 'ENROLL.EXAMPLE.COM'] })], []],
  ['an address by its iPAddress', [leaf({ ipAddresses: ['192.0.2.7'] })], [], { host: '192.0.2.7' }],
  ['another iPAddress', [leaf({ ipAddresses: ['192.0.2.8'] })], ['name'], { host: '192.0.2.7' }],
  ['the address as a dNSName', [leaf({ dnsNames: ['192.0.2.7'] })], ['name'], { host: '192.0.2.7' }],
  [
    'the address as a common name, in legacy',
    [leaf({ subject: cn('192.0.2.7'), dnsNames: undefined })],
    ['name'],
    { host: '192.0.2.7', profile: profiles.legacy },
  ],
  ['an IPv6 address written otherwise', [leaf({ ipAddresses: ['2001:db8::1'] })], [], { host: '[2001:0db8:0:0::1]' }],
  ['no host to compare with', [leaf()], ['name'], { host: undefined }],
  ['name constraints that permit the host', underMiddle({ nameConstraints: { permittedDns: ['example.com'] } }), []],
  [
    'name constraints that permit others',
    underMiddle({ nameConstraints: { permittedDns: ['other.example'] } }),
    ['name-constraints'],
  ],
  [
    'name constraints that exclude the host',
    underMiddle({ nameConstraints: { excludedDns: ['enroll.example.com'] } }),
    ['name-constraints'],
  ],
  [
    'name constraints that a wildcard evades',
    underMiddle({ nameConstraints: { excludedDns: ['enroll.example.com'] } }, { dnsNames: ['*.example.com'] }),
    ['name-constraints'],
  ],
  [
    'name constraints on an address',
    underMiddle({ nameConstraints: { excludedIp: ['192.0.2.0/24'] } }, { ipAddresses: ['192.0.2.7'] }),
    ['name-constraints'],
  ],
  [
    'name constraints on another address',
    underMiddle({ nameConstraints: { excludedIp: ['198.51.100.0/24'] } }, { ipAddresses: ['192.0.2.7'] }),
    [],
  ],
  [
    'name constraints on the common name alone, in legacy',
    underMiddle({ nameConstraints: { excludedDns: ['example.com'] } }, { dnsNames: undefined }),
    ['name-constraints'],
    { profile: profiles.legacy },
  ],
  [
    'a CA certificate as a device certificate',
    [leaf({ basicConstraints: { ca: true }, extendedKeyUsage: ['clientAuth'] })],
    ['ca'],
    { purpose: 'device' },
  ],
  [
    'a device certificate',
    [leaf({ extendedKeyUsage: ['clientAuth'], dnsNames: undefined })],
    [],
    { purpose: 'device' },
  ],
  ["a server's certificate as a device's", [leaf()], ['extended-key-usage'], { purpose: 'device' }],
  ['the CA certificate itself', [root.certificate], [], { purpose: 'authority' }],
  ['an intermediate CA certificate', [root.issue(middleTemplate)], [], { purpose: 'authority' }],
  ['a leaf as a CA certificate', [leaf()], ['ca', 'key-usage'], { purpose: 'authority' }],
  ['an expired CA certificate', [root.certificate], ['dates'], { purpose: 'authority', at: new Date('2028-01-01') }],
  [
    'an expired anchor above a leaf that is valid',
    [leaf({ notAfter: new Date('2030-01-01') })],
    ['anchor-dates'],
    { at: new Date('2028-01-01') },
  ],
  [
    'the same where the profile takes it',
    [leaf({ notAfter: new Date('2030-01-01') })],
    [],
    { at: new Date('2028-01-01'), profile: { ...profiles.modern, expiredAnchor: 'taken' } },
  ],
  [
    'the CA certificate with one bit flipped, pinned',
    [edited(root.certificate, flipLast)],
    ['signature'],
    { purpose: 'authority', anchors: [edited(root.certificate, flipLast)] },
  ],
  [
    "another device's certificate as a CA",
    underMiddle({ basicConstraints: { ca: false }, keyUsage: ['digitalSignature'] }),
    ['ca', 'key-usage'],
  ],
];

for (const [what, chain, expected, options] of offered) {
  test(`${what}: ${expected.length === 0 ? 'accepted' : `fails ${expected.join(' and ')}`}`, () => {
    assert.deepEqual(failures(chain, options), expected);
  });
}

test('a path length is counted in CA certificates below, and a CA of the allowed depth is accepted', () => {
  const grown = (pathLength: number) => {
    const top = createAuthority({
      subject: cn('Top CA'),
      key: middleKey,
      signature,
      ...dates,
      issuer: root,
      pathLength,
    });
    const low = createAuthority({ subject: cn('Low CA'), key: otherKey, signature, ...dates, issuer: top });
    return [leaf({}, low), low.certificate, top.certificate];
  };
  assert.deepEqual(failures(grown(1)), []);
  assert.deepEqual(failures(grown(0)), ['path-length']);
  const narrow = createAuthority({ subject: cn('Narrow CA'), key: rootKey, signature, ...dates, pathLength: 0 });
  const below = createAuthority({ subject: cn('Below CA'), key: middleKey, signature, ...dates, issuer: narrow });
  const anchors = [narrow.certificate];
  assert.deepEqual(
    failures([leaf({}, below), below.certificate], { anchors }),
    ['path-length'],
    "the anchor's counts too",
  );
  assert.deepEqual(failures([leaf({}, narrow)], { anchors }), []);
});

test('a weak anchor key fails in modern, whatever hangs below', () => {
  const weak = createAuthority({ subject: cn('Weak CA'), key: weakKey, signature: 'rsa-sha256', ...dates });
  assert.deepEqual(failures([leaf({}, weak)], { anchors: [weak.certificate] }), ['key-strength']);
  assert.deepEqual(failures([leaf({}, weak)], { anchors: [weak.certificate], profile: profiles.legacy }), []);
});

test("a certificate with the anchor's name and key, but signed by nobody known, is no anchor", () => {
  const forged = parseCertificate(
    signCertificate(
      { ...serverLeaf, subject: root.certificate.subject, spki: root.certificate.spki },
      { subject: cn('Nobody'), key: otherKey },
      signature,
    ),
  );
  assert.deepEqual(failures([forged]), ['anchor']);
});

test('an empty chain fails every check', () => {
  assert.deepEqual(failures([]), [...chainCheckIds]);
});

test('every check cites its source and says what was found', () => {
  for (const { citation, detail } of verifyChain({
    chain: [leaf()],
    anchors: [],
    at,
    purpose: 'server',
    host,
    profile: profiles.modern,
  })) {
    assert.match(citation, /RFC|WO 01|profile/);
    assert.notEqual(detail, '');
  }
});

test('a chain of 100, and 100 CAs of one name that all might have signed, end in time', () => {
  let issuer = root;
  const long: Certificate[] = [];
  for (let i = 0; i < 99; i++) {
    issuer = createAuthority({ subject: cn(`CA ${i}`), key: middleKey, signature, ...dates, issuer });
    long.unshift(issuer.certificate);
  }
  const same = Array.from({ length: 100 }, () => root.issue(middleTemplate));
  const start = performance.now();
  assert.deepEqual(failures([leaf({}, issuer), ...long]), ['anchor']);
  assert.deepEqual(failures([underMiddle({})[0] ?? leaf(), ...same]), []);
  assert.deepEqual(failures([underMiddle({})[0] ?? leaf(), ...same], { anchors: [] }), ['anchor']);
  assert.ok(performance.now() - start < 5000);
});
