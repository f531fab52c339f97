import { createHash, createHmac } from 'node:crypto';
import { number, vector } from './bytes.ts';
import type { CipherSuite } from './cipher-suites.ts';
import { type Protection, protection13 } from './record-protection.ts';

const hashBytes = 32;
const sha256 = (...parts: readonly Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();

/** RFC 8446 §7.1: HKDF-Expand-Label. The secret is long enough to need no extraction. */
function expandLabel(secret: Buffer, label: string, context: Buffer, bytes: number): Buffer {
  const info = Buffer.concat([number(bytes, 2), vector(1, Buffer.from(`tls13 ${label}`)), vector(1, context)]);
  return createHmac('sha256', secret).update(info).update(number(1, 1)).digest().subarray(0, bytes);
}

/** HKDF-Extract. */
function extract(salt: Buffer, keys: Buffer): Buffer {
  return createHmac('sha256', salt).update(keys).digest();
}

export type Direction = 'client' | 'server';

export interface TrafficSecrets {
  readonly client: Buffer;
  readonly server: Buffer;
}

/** RFC 8446 §7.1, without a pre-shared key, for suites on SHA-256. */
export class KeySchedule {
  readonly #handshake: Buffer;

  constructor(shared: Buffer) {
    const zeros = Buffer.alloc(hashBytes);
    const derived = expandLabel(extract(zeros, zeros), 'derived', sha256(), hashBytes);
    this.#handshake = extract(derived, shared);
  }

  /** `transcript`: ClientHello and ServerHello. */
  handshakeSecrets(transcript: Buffer): TrafficSecrets {
    const at = sha256(transcript);
    return {
      client: expandLabel(this.#handshake, 'c hs traffic', at, hashBytes),
      server: expandLabel(this.#handshake, 's hs traffic', at, hashBytes),
    };
  }

  /** `transcript`: up to the Finished of the server. */
  applicationSecrets(transcript: Buffer): TrafficSecrets {
    const derived = expandLabel(this.#handshake, 'derived', sha256(), hashBytes);
    const master = extract(derived, Buffer.alloc(hashBytes));
    const at = sha256(transcript);
    return {
      client: expandLabel(master, 'c ap traffic', at, hashBytes),
      server: expandLabel(master, 's ap traffic', at, hashBytes),
    };
  }
}

/** RFC 8446 §7.3. */
export function protectionOf(secret: Buffer, { bulk }: CipherSuite): Protection {
  const key = expandLabel(secret, 'key', Buffer.alloc(0), bulk.keyBytes);
  const iv = expandLabel(secret, 'iv', Buffer.alloc(0), bulk.ivBytes);
  return protection13(bulk.algorithm ?? 'aes-128-gcm', key, iv);
}

/** RFC 8446 §4.4.4. */
export function verifyData13(secret: Buffer, transcript: Buffer): Buffer {
  const key = expandLabel(secret, 'finished', Buffer.alloc(0), hashBytes);
  return createHmac('sha256', key).update(sha256(transcript)).digest();
}

/** RFC 8446 §4.4.3: what the CertificateVerify of the server signs. */
export function signedContent13(transcript: Buffer): Buffer {
  return Buffer.concat([
    Buffer.alloc(64, 0x20),
    Buffer.from('TLS 1.3, server CertificateVerify\0'),
    sha256(transcript),
  ]);
}
