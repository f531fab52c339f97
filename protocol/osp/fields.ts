import { MusterError } from '../errors.ts';
import type { OspStatus } from './status.ts';
import type { XmlElement } from './xml-reader.ts';
import type { XmlPart } from './xml-writer.ts';

export interface Status {
  readonly code: number;
  readonly description: string;
}

/** Why an element is none of the protocol; `details.status` is the status that says so. */
export function malformed({ name, line, column }: XmlElement, why: string, status: OspStatus = 400): MusterError {
  return new MusterError('osp-malformed', `${name}, line ${line}, column ${column}: ${why}.`, {
    details: { status, line, column },
  });
}

/**
 * ETSI TS 101 321: an element that is not known and is critical is refused. What does not say so is ignored here, since
 * gateways add elements of their own and leave the attribute out.
 * @throws MusterError osp-malformed, status 412
 */
export function refuseUnknown(element: XmlElement, known: ReadonlySet<string>): void {
  for (const child of element.children) {
    if (known.has(child.name) || child.attributes.get('critical') !== 'true') continue;
    throw malformed(child, 'it is critical, and not known here', 412);
  }
}

/** Names of elements, between blanks. */
export function names(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}

export function all(parent: XmlElement, name: string): readonly XmlElement[] {
  return parent.children.filter((child) => child.name === name);
}

/** @throws MusterError osp-malformed when there is more than one */
export function optional(parent: XmlElement, name: string): XmlElement | undefined {
  const [first, second] = all(parent, name);
  if (second) throw malformed(second, `one in each ${parent.name} is expected, seen another`);
  return first;
}

/** @throws MusterError osp-malformed when there is none, or more than one */
export function only(parent: XmlElement, name: string): XmlElement {
  const found = optional(parent, name);
  if (!found) throw malformed(parent, `a ${name} is expected, seen none`);
  return found;
}

/** Deployed clients put a line break before the text of an element. */
export function textOf(element: XmlElement): string {
  return element.text.trim();
}

export function attributeOf(element: XmlElement, name: string): string {
  const value = element.attributes.get(name);
  if (!value) throw malformed(element, `the attribute ${name} is expected, seen none`);
  return value;
}

const mostTextLength = 256;

export function wordOf(element: XmlElement): string {
  const text = textOf(element);
  if (text === '' || text.length > mostTextLength)
    throw malformed(element, `1 to ${mostTextLength} characters are expected, seen ${text.length}`);
  return text;
}

/** A whole number of at most 64 bits, as it is written. */
export function identifierOf(element: XmlElement): string {
  const text = textOf(element);
  if (/^\d{1,20}$/.test(text) && BigInt(text) < 2n ** 64n) return text;
  throw malformed(element, 'a decimal number of at most 64 bits is expected');
}

export function wholeOf(element: XmlElement): number {
  const text = textOf(element);
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw malformed(element, 'a whole number of at most 9 digits is expected');
}

export function decimalOf(element: XmlElement): number {
  const text = textOf(element);
  if (/^\d{1,9}(\.\d{1,6})?$/.test(text)) return Number(text);
  throw malformed(element, 'a number such as 30 or 30.000 is expected');
}

export function decimalText(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(3);
}

const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$/;

/** ISO 8601. */
export function timeOf(element: XmlElement): Date {
  const text = textOf(element);
  const time = new Date(text);
  if (moment.test(text) && !Number.isNaN(time.getTime())) return time;
  throw malformed(element, 'a time such as 2026-11-23T05:08:34Z is expected');
}

/** To the second, in UTC. */
export function timePart(name: string, time: Date | undefined): XmlPart | undefined {
  return time && { name, content: time.toISOString().replace(/\.\d{3}Z$/, 'Z') };
}

/** Of at most 16 KiB. `encoding` says `base64`; without it, or with `cdata`, the characters are the bytes. */
export function bytesOf(element: XmlElement): Uint8Array {
  const encoding = element.attributes.get('encoding') ?? 'cdata';
  const text = textOf(element);
  if (text === '') throw malformed(element, 'at least one byte is expected');
  if (encoding.toLowerCase() === 'cdata') return Buffer.from(text);
  const base64 = text.replace(/[ \t\r\n]+/g, '');
  if (encoding.toLowerCase() !== 'base64' || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.length % 4 !== 0)
    throw malformed(element, 'base64 is expected');
  return Buffer.from(base64, 'base64');
}

export function bytesPart(name: string, bytes: Uint8Array): XmlPart {
  return { name, attributes: { encoding: 'base64' }, content: Buffer.from(bytes).toString('base64') };
}

export function textPart(name: string, content: string | undefined): XmlPart | undefined {
  return content === undefined ? undefined : { name, content };
}

export function statusOf(parent: XmlElement): Status {
  const status = only(parent, 'Status');
  const description = optional(status, 'Description');
  return { code: wholeOf(only(status, 'Code')), description: description ? textOf(description) : '' };
}

export function statusPart({ code, description }: Status): XmlPart {
  return { name: 'Status', content: [textPart('Code', String(code)), textPart('Description', description)] };
}
