import {
  createPrivateKey,
  createPublicKey,
  hash as digestOf,
  generateKeyPair as generate,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import { MusterError } from '../errors.ts';
import { childrenOf, readDer, tags } from './der.ts';
import { toPem } from './pem.ts';

const makeKeys = promisify(generate);

const keyKinds = {
  p256: { curve: 'P-256' },
  p384: { curve: 'P-384' },
  rsa1024: { modulusLength: 1024 },
  rsa2048: { modulusLength: 2048 },
  rsa3072: { modulusLength: 3072 },
} as const satisfies Record<string, { curve: string } | { modulusLength: number }>;

export type KeyKind = keyof typeof keyKinds;

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export function generateKeyPair(kind: KeyKind): Promise<KeyPair> {
  const row = keyKinds[kind];
  return 'curve' in row ? makeKeys('ec', { namedCurve: row.curve }) : makeKeys('rsa', row);
}

/** RFC 5480 §2: what stands before the coordinates in the SubjectPublicKeyInfo of every P-256 key, its point uncompressed. */
const p256Head = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex');
const p256Bytes = p256Head.length + 64;

/** A new P-256 pair, made on this thread in half the time that handing it to another takes. */
export function makeP256KeyPair(): KeyPair {
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // Its coordinates come in a third of the time of its DER.
  const { x = '', y = '' } = key.publicKey.export({ format: 'jwk' });
  const coordinates = [x, y].map((text) => Buffer.from(text, 'base64url'));
  remember(key.publicKey, new Uint8Array(Buffer.concat([p256Head, ...coordinates])));
  descriptions.set(key.publicKey, p256Description);
  return key;
}

/** @throws MusterError pem-malformed when the text holds no private key that can be read. */
export function keyPairFromPem(pem: string): KeyPair {
  try {
    const privateKey = createPrivateKey(pem);
    return { privateKey, publicKey: createPublicKey(privateKey) };
  } catch {
    // Not passed on as the cause: it might quote what it could not read.
    throw new MusterError(
      'pem-malformed',
      'A private key in PEM is expected (PKCS#8, PKCS#1 or SEC 1, not encrypted).',
    );
  }
}

/** PKCS#8, not encrypted: keep it where only its owner reads. */
export function privateKeyPem(key: KeyPair): string {
  return key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

const exported = new WeakMap<KeyObject, Uint8Array>();

/** The SubjectPublicKeyInfo (DER) of a public key, or of a private key's public half. */
export function spkiOf(key: KeyObject): Uint8Array {
  let spki = exported.get(key);
  if (spki === undefined) {
    const publicKey = key.type === 'private' ? createPublicKey(key) : key;
    spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
    exported.set(key, spki);
  }
  return spki;
}

/** Whoever certifies a key gives its bytes back: they are this key. */
function remember(key: KeyObject, spki: Uint8Array): void {
  exported.set(key, spki);
  keep(Buffer.from(spki.buffer, spki.byteOffset, spki.length).toString('latin1'), key);
}

function keep(id: string, key: KeyObject): void {
  if (imported.size >= importedAtMost) imported.delete(imported.keys().next().value ?? '');
  imported.set(id, key);
}

/** Importing costs as much as a signature, and one enrollment meets the same key several times. */
const imported = new Map<string, KeyObject>();
const importedAtMost = 512;

/** @throws MusterError key-unsupported when the bytes are no public key that OpenSSL can read (a point off the curve, say). */
export function keyFromSpki(spki: Uint8Array): KeyObject {
  const bytes = Buffer.from(spki.buffer, spki.byteOffset, spki.length);
  const id = bytes.toString('latin1');
  let key = imported.get(id);
  if (key !== undefined) return key;
  try {
    // Whatever is no string costs node:crypto two errors, thrown and caught: DER takes twice as long as PEM.
    key = createPublicKey(toPem('PUBLIC KEY', bytes));
  } catch (cause) {
    throw new MusterError(
      'key-unsupported',
      'A public key cannot be read: RSA or a point on a known curve is expected.',
      {
        cause,
      },
    );
  }
  keep(id, key);
  if (bytes.length === p256Bytes && bytes.subarray(0, p256Head.length).equals(p256Head)) {
    // What OpenSSL would write and tell of this key is known already.
    exported.set(key, new Uint8Array(spki));
    descriptions.set(key, p256Description);
  }
  return key;
}

export function sameKey(a: KeyObject, b: KeyObject): boolean {
  return Buffer.compare(spkiOf(a), spkiOf(b)) === 0;
}

export interface KeyDescription {
  readonly type: 'rsa' | 'ec' | string;
  /** 0 when unknown. */
  readonly bits: number;
  /** As node:crypto names it; absent for explicit parameters, too. */
  readonly curve?: string;
  /** For people: `P-256`, `RSA 2048`. */
  readonly text: string;
}

const p256 = { bits: 256, text: 'P-256' };
const curveTable: Readonly<Record<string, { bits: number; text: string }>> = {
  prime192v1: { bits: 192, text: 'P-192' },
  secp224r1: { bits: 224, text: 'P-224' },
  prime256v1: p256,
  secp384r1: { bits: 384, text: 'P-384' },
  secp521r1: { bits: 521, text: 'P-521' },
};

/** OpenSSL recognizes a known curve in explicit parameters and names it; the key's bytes tell how it came. */
function namesItsCurve(key: KeyObject): boolean {
  const what = 'The public key';
  const spki = spkiOf(key);
  const [algorithm] = childrenOf(spki, readDer(spki, 0, spki.length, what), what);
  return algorithm !== undefined && childrenOf(spki, algorithm, what)[1]?.tag === tags.oid;
}

const descriptions = new WeakMap<KeyObject, KeyDescription>();
const p256Description: KeyDescription = { type: 'ec', curve: 'prime256v1', ...p256 };

export function describeKey(key: KeyObject): KeyDescription {
  const description = descriptions.get(key) ?? describe(key);
  descriptions.set(key, description);
  return description;
}

/** F4: what nearly every RSA key has. */
const usualExponent = 65_537n;

function describe(key: KeyObject): KeyDescription {
  const type = key.asymmetricKeyType ?? 'unknown';
  const details = key.asymmetricKeyDetails ?? {};
  if (type === 'ec') {
    const curve = details.namedCurve;
    if (curve === undefined || !namesItsCurve(key)) return { type, bits: 0, text: 'EC, explicit curve parameters' };
    const row = curveTable[curve];
    return { type, bits: row?.bits ?? 0, curve, text: row?.text ?? curve };
  }
  const bits = details.modulusLength ?? 0;
  const { publicExponent = usualExponent } = details;
  const unusual = publicExponent === usualExponent ? '' : `, exponent ${publicExponent}`;
  return { type, bits, text: bits > 0 ? `${type.toUpperCase()} ${bits}${unusual}` : type };
}

const hexPairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0').toUpperCase());

/** `AB:CD:…` of any DER. */
export function fingerprint(der: Uint8Array, hash: 'sha256' | 'sha1'): string {
  const digest = digestOf(hash, der, 'buffer');
  let text = hexPairs[digest[0] ?? 0] ?? '';
  for (let at = 1; at < digest.length; at++) text += `:${hexPairs[digest[at] ?? 0]}`;
  return text;
}

/** Colons, blanks and letter case aside. Two empty fingerprints are never the same. */
export function sameFingerprint(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => text.replace(/[:\s]/g, '').toLowerCase());
  return left !== undefined && left === right && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(left);
}
