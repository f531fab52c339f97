import { MusterError } from '#protocol/errors.ts';

/** What a server remembers of a certificate that it issued, for good. Times are in milliseconds since 1970. */
export interface IssuedCertificate {
  /** Hexadecimal, as in `Certificate.serialNumber`. No two certificates have the same. */
  readonly serial: string;
  /** The device's configured name, in lower case. */
  readonly device: string;
  readonly der: Uint8Array;
  /** SHA-256 of its public key, `AB:CD:…`. */
  readonly keyFingerprint: string;
  /** SHA-256 of the public key of the CA that signed it, `AB:CD:…`. */
  readonly authority: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly issuedAt: number;
  readonly revokedAt?: number;
  readonly revocationReason?: string;
}

export interface CertificateFilter {
  readonly device?: string;
  readonly authority?: string;
  readonly revoked?: boolean;
  /** Those that end at this moment or later, and before that one. */
  readonly endsFrom?: number;
  readonly endsBefore?: number;
  readonly limit?: number;
  /** A serial number: only what was issued before that one. */
  readonly after?: string;
}

export function serialInUse(serial: string): MusterError {
  return new MusterError(
    'internal',
    `The serial number ${serial} was given before: the certificate was not issued, and nothing was stored.`,
  );
}

/** What was signed before a rotation of the CA, or at a server that has not heard of it, must not be kept after it. */
export function otherAuthority(): MusterError {
  return new MusterError(
    'settings-invalid',
    'The store has another CA in force than the one that signed: the certificate was not issued, and nothing was stored. If it goes on, let this server read its configuration again.',
  );
}

export type Standing = 'live' | 'not-yet-valid' | 'expired' | 'revoked' | 'of-another-authority';

/** What a certificate is worth now. `authority`: the fingerprint of the key of the CA in force. */
export function standingOf(certificate: IssuedCertificate, authority: string, now: number): Standing {
  if (certificate.authority !== authority) return 'of-another-authority';
  if (certificate.revokedAt !== undefined) return 'revoked';
  if (now < certificate.notBefore) return 'not-yet-valid';
  return now > certificate.notAfter ? 'expired' : 'live';
}
