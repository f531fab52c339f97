import { createECDH, createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { MalformedTls } from './bytes.ts';

/** RFC 8446 §4.2.7. */
const groups = { p256: 0x0017, x25519: 0x001d } as const;

/** In the order of what is cheapest. */
export const supportedGroups: readonly number[] = [groups.x25519, groups.p256];

export interface KeyShare {
  readonly group: number;
  /** As it stands in key_share, ServerKeyExchange and ClientKeyExchange. */
  readonly publicBytes: Buffer;
  /** @throws MalformedTls when the peer's bytes are no point */
  agree(peer: Buffer): Buffer;
}

/** What stands before the 32 bytes of an X25519 key in a SubjectPublicKeyInfo (RFC 8410 §4). */
const x25519Prefix = Buffer.from('302a300506032b656e032100', 'hex');

export function makeKeyShare(group: number): KeyShare {
  return group === groups.x25519 ? x25519Share() : p256Share();
}

function x25519Share(): KeyShare {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  return {
    group: groups.x25519,
    publicBytes: publicKey.export({ type: 'spki', format: 'der' }).subarray(-32),
    agree: (peer) => diffieHellman({ privateKey, publicKey: x25519Key(peer) }),
  };
}

function x25519Key(bytes: Buffer): KeyObject {
  if (bytes.length !== 32) throw new MalformedTls(`an X25519 share has 32 bytes, not ${bytes.length}`);
  return createPublicKey({ key: Buffer.concat([x25519Prefix, bytes]), format: 'der', type: 'spki' });
}

function p256Share(): KeyShare {
  const ecdh = createECDH('prime256v1');
  return {
    group: groups.p256,
    publicBytes: ecdh.generateKeys(),
    agree: (peer) => {
      try {
        return ecdh.computeSecret(peer);
      } catch {
        throw new MalformedTls('a share of P-256 is no point of the curve');
      }
    },
  };
}
