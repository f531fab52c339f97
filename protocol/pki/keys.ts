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
  const spki = new Uint8Array(Buffer.concat([p256Head, ...coordinates]));
  Object.assign(factsOf(key.publicKey), { spki, description: p256Description });
  // Whoever certifies a key gives its bytes back: they are this key.
  keep(idOf(spki), key.publicKey);
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

/** What is known of a key already. It stands on the key itself: entries of a WeakMap are dear to the garbage collector. */
interface Facts {
  spki?: Uint8Array;
  description?: KeyDescription;
}

const facts = Symbol('facts');

function factsOf(key: KeyObject & { [facts]?: Facts }): Facts {
  key[facts] ??= {};
  return key[facts];
}

/** The SubjectPublicKeyInfo (DER) of a public key, or of a private key's public half. */
export function spkiOf(key: KeyObject): Uint8Array {
  const known = factsOf(key);
  if (known.spki === undefined) {
    const publicKey = key.type === 'private' ? createPublicKey(key) : key;
    known.spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
  }
  return known.spki;
}

/** Keys that are met again: those of authorities, and a device's own in its certificate. By their bytes. */
const met = new Map<string, KeyObject>();
const metAtMost = 512;

function keep(id: string, key: KeyObject): void {
  if (met.size >= metAtMost) met.delete(met.keys().next().value ?? '');
  met.set(id, key);
}

function idOf(spki: Uint8Array): string {
  return Buffer.from(spki.buffer, spki.byteOffset, spki.length).toString('latin1');
}

/** The key of these bytes, which is likely to be met again. @throws MusterError key-unsupported, as `importKey` */
export function keyFromSpki(spki: Uint8Array): KeyObject {
  const id = idOf(spki);
  const known = met.get(id);
  if (known !== undefined) return known;
  const key = importKey(spki);
  keep(id, key);
  return key;
}

/** @throws MusterError key-unsupported when the bytes are no public key that OpenSSL can read (a point off the curve, say). */
export function importKey(spki: Uint8Array): KeyObject {
  const bytes = Buffer.from(spki.buffer, spki.byteOffset, spki.length);
  try {
    // Whatever is no string costs node:crypto two errors, thrown and caught: DER takes twice as long as PEM.
    const key = createPublicKey(toPem('PUBLIC KEY', bytes));
    const isP256 = bytes.length === p256Bytes && p256Head.compare(bytes, 0, p256Head.length) === 0;
    // What OpenSSL would tell of this key is known already.
    if (isP256) factsOf(key).description = p256Description;
    return key;
  } catch (cause) {
    const expected = 'RSA or a point on a known curve is expected';
    throw new MusterError('key-unsupported', `A public key cannot be read: ${expected}.`, { cause });
  }
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

const p256Description: KeyDescription = { type: 'ec', curve: 'prime256v1', ...p256 };

export function describeKey(key: KeyObject): KeyDescription {
  const known = factsOf(key);
  known.description ??= describe(key);
  return known.description;
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
