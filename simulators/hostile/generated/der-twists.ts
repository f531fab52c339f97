import fc from 'fast-check';
import { encodeSigned } from '#protocol/pki/authority.ts';
import { bytesOf, childrenOf, contentOf, encodeDer, readDer, tags } from '#protocol/pki/der.ts';
import { place, positionIn } from './place.ts';
import { type Twist, type TwistContext, twistsOf } from './twist.ts';

const twist = twistsOf('der');

/** One DER value, or bytes that only claim to be one. */
interface Node {
  readonly tag: number;
  /** In the place of the right tag and length. */
  readonly header?: Uint8Array;
  readonly parts: readonly Node[] | Uint8Array;
}

/** What can happen to one value of a certificate: nothing, one value or two take its place. */
const edits: Readonly<Record<string, (node: Node) => readonly Node[]>> = {
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

const deep = nested(2_000);

/** Something else where a certificate is due. */
const documents: Readonly<Record<string, (context: TwistContext) => Uint8Array>> = {
  'the CA certificate': ({ clearinghouse }) => clearinghouse.certificate.der,
  'another CA’s certificate': ({ others }) => others.authority.certificate.der,
  'a public key': ({ others }) => others.spki,
  'an empty sequence': () => encodeDer(tags.sequence),
  null: () => Uint8Array.of(tags.null, 0),
  'one byte': () => Uint8Array.of(0x30),
  '2,000 levels': () => deep,
  '40 KiB': () => encodeDer(tags.sequence, encodeDer(tags.octetString, new Uint8Array(40 * 1024))),
};

/** What happens to the bytes of the certificate, its structure in view. */
export const derTwists: readonly Twist[] = [
  twist(
    'edited',
    { explanation: 'One value in the certificate is changed, and the signature stays as it was.' },
    fc.record({ value: place, is: fc.constantFrom(...Object.keys(edits)) }),
    ({ value, is }, der) => rebuilt(der, (whole) => write(edited(whole, value, is))),
  ),
  twist(
    'edited-and-signed',
    { explanation: 'One value in the certificate is changed, and the CA itself signed that.' },
    fc.record({ value: place, is: fc.constantFrom(...Object.keys(edits)) }),
    ({ value, is }, der, { clearinghouse: { key, signature } }) =>
      rebuilt(der, ({ parts: [tbs] }) => {
        return typeof tbs === 'object' ? encodeSigned(write(edited(tbs, value, is)), key, signature) : der;
      }),
  ),
  twist(
    'bit',
    { explanation: 'One bit of the certificate is flipped.' },
    fc.record({ byte: place, bit: fc.nat(7) }),
    ({ byte, bit }, der) => {
      const where = positionIn(der.length, byte);
      return der.with(where, (der[where] ?? 0) ^ (1 << bit));
    },
  ),
  twist(
    'signature-bit',
    { explanation: 'One bit of the last eight bytes of the signature is flipped.' },
    fc.record({ back: fc.integer({ min: 1, max: 8 }), bit: fc.nat(7) }),
    ({ back, bit }, der) => der.with(-back, (der.at(-back) ?? 0) ^ (1 << bit)),
  ),
  twist('cut', { explanation: 'The certificate ends early.' }, fc.integer({ min: 1, max: 200 }), (bytes, der) =>
    der.subarray(0, Math.max(0, der.length - bytes)),
  ),
  twist(
    'trailing',
    { explanation: 'Bytes follow the certificate.' },
    fc.uint8Array({ minLength: 1, maxLength: 16 }).map((bytes) => [...bytes]),
    (bytes, der) => Buffer.concat([der, Uint8Array.from(bytes)]),
  ),
  twist(
    'other-document',
    { explanation: 'It is no certificate of this device at all.', only: 'enrollment' },
    fc.constantFrom(...Object.keys(documents)),
    (which, der, context) => documents[which]?.(context) ?? der,
  ),
];

/** What another twist broke is no tree any more, and stays as it is. */
function rebuilt(der: Uint8Array, build: (whole: Node) => Uint8Array): Uint8Array {
  let whole: Node;
  try {
    whole = read(der);
  } catch {
    return der;
  }
  return build(whole);
}

function read(der: Uint8Array): Node {
  const value = readDer(der, 0, der.length, 'A certificate');
  const { tag } = value;
  if ((tag & 0x20) === 0) return { tag, parts: contentOf(der, value) };
  return { tag, parts: childrenOf(der, value, 'A certificate').map((child) => read(bytesOf(der, child))) };
}

function write({ tag, header, parts }: Node): Uint8Array {
  const contents = parts instanceof Uint8Array ? [parts] : parts.map(write);
  return header === undefined ? encodeDer(tag, ...contents) : Buffer.concat([header, ...contents]);
}

/** The same value under a header that says something else of its length. */
function lying(node: Node, said: (length: number) => readonly number[]): Node {
  const content = node.parts instanceof Uint8Array ? node.parts : Buffer.concat(node.parts.map(write));
  return { ...node, header: Uint8Array.of(node.tag, ...said(content.length)) };
}

function lengthBytes(length: number): readonly number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

/** The tree with the value at that place (in the order of the bytes) changed. */
function edited(root: Node, where: number, edit: string): Node {
  let left = positionIn(count(root), where);
  const change = (node: Node): readonly Node[] => {
    if (left-- === 0) return edits[edit]?.(node) ?? [node];
    return [node.parts instanceof Uint8Array ? node : { ...node, parts: node.parts.flatMap(change) }];
  };
  const [only, ...more] = change(root);
  return only === undefined || more.length > 0 ? { tag: tags.sequence, parts: only ? [only, ...more] : [] } : only;
}

function count({ parts }: Node): number {
  return parts instanceof Uint8Array ? 1 : parts.reduce((sum, part) => sum + count(part), 1);
}

function nested(levels: number): Uint8Array {
  let der: Uint8Array = new Uint8Array();
  for (let level = 0; level < levels; level++) der = encodeDer(tags.sequence, der);
  return der;
}
