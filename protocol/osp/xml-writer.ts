import { MusterError } from '../errors.ts';

/** An element to be written. Its content is text, or elements; a part that is undefined is left out. */
export interface XmlPart {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string | undefined>>;
  readonly content?: string | readonly (XmlPart | undefined)[];
}

/** One XML document in UTF-8. @throws MusterError internal when a text holds a character that XML cannot */
export function writeXml(root: XmlPart): Uint8Array {
  return Buffer.from(`<?xml version="1.0"?>${elementText(root)}`);
}

function elementText({ name, attributes = {}, content = '' }: XmlPart): string {
  const given = Object.entries(attributes)
    .map(([key, value]) => (value === undefined ? '' : ` ${key}="${escaped(value)}"`))
    .join('');
  const inner =
    typeof content === 'string' ? escaped(content) : content.map((part) => (part ? elementText(part) : '')).join('');
  return inner === '' ? `<${name}${given}/>` : `<${name}${given}>${inner}</${name}>`;
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML 1.0 §2.2: other control characters have no form, not even as a reference. §2.11, §3.3.3: line breaks need one. */
function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML excludes
  const forbidden = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/u.exec(text);
  if (forbidden) {
    const code = forbidden[0].charCodeAt(0).toString(16).padStart(4, '0');
    throw new MusterError('internal', `XML has no form for the character U+${code}.`);
  }
  return text.replace(/[&<>"\t\n\r]/g, (sign) => escapes[sign] ?? `&#${sign.charCodeAt(0)};`);
}
