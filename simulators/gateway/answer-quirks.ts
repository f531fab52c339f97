import type { Operation } from '#protocol/messages/requests.ts';
import { decodePairs, encodePairs } from '#protocol/wire.ts';

/** Ways of reading an answer wrongly. Each is a reader of its own, which hands on what it believes to have read. */
export const answerQuirks = {
  'cut-at-nul': 'cuts a value at its first NUL, as C does',
  'plus-read-as-space': 'reads a plus as a space, as form decoding does',
  'statusx-as-status': 'knows a variable by the beginning of its name',
  'first-of-duplicates': 'takes the first of two values that disagree',
  'last-of-duplicates': 'takes the last of two values that disagree',
  'certificate-despite-status': 'takes a certificate wherever there is one, whatever the status says',
  'status-alone-enrolls': 'takes status 0 for an enrollment, and looks for no certificate',
  'reads-pem': 'takes PEM where base64 of DER is due',
  'ignores-trailing-bytes': 'reads a certificate up to its end, and ignores the bytes that follow',
} as const satisfies Record<string, string>;

type AnswerQuirkId = keyof typeof answerQuirks;

interface ReadPair {
  readonly name: string;
  readonly value: Buffer;
}

type Reader = (pairs: readonly ReadPair[], operation: Operation) => readonly ReadPair[];

/** What `status-alone-enrolls` puts where it found no certificate. */
export const noCertificate: Uint8Array = Uint8Array.of(0);

const readers: Readonly<Record<AnswerQuirkId, Reader>> = {
  'cut-at-nul': (pairs) =>
    eachValue(pairs, (value) => (value.includes(0) ? value.subarray(0, value.indexOf(0)) : value)),
  // Form decoding turns the plus before it undoes escapes: see below.
  'plus-read-as-space': (pairs) => pairs,
  'statusx-as-status': (pairs) =>
    pairs.map(({ name, value }) => ({ name: name.startsWith('status') ? 'status' : name, value })),
  'first-of-duplicates': (pairs) => firstOfEach(pairs),
  'last-of-duplicates': (pairs) => firstOfEach(pairs.toReversed()),
  'certificate-despite-status': (pairs) => {
    const ready = { name: 'status', value: Buffer.from('0') };
    return pairs.some(isCertificate) ? [ready, ...pairs.filter(({ name }) => name !== 'status')] : pairs;
  },
  'status-alone-enrolls': (pairs, operation) => {
    const ready = pairs.some(({ name, value }) => name === 'status' && value.toString('latin1') === '0');
    const given = pairs.filter((pair) => !isCertificate(pair) || pair.value.length > 0);
    if (operation === 'getcacert' || !ready || given.some(isCertificate)) return pairs;
    return [...given, { name: 'cert', value: Buffer.from(base64(noCertificate)) }];
  },
  'reads-pem': (pairs) => eachValue(pairs, (value) => inText(value, (text) => text.replace(/-----[A-Z ]+-----/g, ''))),
  'ignores-trailing-bytes': (pairs) =>
    pairs.map((pair) => (isCertificate(pair) ? { ...pair, value: Buffer.from(base64(firstDer(pair.value))) } : pair)),
};

/** The answer as a device with these quirks has read it: another body, which a strict reader then reads. */
export function readCarelessly(operation: Operation, body: Uint8Array, quirks: ReadonlySet<string>): Uint8Array {
  if (quirks.size === 0) return body;
  const reading = Object.entries(readers).filter(([id]) => quirks.has(id));
  if (reading.length === 0) return body;
  const written = quirks.has('plus-read-as-space')
    ? inText(Buffer.from(body), (text) => text.replaceAll('+', '%20'))
    : body;
  let pairs: readonly ReadPair[] = decodePairs(written).map(({ name, value }) => ({ name, value: Buffer.from(value) }));
  for (const [, reader] of reading) pairs = reader(pairs, operation);
  return encodePairs(pairs.map(({ name, value }) => [name, value] as const));
}

function isCertificate({ name }: ReadPair): boolean {
  return name === 'cert' || name === 'certificate' || name === 'cacert';
}

function eachValue(pairs: readonly ReadPair[], change: (value: Buffer) => Buffer): ReadPair[] {
  return pairs.map(({ name, value }) => ({ name, value: change(value) }));
}

function inText(value: Buffer, change: (text: string) => string): Buffer {
  return Buffer.from(change(value.toString('latin1')), 'latin1');
}

/** A synonym counts as the name that it stands for (WO 01/47232, Table 1). */
function firstOfEach(pairs: readonly ReadPair[]): ReadPair[] {
  const seen = new Set<string>();
  return pairs.filter(({ name }) => {
    const variable = name === 'cacert' ? 'certificate' : name;
    return !seen.has(variable) && seen.add(variable);
  });
}

/** The first DER value of base64, by the length that it states (X.690 §8.1.3). */
function firstDer(value: Buffer): Buffer {
  const der = Buffer.from(value.toString('latin1'), 'base64');
  const first = der[1] ?? 0;
  if (first < 0x80) return der.subarray(0, 2 + first);
  const digits = Math.min(first & 0x7f, 4);
  return digits === 0 || der.length < 2 + digits ? der : der.subarray(0, 2 + digits + der.readUIntBE(2, digits));
}

function base64(der: Uint8Array): string {
  return Buffer.from(der).toString('base64');
}
