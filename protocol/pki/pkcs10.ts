import { type KeyObject, verify } from 'node:crypto';
import { MusterError } from '../errors.ts';
import { readAlgorithm, type SignatureId, signatureAlgorithms } from './algorithms.ts';
import { encodeSigned } from './authority.ts';
import {
  assertDer,
  bytesOf,
  childrenOf,
  contentOf,
  type DerValue,
  decodeOid,
  encodeDer,
  encodeOid,
  readDer,
  tags,
} from './der.ts';
import { readExtensionList } from './extension-reader.ts';
import { type ExtensionWishes, encodeExtensions } from './extensions.ts';
import { describeKey, fingerprint, importKey, type KeyPair, spkiOf } from './keys.ts';
import {
  commonNamesOf,
  type DistinguishedName,
  decodeName,
  encodeDirectoryString,
  encodeName,
  nameText,
  readDirectoryString,
} from './names.ts';

/** A request for a certificate (RFC 2986), as it came; nothing in it is granted or even true. */
export interface Pkcs10 {
  readonly der: Uint8Array;
  readonly subject: DistinguishedName;
  readonly subjectText: string;
  readonly commonNames: readonly string[];
  readonly spki: Uint8Array;
  readonly publicKey: KeyObject;
  /** Undefined when unknown. */
  readonly signatureAlgorithm: SignatureId | undefined;
  readonly signatureOid: string;
  readonly signature: Uint8Array;
  /** The CertificationRequestInfo, byte for byte. */
  readonly tbs: Uint8Array;
  readonly challengePassword?: string;
  /** Object identifiers of the extensions asked for. */
  readonly requestedExtensions: readonly string[];
}

export interface Pkcs10Options {
  readonly key: KeyPair;
  readonly subject: DistinguishedName;
  readonly signature: SignatureId;
  readonly challengePassword?: string | undefined;
  readonly extensions?: ExtensionWishes | undefined;
}

export const pkcs10BytesAtMost = 16 * 1024;

const what = 'The PKCS#10';

/** RFC 2985 §5.4.1 and §5.4.2 */
const attributeOids = { challengePassword: '1.2.840.113549.1.9.7', extensionRequest: '1.2.840.113549.1.9.14' } as const;

const version1 = Uint8Array.of(tags.integer, 1, 0);

function malformed(expected: string, value?: DerValue): MusterError {
  return new MusterError('pkcs10-malformed', `${what} cannot be read: ${expected}.`, {
    details: value === undefined ? {} : { offset: value.start },
  });
}

/** A signed PKCS#10 as DER (RFC 2986 §4). @throws MusterError key-unsupported when the key cannot make that signature */
export function createPkcs10(options: Pkcs10Options): Uint8Array {
  const attributes: Uint8Array[] = [];
  if (options.challengePassword !== undefined) {
    attributes.push(encodeAttribute(attributeOids.challengePassword, encodeDirectoryString(options.challengePassword)));
  }
  if (options.extensions !== undefined) {
    const extensions = encodeDer(tags.sequence, ...encodeExtensions(options.extensions));
    attributes.push(encodeAttribute(attributeOids.extensionRequest, extensions));
  }
  const tbs = encodeDer(
    tags.sequence,
    version1,
    encodeName(options.subject),
    spkiOf(options.key.publicKey),
    encodeDer(0xa0, ...attributes),
  );
  return encodeSigned(tbs, options.key, options.signature);
}

function encodeAttribute(oid: string, value: Uint8Array): Uint8Array {
  return encodeDer(tags.sequence, encodeOid(oid), encodeDer(tags.set, value));
}

/**
 * Reads a PKCS#10 of at most 16 KiB. Judges its form alone: neither the signature nor the key.
 * @throws MusterError pkcs10-malformed, der-malformed (trailing bytes, BER, nesting), key-unsupported
 */
