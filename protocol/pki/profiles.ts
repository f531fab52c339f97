import type { KeyObject } from 'node:crypto';
import { DEFAULT_CIPHERS } from 'node:tls';
import { type SignatureId, signatureAlgorithms, signatureIds } from './algorithms.ts';
import { describeKey, type KeyKind } from './keys.ts';

export type ProfileId = 'modern' | 'legacy';

/** Which keys, signatures and TLS versions are good enough. Every choice is a row; code receives the profile. */
export interface CryptoProfile {
  readonly id: ProfileId;
  /** Reports mark the run. */
  readonly insecure: boolean;
  /** What a gateway makes unless told otherwise. */
  readonly deviceKey: KeyKind;
  readonly authorityKey: KeyKind;
  readonly authoritySignature: SignatureId;
  readonly minimumRsaBits: number;
  /** Above, a verification costs too much for a server that anyone may ask. */
  readonly maximumRsaBits: number;
  readonly minimumRsaExponent: bigint;
  /** As node:crypto names them. */
  readonly curves: readonly string[];
  /** What is accepted from others. */
  readonly signatures: readonly SignatureId[];
  /** May a host be named by the common name of a certificate without any subjectAltName? */
  readonly commonNameAsHost: boolean;
  /** Does a third-party CA vouch for servers when its own certificate has ended? */
  readonly expiredAnchor: 'refused' | 'taken';
  /** Does a device ask whether its CA has revoked a server's certificate, by the list that the certificate names? */
  readonly revocation: 'not checked' | 'checked';
  /** What a device whose clock was never set makes of a server whose certificate is good today. */
  readonly unsetClock: 'no server is verified' | 'dates are not judged';
  /** How wrong a device may take its clock to be when it judges a certificate's dates. */
  readonly clockSkewSeconds: number;
  readonly tls: {
    readonly minVersion: 'TLSv1' | 'TLSv1.2';
    readonly maxVersion: 'TLSv1.3';
    readonly ciphers?: string;
    readonly ecdhCurve: string;
  };
  /** The deployed client makes a new nonce for each retrieve. */
  readonly retrieveNonce: 'repeated' | 'any';
}

/**
 * Node's own list, but what every TLS 1.3 implementation must have (RFC 8446 §9.1) comes first: its SHA-256 costs half of
 * what SHA-384 does, and a handshake is many small hashes.
 */
const mandatory = 'TLS_AES_128_GCM_SHA256';
const ciphers = [mandatory, ...DEFAULT_CIPHERS.split(':').filter((name) => name !== mandatory)].join(':');

export const profiles: Readonly<Record<ProfileId, CryptoProfile>> = {
  modern: {
    id: 'modern',
    insecure: false,
    deviceKey: 'p256',
    authorityKey: 'p256',
    authoritySignature: 'ecdsa-sha256',
    minimumRsaBits: 2048,
    maximumRsaBits: 8192,
    minimumRsaExponent: 65_537n,
    curves: ['prime256v1', 'secp384r1'],
    signatures: ['ecdsa-sha256', 'ecdsa-sha384', 'rsa-sha256', 'rsa-sha384', 'rsa-sha512'],
    commonNameAsHost: false,
    expiredAnchor: 'refused',
    revocation: 'not checked',
    unsetClock: 'no server is verified',
    clockSkewSeconds: 300,
    tls: { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', ciphers, ecdhCurve: 'X25519:P-256' },
    retrieveNonce: 'repeated',
  },
  legacy: {
    id: 'legacy',
    insecure: true,
    deviceKey: 'rsa1024',
    authorityKey: 'rsa1024',
    authoritySignature: 'rsa-md5',
    minimumRsaBits: 1024,
    maximumRsaBits: 8192,
    minimumRsaExponent: 3n,
    curves: ['prime256v1', 'secp384r1'],
    signatures: signatureIds,
    commonNameAsHost: true,
    expiredAnchor: 'refused',
    revocation: 'not checked',
    unsetClock: 'no server is verified',
    clockSkewSeconds: 300,
    tls: { minVersion: 'TLSv1', maxVersion: 'TLSv1.3', ciphers: 'DEFAULT@SECLEVEL=0', ecdhCurve: 'X25519:P-256' },
    retrieveNonce: 'any',
  },
};

export function isProfileId(text: string): text is ProfileId {
  return Object.hasOwn(profiles, text);
}

/**
 * What a key signs with under a profile: the authority's own algorithm where the key can (so that an RSA key of
 * `legacy` signs with MD5, as the deployed client does), SHA-384 on P-384, else the first that fits.
 */
export function signatureFor(key: KeyObject, profile: CryptoProfile): SignatureId {
  const { type, bits } = describeKey(key);
  if (signatureAlgorithms[profile.authoritySignature].keyType === type && bits !== 384)
    return profile.authoritySignature;
  if (type === 'ec') return bits > 256 ? 'ecdsa-sha384' : 'ecdsa-sha256';
  return 'rsa-sha256';
}
