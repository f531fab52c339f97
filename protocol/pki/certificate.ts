import { type KeyObject, verify } from 'node:crypto';
import { MusterError } from '../errors.ts';
import { readAlgorithm, type SignatureId, signatureAlgorithms } from './algorithms.ts';
import { assertDer, bytesOf, childrenOf, contentOf, type DerValue, readDer, tags } from './der.ts';
import { type ExtensionValues, readExtensionList, readExtensionValues } from './extension-reader.ts';
import { purposeOids, type RawExtension } from './extensions.ts';
import { describeKey, fingerprint, keyFromSpki } from './keys.ts';
import { type DistinguishedName, decodeName, nameText } from './names.ts';
import { readTime } from './times.ts';

export interface Certificate extends ExtensionValues {
  readonly der: Uint8Array;
  /** 1, 2 or 3 where it is sane. */
  readonly version: number;
  /** Hex, two digits a byte, the sign byte left out; a negative one begins with `-` before its bytes as they are. */
  readonly serialNumber: string;
  readonly subject: DistinguishedName;
  readonly subjectText: string;
  readonly subjectDer: Uint8Array;
  readonly issuer: DistinguishedName;
  readonly issuerText: string;
  readonly issuerDer: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly spki: Uint8Array;
  readonly publicKey: KeyObject;
  /** Of the outer algorithm; undefined when unknown. */
  readonly signatureAlgorithm: SignatureId | undefined;
  readonly signatureOid: string;
  readonly innerSignatureOid: string;
  /** RFC 5280 §4.1.1.2: the inner and the outer identifier must be the same, parameters included. */
  readonly algorithmsAgree: boolean;
  readonly tbs: Uint8Array;
  readonly signature: Uint8Array;
  /** In order, doubled ones included. */
  readonly extensions: readonly RawExtension[];
}

export const certificateBytesAtMost = 64 * 1024;

const what = 'The certificate';

function malformed(expected: string, value?: DerValue): MusterError {
  return new MusterError('certificate-malformed', `${what} cannot be read: ${expected}.`, {
    details: value === undefined ? {} : { offset: value.start },
  });
}

/**
 * Reads a certificate of at most 64 KiB. Judges its form alone: whom to trust is for verifyChain.
 * @throws MusterError certificate-malformed, der-malformed (trailing bytes, BER, nesting), key-unsupported
 */
export function parseCertificate(der: Uint8Array): Certificate {
  if (der.length > certificateBytesAtMost) {
    throw malformed(`at most ${certificateBytesAtMost} bytes are read, ${der.length} were given`);
  }
  assertDer(der, what);
  // RFC 5280 §4.1: Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue }
  const whole = readDer(der, 0, der.length, what);
  if (whole.tag !== tags.sequence) throw malformed('a SEQUENCE is expected', whole);
  const [tbs, algorithm, signature, surplus] = childrenOf(der, whole, what);
  if (tbs?.tag !== tags.sequence || algorithm === undefined || signature?.tag !== tags.bitString || surplus) {
    throw malformed('a to-be-signed part, an algorithm and a signature are expected', whole);
  }
  const { oid, id } = readAlgorithm(der, algorithm, what);
  const fields = readTbs(der, tbs);
  const inner = readAlgorithm(der, fields.algorithm, what);
  const subjectDer = bytesOf(der, fields.subject);
  const issuerDer = bytesOf(der, fields.issuer);
  const subject = decodeName(subjectDer, 'The subject');
  const issuer = decodeName(issuerDer, 'The issuer');
  const [notBefore, notAfter, third] = childrenOf(der, fields.validity, what);
  if (notBefore === undefined || notAfter === undefined || third)
    throw malformed('two dates are expected', fields.validity);
  const spki = bytesOf(der, fields.spki);
  const extensions = fields.extensions === undefined ? [] : readExtensionList(der, fields.extensions, what);
  return {
    der,
    version: fields.version,
    serialNumber: serialText(contentOf(der, fields.serial)),
    subject,
    subjectText: nameText(subject),
    subjectDer,
    issuer,
    issuerText: nameText(issuer),
    issuerDer,
    notBefore: readTime(der, notBefore),
    notAfter: readTime(der, notAfter),
    spki,
    publicKey: keyFromSpki(spki),
    signatureAlgorithm: id,
    signatureOid: oid,
    innerSignatureOid: inner.oid,
    algorithmsAgree: Buffer.compare(bytesOf(der, algorithm), bytesOf(der, fields.algorithm)) === 0,
    tbs: bytesOf(der, tbs),
    signature: wholeBytes(der, signature),
    extensions: extensions.map(({ oid: type, critical, value }) => ({ oid: type, critical, value })),
    ...readExtensionValues(extensions),
  };
}

interface TbsFields {
  readonly version: number;
  readonly serial: DerValue;
  readonly algorithm: DerValue;
  readonly issuer: DerValue;
  readonly validity: DerValue;
  readonly subject: DerValue;
  readonly spki: DerValue;
  readonly extensions: DerValue | undefined;
}

