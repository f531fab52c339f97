import { SaxesParser } from 'saxes';
import { MusterError, messageOf } from '../errors.ts';

export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own characters, without those of its children. */
  readonly text: string;
  /** Where its name ends, for messages: both count from 1. */
  readonly line: number;
  readonly column: number;
}

/** What a document may have at most. An honest message of the Open Settlement Protocol is far below each. */
export const xmlLimits = { bytes: 64 * 1024, depth: 32, elements: 4096, attributes: 16, name: 64, value: 1024 };

export type XmlLimits = Readonly<typeof xmlLimits>;

const encodings: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii']);

interface OpenElement extends XmlElement {
  readonly children: OpenElement[];
  text: string;
}

/**
 * Reads one XML document into a tree, event by event, and stops at the first thing that it does not read: a DOCTYPE (and
 * so any entity of its own), a processing instruction, an encoding other than UTF-8, too much of anything. Linear in the
 * bytes (Muster protocol decisions, «What follows enrollment: XML»).
 * @throws MusterError xml-malformed, with line and column, and in `details.encoding` whether the encoding is what is wrong
 */
export function readXml(bytes: Uint8Array, limits: XmlLimits = xmlLimits): XmlElement {
  if (bytes.length > limits.bytes) throw malformed(`at most ${limits.bytes} bytes are read, seen ${bytes.length}`);
  const parser = new SaxesParser({ xmlns: false, forceXMLVersion: true, defaultXMLVersion: '1.0' });
  const refuse = (why: string, details: Record<string, unknown> = {}): never => {
    throw malformed(why, { ...details, line: parser.line, column: parser.column });
  };
  const atMost = (limit: keyof XmlLimits, seen: number, what: string): void => {
    if (seen > limits[limit]) refuse(`${what} of at most ${limits[limit]} are read, seen ${seen}`);
  };
  let root: OpenElement | undefined;
  let elements = 0;
  let attributes = 0;
  const open: OpenElement[] = [];
  const addText = (text: string): void => {
    const innermost = open.at(-1);
    if (innermost) innermost.text += text;
  };

  parser.on('error', ({ message }) => refuse(message.replace(/^(\d+:\d+: )+/, '').slice(0, 120)));
  parser.on('xmldecl', ({ encoding = 'UTF-8' }) => {
    if (!encodings.has(encoding.toLowerCase()))
      refuse(`the encoding UTF-8 is expected, seen "${encoding.slice(0, 40)}"`, { encoding: true });
  });
  parser.on('doctype', () => refuse('a DOCTYPE is not read'));
  parser.on('processinginstruction', () => refuse('a processing instruction is not read'));
  parser.on('opentagstart', ({ name }) => {
    attributes = 0;
    atMost('name', name.length, 'names');
    atMost('elements', ++elements, 'documents with elements');
    atMost('depth', open.length + 1, 'depths');
  });
  parser.on('attribute', ({ name, value }) => {
    atMost('attributes', ++attributes, 'elements with attributes');
    atMost('name', name.length, 'names');
    atMost('value', value.length, 'attribute values');
  });
  parser.on('opentag', ({ name, attributes: given }) => {
    const { line, column } = parser;
    const element = { name, attributes: new Map(Object.entries(given)), children: [], text: '', line, column };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('closetag', () => open.pop());
  parser.on('text', addText);
  parser.on('cdata', addText);

  parser.write(textOf(bytes)).close();
  return root ?? refuse('an element is expected');
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw malformed(`the bytes are no UTF-8: ${messageOf(cause)}`, { encoding: true });
  }
}

function malformed(why: string, details: Record<string, unknown> = {}): MusterError {
  const { line, column } = details;
  const where = line === undefined ? '' : `, line ${line}, column ${column}`;
  return new MusterError('xml-malformed', `The XML cannot be read${where}: ${why.replace(/\.$/, '')}.`, { details });
}
