import { MusterError } from '../errors.ts';

/** The identifier bytes that X.509 needs (ITU-T X.690 §8.1.2). */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Where one value stands in the bytes that hold it. */
export interface DerValue {
  readonly tag: number;
  readonly start: number;
  readonly contentStart: number;
  readonly end: number;
}

const deepest = 64;

function malformed(what: string, expected: string, offset: number): MusterError {
  return new MusterError('der-malformed', `${what} is not DER: ${expected}, at byte ${offset}.`, {
    details: { offset },
  });
}

/**
 * Reads one header. Only definite lengths in their shortest form are DER (ITU-T X.690 §10.1).
 * @throws MusterError der-malformed, with the offset.
 */
export function readDer(der: Uint8Array, start: number, limit: number, what: string): DerValue {
  const tag = der[start];
  if (tag === undefined || start >= limit) throw malformed(what, 'a value is expected and the bytes end', start);
  let at = start + 1;
  // Tag numbers from 31 on continue in further bytes (§8.1.2.4); X.509 has none, so four are plenty.
  if ((tag & 0x1f) === 0x1f) {
    const last = at + 4;
    while (at < limit && ((der[at] ?? 0) & 0x80) !== 0) {
      if (++at >= last) throw malformed(what, 'a tag of at most four bytes is expected', start);
    }
    at += 1;
  }
  const first = der[at];
  if (first === undefined || at >= limit) throw malformed(what, 'a length is expected and the bytes end', at);
  at += 1;
  let length = first;
  if (first === 0x80) throw malformed(what, 'a definite length is expected, an indefinite one (BER) was found', at - 1);
  if (first > 0x80) {
    const size = first & 0x7f;
    if (size > 4 || at + size > limit) throw malformed(what, `a length of ${size} bytes was found`, at - 1);
    length = 0;
    for (let i = 0; i < size; i++) length = length * 256 + (der[at + i] ?? 0);
    if (length < 0x80 || length < 256 ** (size - 1)) {
      throw malformed(what, 'a length in its shortest form is expected', at - 1);
    }
    at += size;
  }
  const end = at + length;
  if (end > limit) throw malformed(what, `${length} bytes are announced and ${limit - at} are left`, start);
  return { tag, start, contentStart: at, end };
}

/**
 * One definite-length DER value that ends where the bytes end, at most 64 levels deep. Linear in the bytes.
 * @throws MusterError der-malformed, with the offset.
 */
export function assertDer(der: Uint8Array, what: string): void {
  const ends: number[] = [];
  let at = 0;
  do {
    const value = readDer(der, at, ends.at(-1) ?? der.length, what);
    const constructed = (value.tag & 0x20) !== 0;
    const universal = value.tag < 0x40;
    const number = value.tag & 0x1f;
    const mustBeConstructed = number === (tags.sequence & 0x1f) || number === (tags.set & 0x1f);
    // DER: strings are primitive, SEQUENCE and SET are constructed (ITU-T X.690 §8.9, §8.11, §10.2).
    if (universal && constructed !== mustBeConstructed) {
      throw malformed(what, `tag 0x${value.tag.toString(16)} is not allowed`, at);
    }
    if (constructed) {
      if (ends.length >= deepest) throw malformed(what, `at most ${deepest} levels of nesting are read`, at);
      ends.push(value.end);
      at = value.contentStart;
    } else at = value.end;
    while (ends.length > 0 && ends.at(-1) === at) ends.pop();
  } while (ends.length > 0);
  if (at !== der.length) throw malformed(what, `${der.length - at} bytes follow the value`, at);
}

/** The values inside a constructed value. @throws MusterError der-malformed */
export function childrenOf(der: Uint8Array, parent: DerValue, what: string): DerValue[] {
  const children: DerValue[] = [];
  for (let at = parent.contentStart; at < parent.end; ) {
    const child = readDer(der, at, parent.end, what);
    children.push(child);
    at = child.end;
  }
  return children;
}

/** The whole value, header included; a view, not a copy. */
export function bytesOf(der: Uint8Array, value: DerValue): Uint8Array {
  return der.subarray(value.start, value.end);
}

export function contentOf(der: Uint8Array, value: DerValue): Uint8Array {
  return der.subarray(value.contentStart, value.end);
}

/** One value from its identifier byte and the parts of its content. */
export function encodeDer(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const header = length < 0x80 ? 2 : length < 0x100 ? 3 : length < 0x10000 ? 4 : 5;
  const der = new Uint8Array(header + length);
  der[0] = tag;
  if (header === 2) der[1] = length;
  else {
    der[1] = 0x80 | (header - 2);
    for (let i = header - 1, rest = length; i > 1; i--, rest = Math.floor(rest / 256)) der[i] = rest & 0xff;
  }
  let at = header;
  for (const part of parts) {
    der.set(part, at);
    at += part.length;
  }
  return der;
}

/** The same few identifiers stand in every certificate; each is worked out once. */
const encodedOids = new Map<string, Uint8Array>();
const decodedOids = new Map<string, string>();
const oidsAtMost = 512;

function remember<Value>(known: Map<string, Value>, id: string, value: Value): Value {
  if (known.size < oidsAtMost) known.set(id, value);
  return value;
}

/** OBJECT IDENTIFIER from its dotted form. */
export function encodeOid(oid: string): Uint8Array {
  const known = encodedOids.get(oid);
  if (known !== undefined) return known;
  const [first = 0n, second = 0n, ...rest] = oid.split('.').map(BigInt);
  const content: number[] = [];
  for (const arc of [first * 40n + second, ...rest]) {
    const septets = [Number(arc & 0x7fn)];
    for (let left = arc >> 7n; left > 0n; left >>= 7n) septets.unshift(Number(left & 0x7fn) | 0x80);
    content.push(...septets);
  }
  return remember(encodedOids, oid, encodeDer(tags.oid, Uint8Array.from(content)));
}

/** The dotted form of an OBJECT IDENTIFIER's content. @throws MusterError der-malformed */
export function decodeOid(content: Uint8Array, what: string): string {
  const id = Buffer.from(content.buffer, content.byteOffset, Math.min(content.length, 65)).toString('latin1');
  const known = decodedOids.get(id);
  if (known !== undefined) return known;
  if (content.length === 0 || content.length > 64 || ((content.at(-1) ?? 0) & 0x80) !== 0) {
    throw malformed(what, `an object identifier of ${content.length} bytes was found`, 0);
  }
  const arcs: bigint[] = [];
  let arc = 0n;
  for (const byte of content) {
    arc = arc * 128n + BigInt(byte & 0x7f);
    if ((byte & 0x80) === 0) {
      arcs.push(arc);
      arc = 0n;
    }
  }
  const [head = 0n, ...rest] = arcs;
  const first = head < 80n ? head / 40n : 2n;
  return remember(decodedOids, id, [first, head - first * 40n, ...rest].join('.'));
}
