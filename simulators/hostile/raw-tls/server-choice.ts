import { ByteReader, MalformedTls } from './bytes.ts';
import { extensionsOf } from './client-hello.ts';
import { extensionTypes, messageTypes, recordTypes } from './numbers.ts';

/** RFC 8422 §5.4: a curve by its name, and not by its parameters. */
const namedCurve = 3;
/** RFC 8422 §5.1.1, RFC 7919, RFC 8446 §4.2.7, draft-ietf-tls-ecdhe-mlkem. */
const groupNames: Readonly<Record<number, string>> = {
  23: 'P-256',
  24: 'P-384',
  25: 'P-521',
  29: 'X25519',
  30: 'X448',
  256: 'ffdhe2048',
  257: 'ffdhe3072',
  4587: 'SecP256r1MLKEM768',
  4588: 'X25519MLKEM768',
};

export function groupName(group: number): string {
  return groupNames[group] ?? `group 0x${group.toString(16).padStart(4, '0')}`;
}

/**
 * The group in which a server agreed on a key, from what it sent first: key_share of the ServerHello (RFC 8446 §4.2.8), or
 * the ServerKeyExchange before TLS 1.3 (RFC 8422 §5.4). Undefined when it said none.
 */
export function agreedGroup(sent: Uint8Array): number | undefined {
  try {
    for (const { type, body } of handshakeMessages(sent)) {
      if (type === messageTypes.serverHello) {
        const share = extensionsOfServerHello(body).get(extensionTypes.keyShare);
        if (share) return new ByteReader(share, 'key share').number(2);
      }
      if (type === messageTypes.serverKeyExchange && body[0] === namedCurve) return body.readUInt16BE(1);
    }
  } catch (thrown) {
    if (!(thrown instanceof MalformedTls || thrown instanceof RangeError)) throw thrown;
  }
  return undefined;
}

function extensionsOfServerHello(body: Buffer): ReadonlyMap<number, Buffer> {
  const reader = new ByteReader(body, 'ServerHello');
  // legacy_version, random
  reader.take(2 + 32);
  reader.vector(1);
  // cipher_suite, legacy_compression_method
  reader.take(2 + 1);
  return reader.left > 0 ? extensionsOf(reader.vector(2)) : new Map();
}

/** The messages that are in clear, in order. */
function handshakeMessages(sent: Uint8Array): { readonly type: number; readonly body: Buffer }[] {
  const fragments: Buffer[] = [];
  const records = new ByteReader(sent, 'records');
  while (records.left >= 5) {
    const type = records.number(1);
    records.take(2);
    const length = records.number(2);
    if (type !== recordTypes.handshake || records.left < length) break;
    fragments.push(records.take(length));
  }
  const messages: { type: number; body: Buffer }[] = [];
  const reader = new ByteReader(Buffer.concat(fragments), 'handshake');
  while (reader.left >= 4) {
    const type = reader.number(1);
    const length = reader.number(3);
    if (reader.left < length) break;
    messages.push({ type, body: reader.take(length) });
  }
  return messages;
}
