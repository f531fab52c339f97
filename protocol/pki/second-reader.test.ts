import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAuthority, signCertificate } from './authority.ts';
import { parseCertificate } from './certificate.ts';
import { generateKeyPair, type KeyKind, spkiOf } from './keys.ts';
import { readOtherwise } from './second-reader.ts';

const notBefore = new Date('2026-01-01T00:00:00Z');
const notAfter = new Date('2051-01-01T00:00:00Z');
const subject = [{ type: 'CN', value: 'gw.example.com' }] as const;

test('a general library reads the certificates that are made here as they are read here', async () => {
  for (const [kind, signature] of [
    ['p256', 'ecdsa-sha256'],
    ['rsa2048', 'rsa-sha256'],
    ['rsa1024', 'rsa-md5'],
  ] as const satisfies readonly (readonly [KeyKind, string])[]) {
    const key = await generateKeyPair(kind);
    const authority = createAuthority({ subject: [...subject], key, signature, notBefore, notAfter, pathLength: 0 });
    const issued = authority.issue({
      subject: [...subject],
      spki: spkiOf(key.publicKey),
      notBefore,
      notAfter,
      basicConstraints: { ca: false },
      keyUsage: ['digitalSignature', 'keyEncipherment'],
      extendedKeyUsage: ['clientAuth'],
      dnsNames: ['gw.example.com', 'gw'],
    });
    assert.deepEqual(await readOtherwise(authority.certificate), [], `${kind}, its CA`);
    assert.deepEqual(await readOtherwise(issued), [], kind);
  }
});

test('what is read otherwise is named', async () => {
  const key = await generateKeyPair('p256');
  const make = (value: string, ca: boolean) =>
    parseCertificate(
      signCertificate(
        {
          subject: [{ type: 'CN', value }],
          spki: spkiOf(key.publicKey),
          notBefore,
          notAfter,
          basicConstraints: { ca },
        },
        { subject: [...subject], key },
        'ecdsa-sha256',
      ),
    );
  const [one, other] = [make('gw.example.com', false), make('gw.example.org', true)];
  assert.deepEqual(await readOtherwise(one), []);
  const wrong = await readOtherwise({ ...one, subjectDer: other.subjectDer, basicConstraints: { ca: true } });
  assert.deepEqual(
    wrong.map((text) => text.split(':')[0]),
    ['subject', 'CA'],
  );
  const [unread = ''] = await readOtherwise({ ...one, der: one.der.subarray(1) });
  assert.match(unread, /cannot be read there/);
});
