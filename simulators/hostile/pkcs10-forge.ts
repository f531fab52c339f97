import { sign } from 'node:crypto';
import { algorithmIdentifier, type SignatureId, signatureAlgorithms } from '#protocol/pki/algorithms.ts';
import { encodeDer, encodeOid, tags } from '#protocol/pki/der.ts';
import { type ExtensionWishes, encodeExtensions } from '#protocol/pki/extensions.ts';
import { type KeyPair, spkiOf } from '#protocol/pki/keys.ts';
import { type DistinguishedName, encodeName } from '#protocol/pki/names.ts';
import { createPkcs10 } from '#protocol/pki/pkcs10.ts';
import { type CryptoProfile, signatureFor } from '#protocol/pki/profiles.ts';

/** What a hostile gateway has in hand when it makes its PKCS#10. */
export interface ForgeRequest {
  /** The name that the server knows the device by. */
  readonly deviceName: string;
  readonly key: KeyPair;
  readonly profile: CryptoProfile;
  readonly challengePassword?: string;
  /** The certificate that getcacert gives. */
  readonly authority?: { readonly spki: Uint8Array; readonly der: Uint8Array; readonly subject: DistinguishedName };
}

/** One way in which a PKCS#10 is wrong, as data: one named change of the good one. */
export interface Pkcs10Fault {
  readonly id: string;
  readonly explanation: string;
  make(request: ForgeRequest): Promise<Uint8Array>;
}

/** The good PKCS#10 of a device. */
export function goodPkcs10({ deviceName, key, profile, challengePassword }: ForgeRequest): Uint8Array {
  return createPkcs10({
    key,
    subject: [{ type: 'CN', value: deviceName }],
    signature: signatureFor(key.publicKey, profile),
    ...(challengePassword === undefined ? {} : { challengePassword }),
  });
}

/** The parts of a PKCS#10 (RFC 2986 §4) that differ from the good one. */
export interface Pkcs10Parts {
  readonly version?: number;
  readonly subject?: DistinguishedName;
  readonly spki?: Uint8Array;
  /** DER, one attribute each. */
  readonly attributes?: readonly Uint8Array[];
  /** The AlgorithmIdentifier, DER. */
  readonly algorithm?: Uint8Array;
  readonly signature?: (tbs: Uint8Array) => Uint8Array;
}

/** A PKCS#10 put together by hand: what a library would not write. */
export function forgePkcs10({ deviceName, key, profile }: ForgeRequest, parts: Pkcs10Parts): Uint8Array {
  const good = signatureFor(key.publicKey, profile);
  const tbs = encodeDer(
    tags.sequence,
    encodeDer(tags.integer, Uint8Array.of(parts.version ?? 0)),
    encodeName(parts.subject ?? [{ type: 'CN', value: deviceName }]),
    parts.spki ?? spkiOf(key.publicKey),
    encodeDer(0xa0, ...(parts.attributes ?? [])),
  );
  const signature = parts.signature?.(tbs) ?? signedWith(good, key, tbs);
  return encodeDer(
    tags.sequence,
    tbs,
    parts.algorithm ?? algorithmIdentifier(good),
    encodeDer(tags.bitString, Uint8Array.of(0), signature),
  );
}

export function signedWith(id: SignatureId, key: KeyPair, tbs: Uint8Array): Uint8Array {
  return sign(signatureAlgorithms[id].hash, tbs, key.privateKey);
}

/** An AlgorithmIdentifier without parameters. */
export function algorithm(oid: string): Uint8Array {
  return encodeDer(tags.sequence, encodeOid(oid));
}

/** RFC 2985 §5.4.1 */
export function challengeAttribute(value: string): Uint8Array {
  return attribute('1.2.840.113549.1.9.7', encodeDer(tags.printableString, Buffer.from(value)));
}

/** RFC 2985 §5.4.2 */
export function extensionRequest(wishes: ExtensionWishes): Uint8Array {
  return attribute('1.2.840.113549.1.9.14', encodeDer(tags.sequence, ...encodeExtensions(wishes)));
}

function attribute(oid: string, value: Uint8Array): Uint8Array {
  return encodeDer(tags.sequence, encodeOid(oid), encodeDer(tags.set, value));
}
