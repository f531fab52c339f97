import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ChallengePasswordAttribute,
  cryptoProvider,
  ExtendedKeyUsageExtension,
  KeyUsagesExtension,
  Pkcs10CertificateRequest,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { type CertificateTemplate, createAuthority } from '#protocol/pki/authority.ts';
import { parseCertificate } from '#protocol/pki/certificate.ts';
import { generateKeyPair, spkiOf } from '#protocol/pki/keys.ts';
import type { DistinguishedName } from '#protocol/pki/names.ts';
import { createPkcs10, parsePkcs10, verifyProofOfPossession } from '#protocol/pki/pkcs10.ts';
import { median } from './median.ts';
import { writeResult } from './result.ts';

// Prevents: a change that makes an enrollment costly without anyone seeing it. The library's own generators run
// beside ours in turns, in one process, so that the ratio holds on a busy machine; the rates alone do not.
// node bench/pki.ts [seconds for each, 1 unless given]

const seconds = Number(process.argv[2] ?? 1);
const rounds = 5;

cryptoProvider.set(webcrypto as unknown as Parameters<typeof cryptoProvider.set>[0]);
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const theirs = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
const theirDevice = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

const ours = await generateKeyPair('p256');
// A new device each time, as in a fleet: nothing kept from the one before may help.
const devices = await Promise.all(Array.from({ length: 600 }, () => generateKeyPair('p256')));
const notBefore = new Date();
const notAfter = new Date(Date.now() + 365 * 86_400_000);
const signature = 'ecdsa-sha256';
const authorityName: DistinguishedName = [
  { type: 'C', value: 'US' },
  { type: 'O', value: 'TransNexus' },
  { type: 'CN', value: 'Clearinghouse CA' },
];
const authority = createAuthority({ subject: authorityName, key: ours, signature, notBefore, notAfter });
const subjectOf = (i: number): DistinguishedName => [
  { type: 'O', value: 'Customer' },
  { type: 'CN', value: `gw${i}.example.com` },
];
const requests = devices.map((key, i) =>
  createPkcs10({ key, subject: subjectOf(i), signature, challengePassword: 'bm9uY2U' }),
);
const spkis = devices.map((key) => spkiOf(key.publicKey));
const certificates = spkis.map((spki, i) => authority.issue(template(i, spki)).der);

function template(i: number, spki: Uint8Array): CertificateTemplate {
  return {
    subject: subjectOf(i),
    spki,
    notBefore,
    notAfter,
    basicConstraints: { ca: false },
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: ['clientAuth'],
    dnsNames: [`gw${i}.example.com`],
  };
}

function at<T>(list: readonly T[], i: number): T {
  const item = list[i % list.length];
  if (item === undefined) throw new Error('the list is empty');
  return item;
}

const bytes = (der: Uint8Array) => new Uint8Array(der).buffer;

type Work = (i: number) => unknown;

const pairs: readonly (readonly [what: string, ours: Work, theirs: Work])[] = [
  [
    'create a PKCS#10',
    (i) => createPkcs10({ key: at(devices, i), subject: subjectOf(i), signature, challengePassword: 'bm9uY2U' }),
    (i) =>
      Pkcs10CertificateRequestGenerator.create({
        name: `O=Customer, CN=gw${i}.example.com`,
        keys: theirDevice,
        signingAlgorithm: algorithm,
        attributes: [new ChallengePasswordAttribute('bm9uY2U')],
      }),
  ],
  [
    'read and verify a PKCS#10',
    (i) => verifyProofOfPossession(parsePkcs10(at(requests, i))),
    (i) => new Pkcs10CertificateRequest(bytes(at(requests, i))).verify(),
  ],
  [
    'issue a certificate',
    (i) => authority.sign(template(i, at(spkis, i))),
    (i) =>
      X509CertificateGenerator.create({
        serialNumber: '0123456789abcdef0123456789abcdef',
        subject: `O=Customer, CN=gw${i}.example.com`,
        issuer: 'C=US, O=TransNexus, CN=Clearinghouse CA',
        notBefore,
        notAfter,
        signingAlgorithm: algorithm,
        publicKey: theirDevice.publicKey,
        signingKey: theirs.privateKey,
        extensions: [
          new BasicConstraintsExtension(false, undefined, true),
          new KeyUsagesExtension(1, true),
          new ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.2']),
          new SubjectAlternativeNameExtension([{ type: 'dns', value: `gw${i}.example.com` }]),
        ],
      }),
  ],
  [
    'read a certificate',
    (i) => parseCertificate(at(certificates, i)),
    (i) => new X509Certificate(bytes(at(certificates, i))).extensions.length,
  ],
];

/** Runs per second, for the share of one round. */
async function rate(work: Work, start: number): Promise<{ perSecond: number; next: number }> {
  const began = performance.now();
  const end = began + (seconds * 1000) / rounds;
  let i = start;
  while (performance.now() < end) await work(i++);
  return { perSecond: ((i - start) * 1000) / (performance.now() - began), next: i };
}

const ratios: Record<string, number> = {};
console.log(`P-256, one core, ${seconds} s for each in ${rounds} turns; runs per second (median), ours / library\n`);
for (const [what, our, their] of pairs) {
  const rates: { ours: number; theirs: number }[] = [];
  let i = 0;
  for (let round = -1; round < rounds; round++) {
    const a = await rate(our, i);
    const b = await rate(their, i);
    i = a.next;
    // The first turn warms up.
    if (round >= 0) rates.push({ ours: a.perSecond, theirs: b.perSecond });
  }
  const ratio = median(rates.map((r) => r.ours / r.theirs));
  ratios[what] = ratio;
  const [a, b] = [median(rates.map((r) => r.ours)), median(rates.map((r) => r.theirs))].map((r) =>
    r.toFixed(0).padStart(7),
  );
  console.log(`${what.padEnd(26)} ${a} / ${b}   ${ratio.toFixed(1)} x`);
}
writeResult('pki', { ratios });
