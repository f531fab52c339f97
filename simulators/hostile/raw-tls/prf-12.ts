import { createHash, createHmac } from 'node:crypto';
import type { CipherSuite } from './cipher-suites.ts';
import type { Direction } from './key-schedule-13.ts';
import { versions } from './numbers.ts';
import { type Protection, protection12 } from './record-protection.ts';

const hash = (algorithm: string, ...parts: readonly Uint8Array[]): Buffer =>
  createHash(algorithm).update(Buffer.concat(parts)).digest();

/** RFC 5246 §5: P_hash. */
function expand(algorithm: string, secret: Buffer, seed: Buffer, bytes: number): Buffer {
  const hmac = (...parts: Buffer[]): Buffer => createHmac(algorithm, secret).update(Buffer.concat(parts)).digest();
  const blocks: Buffer[] = [];
  let a = hmac(seed);
  for (let made = 0; made < bytes; made += blocks.at(-1)?.length ?? bytes) {
    blocks.push(hmac(a, seed));
    a = hmac(a);
  }
  return Buffer.concat(blocks).subarray(0, bytes);
}

/** RFC 6101 §6.1: 'A', 'BB', 'CCC', … before the secret. */
function expandSsl3(secret: Buffer, seed: Buffer, bytes: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(bytes / 16) }, (_, index) => {
    const salt = Buffer.alloc(index + 1, 0x41 + index);
    return hash('md5', secret, hash('sha1', salt, secret, seed));
  });
  return Buffer.concat(blocks).subarray(0, bytes);
}

/** The pseudo-random function of a version: RFC 5246 §5; two halves by MD5 and SHA-1 before (RFC 2246 §5). */
function prf(version: number, secret: Buffer, label: string, seed: Buffer, bytes: number): Buffer {
  if (version === versions.ssl3) return expandSsl3(secret, seed, bytes);
  const labelled = Buffer.concat([Buffer.from(label), seed]);
  if (version >= versions.tls12) return expand('sha256', secret, labelled, bytes);
  const half = Math.ceil(secret.length / 2);
  const mixed = expand('md5', secret.subarray(0, half), labelled, bytes);
  const other = expand('sha1', secret.subarray(-half), labelled, bytes);
  for (const [index, byte] of other.entries()) mixed[index] = (mixed[index] ?? 0) ^ byte;
  return mixed;
}

/** What stands where a secret should, in a memory that nobody wrote to. */
export const worthlessMaster: Buffer = Buffer.alloc(48);

/** RFC 5246 §8.1. */
export function masterSecret(version: number, shared: Buffer, clientRandom: Buffer, serverRandom: Buffer): Buffer {
  return prf(version, shared, 'master secret', Buffer.concat([clientRandom, serverRandom]), 48);
}

/** RFC 5246 §6.3: the keys of both directions. */
export function protectionsOf(
  version: number,
  { bulk }: CipherSuite,
  master: Buffer,
  clientRandom: Buffer,
  serverRandom: Buffer,
): Readonly<Record<Direction, Protection>> {
  const { macBytes, keyBytes, ivBytes } = bulk;
  const seed = Buffer.concat([serverRandom, clientRandom]);
  const block = prf(version, master, 'key expansion', seed, 2 * (macBytes + keyBytes + ivBytes));
  const part = (bytes: number, before: number, side: 0 | 1): Buffer =>
    block.subarray(before + side * bytes, before + (side + 1) * bytes);
  const of = (side: 0 | 1): Protection =>
    protection12(version, bulk, {
      mac: part(macBytes, 0, side),
      key: part(keyBytes, 2 * macBytes, side),
      iv: part(ivBytes, 2 * (macBytes + keyBytes), side),
    });
  return { client: of(0), server: of(1) };
}

/** RFC 5246 §7.4.9, RFC 2246 §7.4.9, RFC 6101 §5.6.9. */
export function verifyData12(version: number, master: Buffer, who: Direction, transcript: Buffer): Buffer {
  if (version === versions.ssl3) {
    const sender = Buffer.from(who === 'client' ? 'CLNT' : 'SRVR');
    const half = (algorithm: string, pad: number): Buffer => {
      const inner = hash(algorithm, transcript, sender, master, Buffer.alloc(pad, 0x36));
      return hash(algorithm, master, Buffer.alloc(pad, 0x5c), inner);
    };
    return Buffer.concat([half('md5', 48), half('sha1', 40)]);
  }
  const digest = version >= versions.tls12 ? hash('sha256', transcript) : md5Sha1(transcript);
  return prf(version, master, `${who} finished`, digest, 12);
}

/** What TLS before 1.2 signs with RSA, and finishes with. */
export function md5Sha1(...parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat([hash('md5', ...parts), hash('sha1', ...parts)]);
}
