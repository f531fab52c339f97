import { MusterError, messageOf } from '../errors.ts';
import { ipText } from './addresses.ts';
import { assertDer, bytesOf, childrenOf, contentOf, type DerValue, decodeOid, readDer, tags } from './der.ts';
import {
  type BasicConstraintsValue,
  extensionOids,
  type KeyUsage,
  keyUsages,
  type RawExtension,
} from './extensions.ts';
import { type DistinguishedName, decodeName } from './names.ts';

export interface SubjectAltNames {
  /** As they stand: wildcards and control characters included. */
  readonly dns: readonly string[];
  /** Bytes of a wrong length read as `#` and hex. */
  readonly ip: readonly string[];
  /** How many names of other forms (mail, URI, directory name, …) there are. */
  readonly others: number;
}

/** RFC 5280 §4.2.1.10. `others`: a form that is not read here, so nothing under it can be accepted. */
export interface Subtrees {
  readonly dns: readonly string[];
  readonly ip: readonly Uint8Array[];
  readonly directory: readonly DistinguishedName[];
  readonly others: number;
}

/** What the extensions of a certificate say. A doubled extension counts as its first. */
export interface ExtensionValues {
  readonly basicConstraints?: BasicConstraintsValue;
  readonly keyUsage?: ReadonlySet<KeyUsage>;
  /** Object identifiers. */
  readonly extendedKeyUsage?: readonly string[];
  readonly subjectAltNames?: SubjectAltNames;
  readonly nameConstraints?: { readonly permitted: Subtrees; readonly excluded: Subtrees };
  /** Hex. */
  readonly subjectKeyIdentifier?: string;
  readonly authorityKeyIdentifier?: string;
}

/** Extensions ::= SEQUENCE SIZE (1..MAX) OF Extension (RFC 5280 §4.1). @throws MusterError der-malformed */
export function readExtensionList(
  der: Uint8Array,
  list: DerValue,
  what: string,
): (RawExtension & { der: Uint8Array })[] {
  const shape = (at: number) =>
    new MusterError('der-malformed', `${what}: an extension is expected at byte ${at}.`, { details: { offset: at } });
  if (list.tag !== tags.sequence) throw shape(list.start);
  return childrenOf(der, list, what).map((extension) => {
    if (extension.tag !== tags.sequence) throw shape(extension.start);
    const [type, ...rest] = childrenOf(der, extension, what);
    const flag = rest.length === 2 ? rest.shift() : undefined;
    const value = rest[0];
    if (type?.tag !== tags.oid || value?.tag !== tags.octetString || rest.length !== 1) throw shape(extension.start);
    if (flag !== undefined && (flag.tag !== tags.boolean || flag.end - flag.contentStart !== 1))
      throw shape(flag.start);
    return {
      oid: decodeOid(contentOf(der, type), what),
      critical: flag !== undefined && der[flag.contentStart] !== 0,
      value: contentOf(der, value),
      der: bytesOf(der, extension),
    };
  });
}

type Reader = (value: Uint8Array) => Partial<ExtensionValues>;

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [extensionOids.basicConstraints, (value) => ({ basicConstraints: readBasicConstraints(value) })],
  [extensionOids.keyUsage, (value) => ({ keyUsage: readKeyUsage(value) })],
  [extensionOids.extendedKeyUsage, (value) => ({ extendedKeyUsage: readExtendedKeyUsage(value) })],
  [extensionOids.authorityKeyIdentifier, readAuthorityKeyIdentifier],
  [extensionOids.subjectKeyIdentifier, readSubjectKeyIdentifier],
  // Names decide whom a device trusts, so their bytes are read here, with nothing normalised on the way.
  [extensionOids.subjectAltName, (value) => ({ subjectAltNames: readAltNames(value) })],
  [extensionOids.nameConstraints, (value) => ({ nameConstraints: readNameConstraints(value) })],
]);

/** Extensions that repeat from certificate to certificate are decoded once; names and key identifiers hardly ever do. */
const repeating: ReadonlySet<string> = new Set([
  extensionOids.basicConstraints,
  extensionOids.keyUsage,
  extensionOids.extendedKeyUsage,
  extensionOids.authorityKeyIdentifier,
]);
const decoded = new Map<string, Partial<ExtensionValues>>();
const decodedAtMost = 256;

/** @throws MusterError certificate-malformed when the value of a known extension cannot be read */
export function readExtensionValues(extensions: readonly (RawExtension & { der: Uint8Array })[]): ExtensionValues {
  const values: Partial<ExtensionValues>[] = [];
  for (const { oid, value, der } of extensions) {
    const reader = readers.get(oid);
    if (reader === undefined) continue;
    const mayRepeat = der.length <= 64 && repeating.has(oid);
    const id = mayRepeat ? Buffer.from(der.buffer, der.byteOffset, der.length).toString('latin1') : undefined;
    let known = id === undefined ? undefined : decoded.get(id);
    if (known === undefined) {
      known = read(oid, reader, value);
      if (id !== undefined) keep(id, known);
    }
    values.unshift(known);
  }
  return Object.assign({}, ...values);
}

function read(oid: string, reader: Reader, value: Uint8Array): Partial<ExtensionValues> {
  try {
    assertDer(value, 'the value');
    return reader(value);
  } catch (cause) {
    throw new MusterError('certificate-malformed', `The extension ${oid} cannot be read: ${messageOf(cause)}`, {
      cause,
    });
  }
}

function keep(id: string, value: Partial<ExtensionValues>): void {
  if (decoded.size >= decodedAtMost) decoded.delete(decoded.keys().next().value ?? '');
  decoded.set(id, value);
}

