import { bytesOf, childrenOf, contentOf, encodeDer, readDer, tags } from '#protocol/pki/der.ts';
import { positionIn } from './place.ts';

/** One DER value, or bytes that only claim to be one. */
export interface DerNode {
  readonly tag: number;
  /** In the place of the right tag and length. */
  readonly header?: Uint8Array;
  readonly parts: readonly DerNode[] | Uint8Array;
}

/** What can happen to one value: nothing, one value or two take its place. */
const edits: Readonly<Record<string, (node: DerNode) => readonly DerNode[]>> = {
  'left out': () => [],
  'twice there': (node) => [node, node],
  emptied: ({ tag }) => [{ tag, parts: new Uint8Array() }],
  reversed: (node) => [{ ...node, parts: node.parts.toReversed() }],
  'of another tag': (node) => [{ ...node, tag: node.tag ^ 0x01 }],
  'of another class': (node) => [{ ...node, tag: node.tag ^ 0x80 }],
  'one byte too long': (node) => [lying(node, (length) => lengthBytes(length + 1))],
  'one byte too short': (node) => [lying(node, (length) => lengthBytes(Math.max(0, length - 1)))],
  'in a long form': (node) => [lying(node, (length) => [0x84, 0, 0, length >> 8, length & 0xff])],
  'of indefinite length': (node) => [lying(node, () => [0x80])],
  'of four gigabytes': (node) => [lying(node, () => [0x84, 0xff, 0xff, 0xff, 0xff])],
};

export const derEdits = Object.keys(edits);

/** Builds bytes anew from their tree. What is no tree any more stays as it is. */
export function rebuilt(der: Uint8Array, build: (whole: DerNode) => Uint8Array): Uint8Array {
  let whole: DerNode;
  try {
    whole = read(der);
  } catch {
    return der;
  }
  return build(whole);
}

function read(der: Uint8Array): DerNode {
  const value = readDer(der, 0, der.length, 'The value');
  const { tag } = value;
  if ((tag & 0x20) === 0) return { tag, parts: contentOf(der, value) };
  return { tag, parts: childrenOf(der, value, 'The value').map((child) => read(bytesOf(der, child))) };
}

export function write({ tag, header, parts }: DerNode): Uint8Array {
  const contents = parts instanceof Uint8Array ? [parts] : parts.map(write);
  return header === undefined ? encodeDer(tag, ...contents) : Buffer.concat([header, ...contents]);
}

/** The same value under a header that says something else of its length. */
function lying(node: DerNode, said: (length: number) => readonly number[]): DerNode {
  const content = node.parts instanceof Uint8Array ? node.parts : Buffer.concat(node.parts.map(write));
  return { ...node, header: Uint8Array.of(node.tag, ...said(content.length)) };
}

function lengthBytes(length: number): readonly number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

/** The tree with the value at that place (in the order of the bytes) changed. */
export function edited(root: DerNode, where: number, edit: string): DerNode {
  let left = positionIn(count(root), where);
  const change = (node: DerNode): readonly DerNode[] => {
    if (left-- === 0) return edits[edit]?.(node) ?? [node];
    return [node.parts instanceof Uint8Array ? node : { ...node, parts: node.parts.flatMap(change) }];
  };
  const [only, ...more] = change(root);
  return only === undefined || more.length > 0 ? { tag: tags.sequence, parts: only ? [only, ...more] : [] } : only;
}

function count({ parts }: DerNode): number {
  return parts instanceof Uint8Array ? 1 : parts.reduce((sum, part) => sum + count(part), 1);
}

/** So many sequences, each in the other. */
export function nested(levels: number): Uint8Array {
  let der: Uint8Array = new Uint8Array();
  for (let level = 0; level < levels; level++) der = encodeDer(tags.sequence, der);
  return der;
}
