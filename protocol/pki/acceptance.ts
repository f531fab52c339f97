import type { KeyObject } from 'node:crypto';
import { type SignatureId, signatureAlgorithms } from './algorithms.ts';
import { describeKey } from './keys.ts';
import type { CryptoProfile } from './profiles.ts';

/** Odd primes below 200: no honest RSA modulus has such a factor, and looking costs next to nothing. */
const smallPrimes = Array.from({ length: 99 }, (_, i) => 2 * i + 3)
  .filter((n) => [3, 5, 7, 11, 13].every((p) => n === p || n % p !== 0))
  .map(BigInt);

/**
 * Why a public key is not acceptable under a profile, or undefined when it is.
 * Ask this before verifying anything under a stranger's key: it bounds the cost.
 */
export function judgeKey(key: KeyObject, profile: CryptoProfile): string | undefined {
  const { type, bits, curve, text } = describeKey(key);
  if (type === 'ec') {
    // RFC 5480 §2.1.1: only named curves; explicit parameters may describe any curve, a broken one too.
    if (curve === undefined) return 'the curve is given by explicit parameters, a named curve is expected';
    // WO 01/47232 names no curve; the profile does.
    if (!profile.curves.includes(curve)) return `the curve ${text} is not one of ${profile.curves.join(', ')}`;
    return undefined;
  }
  if (type !== 'rsa') return `a key of type ${type} is not supported, RSA or EC is expected`;
  if (bits < profile.minimumRsaBits) {
    return `RSA of ${bits} bits is too short, at least ${profile.minimumRsaBits} are expected`;
  }
  if (bits > profile.maximumRsaBits) {
    return `RSA of ${bits} bits is too costly, at most ${profile.maximumRsaBits} are accepted`;
  }
  const exponent = key.asymmetricKeyDetails?.publicExponent ?? 0n;
  // RFC 8017 §3.1: the public exponent is odd and at least 3. NIST SP 800-56B asks for more than 2^16.
  if (exponent % 2n === 0n) return `the RSA exponent ${exponent} is even`;
  if (exponent < profile.minimumRsaExponent) {
    return `the RSA exponent ${exponent} is too small, at least ${profile.minimumRsaExponent} is expected`;
  }
  const modulus = BigInt(`0x${Buffer.from(key.export({ format: 'jwk' }).n ?? '', 'base64url').toString('hex') || '0'}`);
  // RFC 8017 §3.1: the modulus is a product of odd primes.
  if (modulus % 2n === 0n) return 'the RSA modulus is even';
  const factor = smallPrimes.find((prime) => modulus % prime === 0n);
  if (factor !== undefined) return `the RSA modulus is weak: ${factor} divides it`;
  return undefined;
}

/** Why a signature made with this key is not acceptable under a profile, or undefined when it is. */
export function judgeSignature(
  id: SignatureId | undefined,
  key: KeyObject,
  profile: CryptoProfile,
): string | undefined {
  if (id === undefined) return 'the signature algorithm is unknown';
  const { keyType, text } = signatureAlgorithms[id];
  const { type } = describeKey(key);
  if (type !== keyType) return `${text} cannot be made with a key of type ${type}`;
  if (!profile.signatures.includes(id)) return `${text} is not accepted in the profile ${profile.id}`;
  return undefined;
}
