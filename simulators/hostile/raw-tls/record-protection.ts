import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { MalformedTls, number } from './bytes.ts';
import type { BulkCipher } from './cipher-suites.ts';
import { recordTypes, versions } from './numbers.ts';

export interface PlainRecord {
  readonly type: number;
  readonly fragment: Buffer;
}

/** One direction of a connection, with its own sequence number. */
export interface Protection {
  /** The type and the fragment as they go out. */
  seal(record: PlainRecord): PlainRecord;
  /** @throws MalformedTls when the record was not protected by the same keys */
  open(record: PlainRecord): PlainRecord;
}

export interface ProtectionKeys {
  readonly mac: Buffer;
  readonly key: Buffer;
  readonly iv: Buffer;
}

const tagBytes = 16;
/** AEAD ciphers of both modes look alike to us; their types do not. */
const options = { authTagLength: tagBytes } as const;

function sealAead(algorithm: string, key: Buffer, nonce: Buffer, data: Buffer, plaintext: Buffer): Buffer {
  const cipher = createCipheriv(algorithm as 'aes-128-ccm', key, nonce, options);
  cipher.setAAD(data, { plaintextLength: plaintext.length });
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function openAead(algorithm: string, key: Buffer, nonce: Buffer, data: Buffer, sealed: Buffer): Buffer {
  const length = sealed.length - tagBytes;
  if (length < 0) throw new MalformedTls('a protected record is shorter than its tag');
  const decipher = createDecipheriv(algorithm as 'aes-128-ccm', key, nonce, options);
  decipher.setAAD(data, { plaintextLength: length });
  decipher.setAuthTag(sealed.subarray(length));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, length)), decipher.final()]);
  } catch {
    throw new MalformedTls('a record was not protected by these keys');
  }
}

function sequence(): () => Buffer {
  let next = 0n;
  return () => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(next++);
    return bytes;
  };
}

/** RFC 8446 §5.2 and §5.3. */
export function protection13(algorithm: string, key: Buffer, iv: Buffer): Protection {
  const next = sequence();
  const nonceOf = (count: Buffer): Buffer => {
    const nonce = Buffer.from(iv);
    for (const [index, byte] of count.entries()) nonce[4 + index] = (nonce[4 + index] ?? 0) ^ byte;
    return nonce;
  };
  const head = (length: number): Buffer =>
    Buffer.concat([number(recordTypes.applicationData, 1), number(versions.tls12, 2), number(length, 2)]);
  return {
    seal: ({ type, fragment }) => {
      const inner = Buffer.concat([fragment, number(type, 1)]);
      const data = head(inner.length + tagBytes);
      return {
        type: recordTypes.applicationData,
        fragment: sealAead(algorithm, key, nonceOf(next()), data, inner),
      };
    },
    open: ({ fragment }) => {
      const inner = openAead(algorithm, key, nonceOf(next()), head(fragment.length), fragment);
      let end = inner.length;
      while (end > 0 && inner[end - 1] === 0) end--;
      if (end === 0) throw new MalformedTls('a record without a content type');
      return { type: inner[end - 1] ?? 0, fragment: inner.subarray(0, end - 1) };
    },
  };
}

/** RFC 5288 §3 and RFC 5246 §6.2.3.3: the explicit part of the nonce is the sequence number. */
function gcm12(version: number, { key, iv }: ProtectionKeys): Protection {
  const next = sequence();
  const dataOf = (count: Buffer, type: number, length: number): Buffer =>
    Buffer.concat([count, number(type, 1), number(version, 2), number(length, 2)]);
  return {
    seal: ({ type, fragment }) => {
      const count = next();
      const nonce = Buffer.concat([iv, count]);
      const data = dataOf(count, type, fragment.length);
      return { type, fragment: Buffer.concat([count, sealAead('aes-128-gcm', key, nonce, data, fragment)]) };
    },
    open: ({ type, fragment }) => {
      if (fragment.length < 8 + tagBytes)
        throw new MalformedTls('a protected record is shorter than its nonce and tag');
      const nonce = Buffer.concat([iv, fragment.subarray(0, 8)]);
      const data = dataOf(next(), type, fragment.length - 8 - tagBytes);
      return { type, fragment: openAead('aes-128-gcm', key, nonce, data, fragment.subarray(8)) };
    },
  };
}

/** SSL 3.0 has a construction of its own (RFC 6101 §5.2.3.1); HMAC-SHA1 after it (RFC 2246 §6.2.3.1). */
function macOf(version: number, secret: Buffer, count: Buffer, { type, fragment }: PlainRecord): Buffer {
  const length = number(fragment.length, 2);
  if (version > versions.ssl3) {
    const head = Buffer.concat([count, number(type, 1), number(version, 2), length]);
    return createHmac('sha1', secret).update(head).update(fragment).digest();
  }
  const sha1 = (...parts: Buffer[]): Buffer => createHash('sha1').update(Buffer.concat(parts)).digest();
  const inner = sha1(secret, Buffer.alloc(40, 0x36), count, number(type, 1), length, fragment);
  return sha1(secret, Buffer.alloc(40, 0x5c), inner);
}

/** MAC, then CBC (or nothing): RFC 5246 §6.2.3.1 and §6.2.3.2; up to TLS 1.0 each record goes on from the last block. */
function macThenCipher(version: number, { algorithm, ivBytes }: BulkCipher, keys: ProtectionKeys): Protection {
  const next = sequence();
  const explicit = version >= versions.tls11;
  let chained = keys.iv;
  const encrypt = (plain: Buffer): Buffer => {
    if (algorithm === undefined) return plain;
    const padding = ivBytes - (plain.length % ivBytes);
    const padded = Buffer.concat([plain, Buffer.alloc(padding, padding - 1)]);
    const iv = explicit ? randomBytes(ivBytes) : chained;
    const cipher = createCipheriv(algorithm, keys.key, iv).setAutoPadding(false);
    const sealed = Buffer.concat([cipher.update(padded), cipher.final()]);
    chained = sealed.subarray(-ivBytes);
    return explicit ? Buffer.concat([iv, sealed]) : sealed;
  };
  const decrypt = (sealed: Buffer): Buffer => {
    if (algorithm === undefined) return sealed;
    const body = explicit ? sealed.subarray(ivBytes) : sealed;
    if (body.length === 0 || body.length % ivBytes !== 0)
      throw new MalformedTls('a record of no whole number of blocks');
    const iv = explicit ? sealed.subarray(0, ivBytes) : chained;
    const decipher = createDecipheriv(algorithm, keys.key, iv).setAutoPadding(false);
    const padded = Buffer.concat([decipher.update(body), decipher.final()]);
    chained = body.subarray(-ivBytes);
    return padded.subarray(0, Math.max(0, padded.length - 1 - (padded.at(-1) ?? 0)));
  };
  return {
    seal: (record) => ({
      type: record.type,
      fragment: encrypt(Buffer.concat([record.fragment, macOf(version, keys.mac, next(), record)])),
    }),
    open: ({ type, fragment }) => {
      const plain = decrypt(fragment);
      const end = plain.length - keys.mac.length;
      const content = { type, fragment: plain.subarray(0, Math.max(0, end)) };
      const mac = macOf(version, keys.mac, next(), content);
      if (end < 0 || !timingSafeEqual(mac, plain.subarray(end))) throw new MalformedTls('a record with a wrong MAC');
      return content;
    },
  };
}

/** One direction of TLS 1.2 or older. */
export function protection12(version: number, bulk: BulkCipher, keys: ProtectionKeys): Protection {
  return bulk.macBytes === 0 ? gcm12(version, keys) : macThenCipher(version, bulk, keys);
}