/** RFC 5280 §4.1, TBSCertificate, in the order of its fields. */
function readTbs(der: Uint8Array, tbs: DerValue): TbsFields {
  const rest = childrenOf(der, tbs, what);
  const explicit = rest[0]?.tag === 0xa0 ? rest.shift() : undefined;
  const version = explicit === undefined ? 1 : readVersion(der, explicit);
  const [serial, algorithm, issuer, validity, subject, spki, ...optional] = rest;
  if (serial?.tag !== tags.integer || serial.end === serial.contentStart)
    throw malformed('a serial number is expected', tbs);
  if (algorithm === undefined || issuer === undefined || subject === undefined || spki === undefined) {
    throw malformed('an algorithm, an issuer, a validity, a subject and a key are expected', tbs);
  }
  if (validity?.tag !== tags.sequence) throw malformed('a validity is expected', validity);
  if (optional[0]?.tag === 0x81) optional.shift();
  if (optional[0]?.tag === 0x82) optional.shift();
  const wrapped = optional[0]?.tag === 0xa3 ? optional.shift() : undefined;
  if (optional[0] !== undefined) throw malformed('nothing more is expected after the extensions', optional[0]);
  const [extensions, second] = wrapped === undefined ? [] : childrenOf(der, wrapped, what);
  if (wrapped !== undefined && (extensions === undefined || second))
    throw malformed('one list of extensions is expected', wrapped);
  return { version, serial, algorithm, issuer, validity, subject, spki, extensions };
}

function readVersion(der: Uint8Array, explicit: DerValue): number {
  const [number, surplus] = childrenOf(der, explicit, what);
  if (number?.tag !== tags.integer || number.end - number.contentStart !== 1 || surplus) {
    throw malformed('a version of one byte is expected', explicit);
  }
  return (der[number.contentStart] ?? 0) + 1;
}

/** The content of a BIT STRING of whole bytes. */
function wholeBytes(der: Uint8Array, value: DerValue): Uint8Array {
  const content = contentOf(der, value);
  if (content[0] !== 0) throw malformed('a signature of whole bytes is expected', value);
  return content.subarray(1);
}

/** A serial number, as the content of its INTEGER, in the words of `Certificate.serialNumber`. */
export function serialText(content: Uint8Array): string {
  const hex = Buffer.from(content).toString('hex');
  if (((content[0] ?? 0) & 0x80) !== 0) return `-${hex}`;
  return content.length > 1 && content[0] === 0 ? hex.slice(2) : hex;
}

/** A certificate and a key do not change: what was verified under a key last need not be again. */
const verified = new WeakMap<Certificate, { readonly key: KeyObject; readonly result: boolean }>();

/** Does the signature on the certificate verify under this key? An unknown algorithm verifies under none. */
export function isSignedBy(certificate: Certificate, key: KeyObject): boolean {
  const known = verified.get(certificate);
  if (known?.key === key) return known.result;
  const result = verifies(certificate, key);
  verified.set(certificate, { key, result });
  return result;
}

function verifies({ signatureAlgorithm: id, tbs, signature }: Certificate, key: KeyObject): boolean {
  if (id === undefined || signatureAlgorithms[id].keyType !== key.asymmetricKeyType) return false;
  try {
    return verify(signatureAlgorithms[id].hash, tbs, key, signature);
  } catch {
    // OpenSSL refuses the key itself (an exponent of 1, say): nothing verifies under it.
    return false;
  }
}

/** For people: field and value, in the order of the certificate. */
export function describeCertificate(c: Certificate): readonly (readonly [field: string, value: string])[] {
  const { basicConstraints: basic, subjectAltNames: names } = c;
  const rows: (readonly [string, string | undefined])[] = [
    ['version', String(c.version)],
    ['serial number', c.serialNumber],
    ['subject', c.subjectText],
    ['issuer', c.issuerText],
    ['not before', c.notBefore.toISOString()],
    ['not after', c.notAfter.toISOString()],
    ['key', describeKey(c.publicKey).text],
    ['SHA-256 of the key', fingerprint(c.spki, 'sha256')],
    [
      'signature',
      c.signatureAlgorithm ? signatureAlgorithms[c.signatureAlgorithm].text : `unknown (${c.signatureOid})`,
    ],
    ['signature inside', c.algorithmsAgree ? undefined : `names another algorithm (${c.innerSignatureOid})`],
    ['CA', basic && `${basic.ca}${basic.pathLength === undefined ? '' : `, path length ${basic.pathLength}`}`],
    ['key usage', c.keyUsage && [...c.keyUsage].join(', ')],
    ['extended key usage', c.extendedKeyUsage?.map((oid) => purposeTexts.get(oid) ?? oid).join(', ')],
    [
      'subject alternative names',
      names && [...names.dns.map((dns) => `DNS:${dns}`), ...names.ip.map((ip) => `IP:${ip}`)].map(visible).join(', '),
    ],
    ['name constraints', c.nameConstraints && constraintsText(c.nameConstraints)],
    ['extensions', c.extensions.map(({ oid }) => oid).join(', ') || 'none'],
    ['subject key identifier', c.subjectKeyIdentifier],
    ['authority key identifier', c.authorityKeyIdentifier],
    [
      'critical extensions',
      c.extensions
        .filter(({ critical }) => critical)
        .map(({ oid }) => oid)
        .join(', ') || 'none',
    ],
    ['SHA-256 fingerprint', fingerprint(c.der, 'sha256')],
  ];
  return rows.flatMap(([field, value]) => (value === undefined ? [] : [[field, value] as const]));
}

/** Names alone: what else constrains is counted. */
function constraintsText(constraints: NonNullable<Certificate['nameConstraints']>): string {
  const said = (['permitted', 'excluded'] as const).flatMap((kind) => {
    const { dns, ip, directory, others } = constraints[kind];
    const rest = ip.length + directory.length + others;
    const names = [...dns.map(visible), ...(rest === 0 ? [] : [`${rest} of another kind`])];
    return names.length === 0 ? [] : [`${kind}: ${names.join(', ')}`];
  });
  return said.join('; ') || 'empty';
}

const purposeTexts: ReadonlyMap<string, string> = new Map(
  Object.entries(purposeOids).map(([text, oid]) => [oid, text]),
);

/** Control characters, which only a hostile certificate holds, are shown and not printed. */
function visible(text: string): string {
  return text.replace(/\p{Cc}/gu, (c) => `\\${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
