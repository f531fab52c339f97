import type { HttpAnswer } from '#protocol/http.ts';
import type { AnswerContext, TransportFault } from './answer-fault.ts';
import { scripted, type WireScript } from './wire-script.ts';

const lineEnd = '\r\n';

function headOf(headers: HttpAnswer['headers']): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}${lineEnd}`);
  return `HTTP/1.1 200 OK${lineEnd}${lines.join('')}${lineEnd}`;
}

interface Written {
  /** What stands in the head, beside the content type. */
  readonly headers: HttpAnswer['headers'];
  /** What people are shown of the body. */
  readonly shown: string;
  readonly steps: WireScript['steps'];
  readonly end: WireScript['end'];
}

/** An answer with a head of its own, and then whatever the script says. */
export function written(
  id: string,
  explanation: string,
  write: (body: string, context: AnswerContext) => Written,
  more: Pick<TransportFault, 'allowed'> & Partial<Pick<TransportFault, 'operation'>> = {},
): TransportFault {
  return {
    id,
    explanation,
    operation: 'enrollment',
    transport: true,
    ...more,
    answer: (context) => {
      const wanted = write(Buffer.from(context.honest.body).toString('latin1'), context);
      const headers = { 'content-type': 'text/plain', ...wanted.headers };
      const shown = { headers, body: Buffer.from(wanted.shown, 'latin1') };
      return scripted(shown, { steps: [{ write: headOf(headers) }, ...wanted.steps], end: wanted.end });
    },
  };
}

/** A body that states this length, and what comes of it. */
function stated(length: number, body: string, end: WireScript['end']): Written {
  return { headers: { 'content-length': String(length) }, shown: body, steps: [{ write: body }], end };
}

/** A body in chunks of these sizes, the last of them all that is left (RFC 9112 §7.1). Without the last-chunk it is not whole. */
export function chunks(body: string, sizes: readonly number[]): string {
  let rest = body;
  const pieces: string[] = [];
  for (const size of [...sizes, body.length]) {
    const piece = rest.slice(0, size);
    rest = rest.slice(size);
    if (piece) pieces.push(`${piece.length.toString(16)}${lineEnd}${piece}${lineEnd}`);
  }
  return pieces.join('');
}

/** Into the middle of the certificate. */
const cut = (body: string): string => body.slice(0, Math.ceil(body.length * 0.6));

const fillerBytes = 64 * 1024;
/** More than any two kernels keep for a connection: whoever lets all of it come has read most of it. */
export const hugeBytes = 32 * 1024 * 1024;

/** A good answer, and 32 MiB of a variable that nobody knows. */
function huge(body: string): Written {
  const start = `${body}&note=`;
  const steps = [{ write: start }, { write: 'a'.repeat(fillerBytes), times: hugeBytes / fillerBytes }];
  const headers = { 'content-length': String(start.length + hugeBytes) };
  return { headers, shown: `${start}aaa…`, steps, end: 'close' };
}

/** Ways in which the bytes of an answer do not make a whole one, or make more than one. */
export const deliveryFaults = {
  lengthTooLong: written(
    'length-too-long',
    'The whole answer comes, but Content-Length says that there is more of it, and the connection ends.',
    (body) => stated(body.length + 100, body, 'close'),
  ),
  cutInCertificate: written('cut-in-certificate', 'The connection ends in the middle of the certificate.', (body) =>
    stated(body.length, cut(body), 'close'),
  ),
  resetInCertificate: written(
    'reset-in-certificate',
    'The connection is reset in the middle of the certificate.',
    (body) => stated(body.length, cut(body), 'reset'),
  ),
  lastChunkMissing: written(
    'last-chunk-missing',
    'The answer comes in chunks, and the connection ends before the last of them.',
    (body) => {
      const text = chunks(body, [100]);
      return { headers: { 'transfer-encoding': 'chunked' }, shown: text, steps: [{ write: text }], end: 'close' };
    },
  ),
  lengthTooShort: written(
    'length-too-short',
    'Content-Length ends in the middle of the certificate, and the rest of it comes nevertheless.',
    (body) => stated(cut(body).length, body, 'close'),
  ),
  twoAnswers: written(
    'two-answers',
    'Two answers come to one message: pending, and then one that would enroll.',
    (body) => {
      const first = 'status=1';
      const headers = { 'content-length': String(first.length) };
      const second = headOf({ 'content-type': 'text/plain', 'content-length': String(body.length) });
      return { headers, shown: first, steps: [{ write: `${first}${second}${body}` }], end: 'close' };
    },
  ),
  huge: written('huge-answer', 'An answer that would enroll is followed by 32 MiB of a variable unknown.', huge),
  hugeAuthority: written(
    'huge-ca-answer',
    'The right CA certificate is followed by 32 MiB of a variable unknown.',
    huge,
    { operation: 'getcacert' },
  ),
  trickle: written('trickle', 'The answer comes a byte at a time, and does not end.', (_body, { patienceSeconds }) => {
    const everyMs = 50;
    const start = 'status=1&note=';
    const drops = { write: 'x', times: Math.ceil((patienceSeconds * 1000) / everyMs), everyMs };
    return { headers: { 'content-length': '1000000' }, shown: start, steps: [{ write: start }, drops], end: 'close' };
  }),
} as const satisfies Record<string, TransportFault>;
