import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { messageOf } from '#protocol/errors.ts';
import { Deadline } from './deadline.ts';
import type { HttpReply, PostOptions } from './http-post.ts';
import { Ended, refuseServer, Unanswered } from './outcome.ts';
import type { Persona, QuirkId } from './persona.ts';

const readerQuirks: readonly QuirkId[] = [
  'takes-cut-answer',
  'half-stored-certificate',
  'reads-past-length',
  'takes-last-answer',
  'no-time-out',
  'unbounded-body',
  'case-sensitive-headers',
  'knows-no-chunks',
  'impatient',
];

const maximumAnswerBytes = 64 * 1024;
const impatientMs = 150;

/** Decision point: does this device read HTTP by hand, and badly? */
export function postsCarelessly({ quirks }: Persona): boolean {
  return readerQuirks.some((quirk) => quirks.has(quirk));
}

/** One POST on one connection, read by a hand-written reader with the faults of the persona. @throws Ended */
export async function postCarelessly(options: PostOptions, { quirks }: Persona): Promise<HttpReply> {
  const { url, dial, contentType, body, timeoutSeconds } = options;
  const patienceMs = quirks.has('impatient') ? impatientMs : Math.ceil(timeoutSeconds * 1000);
  const deadline = new Deadline(quirks.has('no-time-out') ? Number.POSITIVE_INFINITY : timeoutSeconds);
  const socket = await dial(deadline).finally(() => deadline.clear());
  const head = [
    `POST ${url.pathname}${url.search} HTTP/1.1`,
    `host: ${url.host}`,
    'connection: close',
    `content-type: ${contentType}`,
    `content-length: ${body.length}`,
  ];
  socket.write(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]));
  const timer = quirks.has('no-time-out') ? undefined : setTimeout(() => socket.destroy(), patienceMs);
  try {
    return parse(await readAll(socket, quirks), quirks);
  } catch (error) {
    if (error instanceof Ended) throw error;
    throw new Unanswered(`no whole answer from ${url.host}: ${messageOf(error)}`, { mayRetry: true });
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

async function readAll(socket: Socket, quirks: ReadonlySet<QuirkId>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of Readable.from(socket) as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > maximumAnswerBytes && !quirks.has('unbounded-body'))
        throw refuseServer('answer.size', `the answer is longer than ${maximumAnswerBytes} bytes`);
      if (bytes < maximumAnswerBytes && isWhole(Buffer.concat(chunks), quirks)) break;
    }
  } catch (error) {
    if (error instanceof Ended || chunks.length === 0) throw error;
  }
  if (!socket.destroyed && socket.readableEnded) await once(socket, 'close').catch(() => {});
  return Buffer.concat(chunks);
}

function isWhole(bytes: Buffer, quirks: ReadonlySet<QuirkId>): boolean {
  if (quirks.has('reads-past-length') || quirks.has('takes-last-answer')) return false;
  const { length, body } = split(bytes, quirks);
  return length !== undefined && body.length >= length;
}

/** Status, stated length and body of what came; `Infinity` while the head is not complete. */
function split(bytes: Buffer, quirks: ReadonlySet<QuirkId>) {
  const end = bytes.indexOf('\r\n\r\n');
  const head = bytes.toString('latin1', 0, Math.max(end, 0));
  const stated = (quirks.has('case-sensitive-headers') ? /^content-length: (\d+)/m : /^content-length: *(\d+)/im).exec(
    head,
  )?.[1];
  const none = quirks.has('case-sensitive-headers') ? 0 : undefined;
  return {
    status: Number(/^HTTP\/1\.\d (\d{3})/.exec(head)?.[1] ?? 0),
    length: end < 0 ? Number.POSITIVE_INFINITY : stated === undefined ? none : Number(stated),
    body: end < 0 ? Buffer.alloc(0) : bytes.subarray(end + 4),
  };
}

function parse(all: Buffer, quirks: ReadonlySet<QuirkId>): HttpReply {
  const last = quirks.has('takes-last-answer') ? all.lastIndexOf('HTTP/1.1 ') : 0;
  const { status, length, body } = split(all.subarray(Math.max(last, 0)), quirks);
  const takesCut = quirks.has('takes-cut-answer') || quirks.has('half-stored-certificate');
  if (status === 0 || (length !== undefined && body.length < length && !takesCut)) {
    throw new Unanswered('the answer broke off', { mayRetry: true });
  }
  const whole = quirks.has('reads-past-length') || length === undefined ? body : body.subarray(0, length);
  const reply = { status, body: whole, retryAfterSeconds: undefined };
  return quirks.has('half-stored-certificate') ? { ...reply, body: completed(whole) } : reply;
}

/** Base64 that broke off, cut to whole groups, so that what is left of the certificate can be stored. */
function completed(body: Buffer): Buffer {
  const text = body.toString('latin1').replace(/\r\n[0-9a-f]*\r\n|^[0-9a-f]+\r\n/g, '');
  const value = /cert=([A-Za-z0-9+/]*)$/.exec(text)?.[1];
  return Buffer.from(value === undefined ? text : text.slice(0, text.length - (value.length % 4)), 'latin1');
}