/** The values of the one SEQUENCE that an extension's value is. */
function elementsOf(value: Uint8Array, what: string): DerValue[] {
  const whole = readDer(value, 0, value.length, what);
  if (whole.tag !== tags.sequence) throw new Error('a SEQUENCE is expected');
  return childrenOf(value, whole, what);
}

/** RFC 5280 §4.2.1.9: SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER OPTIONAL } */
function readBasicConstraints(value: Uint8Array): BasicConstraintsValue {
  const elements = elementsOf(value, 'the basicConstraints');
  const flag = elements[0]?.tag === tags.boolean ? elements.shift() : undefined;
  const length = elements[0]?.tag === tags.integer ? elements.shift() : undefined;
  if (elements.length > 0) throw new Error('a BOOLEAN and an INTEGER are expected');
  if (flag !== undefined && flag.end - flag.contentStart !== 1) throw new Error('a BOOLEAN of one byte is expected');
  const ca = flag !== undefined && value[flag.contentStart] !== 0;
  if (length === undefined) return { ca };
  const bytes = Buffer.from(contentOf(value, length));
  // A chain is never a million certificates long.
  if (bytes.length === 0 || bytes.length > 3 || bytes.readInt8() < 0)
    throw new Error(`a path length of 0x${bytes.toString('hex')}`);
  return { ca, pathLength: bytes.readUIntBE(0, bytes.length) };
}

/** RFC 5280 §4.2.1.3: a BIT STRING whose first bit is digitalSignature. */
function readKeyUsage(value: Uint8Array): ReadonlySet<KeyUsage> {
  const whole = readDer(value, 0, value.length, 'the keyUsage');
  const [unused = 8, ...bytes] = contentOf(value, whole);
  if (whole.tag !== tags.bitString || unused > 7) throw new Error('a BIT STRING is expected');
  return new Set(keyUsages.filter((_usage, bit) => ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0));
}

/** RFC 5280 §4.2.1.12: SEQUENCE OF OBJECT IDENTIFIER */
function readExtendedKeyUsage(value: Uint8Array): string[] {
  return elementsOf(value, 'the extendedKeyUsage').map((purpose) => {
    if (purpose.tag !== tags.oid) throw new Error('object identifiers are expected');
    return decodeOid(contentOf(value, purpose), 'the extendedKeyUsage');
  });
}

/** RFC 5280 §4.2.1.1: [0] keyIdentifier, [1] authorityCertIssuer, [2] authorityCertSerialNumber, each optional. */
function readAuthorityKeyIdentifier(value: Uint8Array): Partial<ExtensionValues> {
  const elements = elementsOf(value, 'the authorityKeyIdentifier');
  const order = elements.map(({ tag }) => [0x80, 0xa1, 0x82].indexOf(tag));
  if (order.some((place, at) => place < 0 || place <= (order[at - 1] ?? -1)))
    throw new Error('a key identifier, an issuer and a serial number are expected');
  const id = elements.find(({ tag }) => tag === 0x80);
  return id === undefined ? {} : { authorityKeyIdentifier: Buffer.from(contentOf(value, id)).toString('hex') };
}

function readSubjectKeyIdentifier(value: Uint8Array): Partial<ExtensionValues> {
  const whole = readDer(value, 0, value.length, 'the key identifier');
  if (whole.tag !== tags.octetString) throw new Error('an OCTET STRING is expected');
  return { subjectKeyIdentifier: Buffer.from(contentOf(value, whole)).toString('hex') };
}

function readAltNames(value: Uint8Array): SubjectAltNames {
  const what = 'the subjectAltName';
  const dns: string[] = [];
  const ip: string[] = [];
  let others = 0;
  for (const name of elementsOf(value, what)) {
    const content = contentOf(value, name);
    if (name.tag === 0x82) dns.push(Buffer.from(content).toString('latin1'));
    else if (name.tag === 0x87) ip.push(ipText(content));
    else others += 1;
  }
  return { dns, ip, others };
}

function readNameConstraints(value: Uint8Array): NonNullable<ExtensionValues['nameConstraints']> {
  const what = 'the name constraints';
  const parts = elementsOf(value, what);
  const strange = parts.find(({ tag }) => tag !== 0xa0 && tag !== 0xa1);
  if (strange !== undefined) throw new Error(`tag 0x${strange.tag.toString(16)} is not expected`);
  const trees = (tag: number) =>
    readSubtrees(
      value,
      parts.filter((part) => part.tag === tag),
    );
  return { permitted: trees(0xa0), excluded: trees(0xa1) };
}

function readSubtrees(der: Uint8Array, lists: readonly DerValue[]): Subtrees {
  const what = 'the name constraints';
  const dns: string[] = [];
  const ip: Uint8Array[] = [];
  const directory: DistinguishedName[] = [];
  let others = 0;
  for (const tree of lists.flatMap((list) => childrenOf(der, list, what))) {
    const [base, ...bounds] = childrenOf(der, tree, what);
    // RFC 5280 §4.2.1.10: minimum is 0 (so absent in DER), maximum is absent.
    if (base === undefined || bounds.length > 0) others += 1;
    else if (base.tag === 0x82) dns.push(Buffer.from(contentOf(der, base)).toString('latin1'));
    else if (base.tag === 0x87) ip.push(contentOf(der, base));
    else if (base.tag === 0xa4) directory.push(decodeName(contentOf(der, base), what));
    else others += 1;
  }
  return { dns, ip, directory, others };
}
