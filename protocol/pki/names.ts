import { MusterError } from '../errors.ts';
import {
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

const attributeOids = {
  CN: '2.5.4.3',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  C: '2.5.4.6',
} as const;

type KnownAttribute = keyof typeof attributeOids;

/** A short name where there is one, else the object identifier (others' certificates hold any). */
export type AttributeType = KnownAttribute | `${number}.${string}`;

export interface NameAttribute {
  readonly type: AttributeType;
  readonly value: string;
}

/** In the order of the DER: from the country down to the common name. */
export type DistinguishedName = readonly NameAttribute[];

const knownByOid: ReadonlyMap<string, KnownAttribute> = new Map(
  (Object.keys(attributeOids) as KnownAttribute[]).map((type) => [attributeOids[type], type]),
);
const oidDer = new Map(Object.entries(attributeOids).map(([type, oid]) => [type, encodeOid(oid)]));

/** ITU-T X.680 §41.4: the only characters of PrintableString. */
const printable = /^[A-Za-z0-9 '()+,\-./:=?]*$/;

/** PrintableString where the characters allow (the deployed client reads nothing else), else UTF8String. */
export function encodeDirectoryString(value: string): Uint8Array {
  return printable.test(value)
    ? encodeDer(tags.printableString, Buffer.from(value, 'latin1'))
    : encodeDer(tags.utf8String, Buffer.from(value, 'utf8'));
}

/** RFC 5280 §4.1.2.4: one attribute in each relative distinguished name. */
export function encodeName(name: DistinguishedName): Uint8Array {
  const parts = name.map(({ type, value }) =>
    encodeDer(tags.set, encodeDer(tags.sequence, oidDer.get(type) ?? encodeOid(type), encodeDirectoryString(value))),
  );
  return encodeDer(tags.sequence, ...parts);
}

const decoders: ReadonlyMap<number, (content: Buffer) => string> = new Map([
  [tags.printableString, (content) => content.toString('latin1')],
  [tags.ia5String, (content) => content.toString('latin1')],
  [tags.teletexString, (content) => content.toString('latin1')],
  [tags.utf8String, (content) => content.toString('utf8')],
  [tags.bmpString, (content) => new TextDecoder('utf-16be').decode(content)],
  [tags.universalString, decodeUtf32],
]);

function decodeUtf32(content: Buffer): string {
  let text = '';
  for (let at = 0; at + 4 <= content.length; at += 4) {
    const point = content.readUInt32BE(at);
    text += String.fromCodePoint(point > 0x10ffff ? 0xfffd : point);
  }
  return text;
}

/** A value of no string type reads as `#` and its DER in hex (RFC 4514 §2.4). */
function decodeDirectoryString(der: Uint8Array, value: DerValue): string {
  const decode = decoders.get(value.tag);
  if (decode === undefined) return `#${Buffer.from(bytesOf(der, value)).toString('hex')}`;
  const content = contentOf(der, value);
  return decode(Buffer.from(content.buffer, content.byteOffset, content.length));
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of a DirectoryString (RFC 5280 §4.1.2.4); undefined for whatever is none. */
export function readDirectoryString(der: Uint8Array, value: DerValue): string | undefined {
  if (value.tag === tags.ia5String || !decoders.has(value.tag)) return undefined;
  if (value.tag !== tags.utf8String) return decodeDirectoryString(der, value);
  try {
    return strictUtf8.decode(contentOf(der, value));
  } catch {
    return undefined;
  }
}

/** @throws MusterError der-malformed */
export function decodeName(der: Uint8Array, what: string): DistinguishedName {
  const name: NameAttribute[] = [];
  const shape = (at: number) =>
    new MusterError('der-malformed', `${what} is no distinguished name, at byte ${at} of it.`, {
      details: { offset: at },
    });
  const whole = readDer(der, 0, der.length, what);
  if (whole.tag !== tags.sequence) throw shape(0);
  for (const relative of childrenOf(der, whole, what)) {
    const attributes = childrenOf(der, relative, what);
    if (relative.tag !== tags.set || attributes.length === 0) throw shape(relative.start);
    for (const attribute of attributes) {
      const [type, value, surplus] = childrenOf(der, attribute, what);
      if (attribute.tag !== tags.sequence || type?.tag !== tags.oid || value === undefined || surplus !== undefined) {
        throw shape(attribute.start);
      }
      const oid = decodeOid(contentOf(der, type), what) as `${number}.${string}`;
      name.push({ type: knownByOid.get(oid) ?? oid, value: decodeDirectoryString(der, value) });
    }
  }
  return name;
}

/** For people: `C=US, O=TransNexus, CN=gw.example.com`; special and control characters escaped as RFC 4514 §2.4 asks. */
export function nameText(name: DistinguishedName): string {
  return name.map(({ type, value }) => `${type}=${escapeValue(value)}`).join(', ');
}

const plain = /^[\w.-]+(?: [\w.-]+)*$/;

function escapeValue(value: string): string {
  if (plain.test(value)) return value;
  return value
    .replace(/[\\,+"<>;]/g, '\\$&')
    .replace(/\p{Cc}/gu, (c) => `\\${c.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .replace(/^[ #]|(?<!\\) $/g, '\\$&');
}

/** The values of every common name, in order. */
export function commonNamesOf(name: DistinguishedName): string[] {
  return name.filter(({ type }) => type === 'CN').map(({ value }) => value);
}

/** RFC 5280 §7.1: letter case and the amount of blanks aside, whatever the string type. */
export function sameName(a: DistinguishedName, b: DistinguishedName): boolean {
  return a.length === b.length && startsWithName(a, b);
}

/** Is `name` within the subtree under `base`? (RFC 5280 §4.2.1.10, directoryName) */
export function startsWithName(name: DistinguishedName, base: DistinguishedName): boolean {
  return base.every((attribute, i) => {
    const other = name[i];
    return other !== undefined && other.type === attribute.type && fold(other.value) === fold(attribute.value);
  });
}

function fold(value: string): string {
  return value.trim().replace(/\s+/g, ' ').toLowerCase();
}