export function parsePkcs10(der: Uint8Array): Pkcs10 {
  if (der.length > pkcs10BytesAtMost) throw malformed(`at most ${pkcs10BytesAtMost} bytes are read`);
  assertDer(der, what);
  // RFC 2986 §4.2: CertificationRequest ::= SEQUENCE { certificationRequestInfo, signatureAlgorithm, signature }
  const whole = readDer(der, 0, der.length, what);
  if (whole.tag !== tags.sequence) throw malformed('a SEQUENCE is expected', whole);
  const [info, algorithm, signature, surplus] = childrenOf(der, whole, what);
  if (info?.tag !== tags.sequence || algorithm === undefined || signature?.tag !== tags.bitString || surplus) {
    throw malformed('the request itself, an algorithm and a signature are expected', whole);
  }
  // §4.1: CertificationRequestInfo ::= SEQUENCE { version, subject, subjectPKInfo, attributes [0] }
  const [version, subjectValue, key, attributes, more] = childrenOf(der, info, what);
  if (subjectValue === undefined || key === undefined)
    throw malformed('a version, a subject and a key are expected', info);
  if (version === undefined || Buffer.compare(bytesOf(der, version), version1) !== 0) {
    throw malformed('version 1 (the INTEGER 0) is expected', version);
  }
  // Many clients leave an empty [0] out; nothing is lost by reading them.
  if ((attributes !== undefined && attributes.tag !== 0xa0) || more)
    throw malformed('attributes [0] are expected', info);
  const { oid, id } = readAlgorithm(der, algorithm, what);
  const bits = contentOf(der, signature);
  if (bits[0] !== 0) throw malformed('a signature of whole bytes is expected', signature);
  const subject = decodeName(bytesOf(der, subjectValue), 'The subject');
  const spki = bytesOf(der, key);
  return {
    der,
    subject,
    subjectText: nameText(subject),
    commonNames: commonNamesOf(subject),
    spki,
    publicKey: importKey(spki),
    signatureAlgorithm: id,
    signatureOid: oid,
    signature: bits.subarray(1),
    tbs: bytesOf(der, info),
    requestedExtensions: [],
    ...(attributes === undefined ? {} : readAttributes(der, attributes)),
  };
}

/** RFC 2986 §4.1: each attribute once, with its values in a SET. Unknown attributes are passed over. */
function readAttributes(
  der: Uint8Array,
  list: DerValue,
): { challengePassword?: string; requestedExtensions: readonly string[] } {
  const seen = new Set<string>();
  let challengePassword: string | undefined;
  let requestedExtensions: readonly string[] = [];
  for (const attribute of childrenOf(der, list, what)) {
    const [type, values, surplus] = attribute.tag === tags.sequence ? childrenOf(der, attribute, what) : [];
    if (type?.tag !== tags.oid || values?.tag !== tags.set || surplus)
      throw malformed('an attribute is expected', attribute);
    const oid = decodeOid(contentOf(der, type), what);
    if (seen.has(oid)) throw malformed(`the attribute ${oid} stands there twice`, attribute);
    seen.add(oid);
    const [value, second] = childrenOf(der, values, what);
    // RFC 2985 §5.4.1 and §5.4.2: both are single-valued.
    if (oid === attributeOids.challengePassword) {
      if (value === undefined || second) throw malformed('one challenge password is expected', attribute);
      challengePassword = readDirectoryString(der, value);
      if (challengePassword === undefined) throw malformed('a challenge password that is text is expected', value);
    } else if (oid === attributeOids.extensionRequest) {
      if (value === undefined || second) throw malformed('one list of extensions is expected', attribute);
      requestedExtensions = readExtensionList(der, value, what).map((extension) => extension.oid);
    }
  }
  return { requestedExtensions, ...(challengePassword === undefined ? {} : { challengePassword }) };
}

/** Does the signature verify under the key in the request itself? Judge that key first: a long one is costly. */
export function verifyProofOfPossession(request: Pkcs10): boolean {
  const { signatureAlgorithm: id, publicKey, tbs, signature } = request;
  if (id === undefined || signatureAlgorithms[id].keyType !== describeKey(publicKey).type) return false;
  try {
    return verify(signatureAlgorithms[id].hash, tbs, publicKey, signature);
  } catch {
    // OpenSSL refuses the key itself: whoever sent it proved nothing.
    return false;
  }
}

/** For people: field and value. The challenge password is not told, only that it is there. */
export function describePkcs10(request: Pkcs10): readonly (readonly [field: string, value: string])[] {
  const { signatureAlgorithm: id, challengePassword, requestedExtensions } = request;
  return [
    ['subject', request.subjectText],
    ['key', describeKey(request.publicKey).text],
    ['signature', id === undefined ? `unknown (${request.signatureOid})` : signatureAlgorithms[id].text],
    ['challenge password', challengePassword === undefined ? 'none' : `there, ${challengePassword.length} characters`],
    ['extensions asked for', requestedExtensions.join(', ') || 'none'],
    ['SHA-256 of the key', fingerprint(request.spki, 'sha256')],
  ];
}
