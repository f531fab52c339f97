import { constants, type KeyObject, privateEncrypt, publicDecrypt, sign, verify } from 'node:crypto';
import { versions } from './numbers.ts';
import { md5Sha1 } from './prf-12.ts';

/** Numbers of RFC 8446 §4.2.3. */
export const schemes = { ecdsaP256Sha256: 0x0403, rsaPkcs1Sha256: 0x0401, rsaPssSha256: 0x0804 } as const;

const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } as const;

/** The scheme that a key signs with: RSA takes PSS in TLS 1.3 alone. */
export function schemeOf(key: KeyObject, version: number): number {
  if (key.asymmetricKeyType === 'ec') return schemes.ecdsaP256Sha256;
  return version >= versions.tls13 ? schemes.rsaPssSha256 : schemes.rsaPkcs1Sha256;
}

/** Before TLS 1.2 there is no scheme: ECDSA signs SHA-1 (RFC 4492 §5.4), RSA both MD5 and SHA-1 (RFC 2246 §7.4.3). */
export function signTls(key: KeyObject, version: number, content: Buffer): Buffer {
  const isRsa = key.asymmetricKeyType === 'rsa';
  if (version >= versions.tls13 && isRsa) return sign('sha256', content, { key, ...pss });
  if (version >= versions.tls12) return sign('sha256', content, key);
  if (!isRsa) return sign('sha1', content, key);
  return privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, md5Sha1(content));
}

export function verifyTls(key: KeyObject, version: number, content: Buffer, signature: Buffer): boolean {
  const isRsa = key.asymmetricKeyType === 'rsa';
  try {
    if (version >= versions.tls13 && isRsa) return verify('sha256', content, { key, ...pss }, signature);
    if (version >= versions.tls12) return verify('sha256', content, key, signature);
    if (!isRsa) return verify('sha1', content, key, signature);
    return publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature).equals(md5Sha1(content));
  } catch {
    return false;
  }
}
