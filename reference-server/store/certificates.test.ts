import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type IssuedCertificate, standingOf } from './certificates.ts';

test('a certificate is live from its first millisecond to its last, under the CA in force, unless it was revoked', () => {
  const certificate: IssuedCertificate = {
    serial: '4001',
    device: 'gw1.example.com',
    der: Uint8Array.of(0x30, 0x00),
    keyFingerprint: 'AB:CD',
    authority: 'AA',
    notBefore: 1_000,
    notAfter: 2_000,
    issuedAt: 1_500,
  };
  const standing = (now: number, changes: Partial<IssuedCertificate> = {}) =>
    standingOf({ ...certificate, ...changes }, 'AA', now);
  assert.deepEqual(
    [999, 1_000, 2_000, 2_001].map((now) => standing(now)),
    ['not-yet-valid', 'live', 'live', 'expired'],
  );
  assert.equal(standing(1_500, { revokedAt: 1_400 }), 'revoked');
  assert.equal(standing(2_001, { revokedAt: 1_400 }), 'revoked');
  assert.equal(standing(1_500, { authority: 'BB', revokedAt: 1_400 }), 'of-another-authority');
});
