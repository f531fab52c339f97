import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AnswerReader, type RawAnswer } from './answer-reader.ts';
import { Ended } from './outcome.ts';

/** What becomes of these bytes, cut into pieces of that length, after which the connection ends. */
function read(text: string, cut = Number.POSITIVE_INFINITY): RawAnswer | string {
  const bytes = Buffer.from(text, 'latin1');
  const reader = new AnswerReader('ch.example.com');
  try {
    for (let at = 0; at < bytes.length; at += cut) {
      const answer = reader.push(bytes.subarray(at, Math.min(bytes.length, at + cut)));
      // Whatever follows would come later.
      if (answer) return answer;
    }
    return reader.end() ?? 'cut off';
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
    const { outcome } = error;
    return outcome.kind === 'refused-server' ? outcome.check : outcome.kind;
  }
}

const ok = 'HTTP/1.1 200 OK\r\n';
const chunked = `${ok}transfer-encoding: chunked\r\n\r\n`;

/** The body that is read, or how it ends. */
const answers: readonly [what: string, bytes: string, read: string][] = [
  ['a length', `${ok}content-length: 8\r\n\r\nstatus=1`, 'body status=1'],
  ['a length in capitals, with blanks', `${ok}CONTENT-LENGTH: \t8 \r\n\r\nstatus=1`, 'body status=1'],
  ['no reason phrase', 'HTTP/1.1 200\r\ncontent-length: 8\r\n\r\nstatus=1', 'body status=1'],
  ['HTTP/1.0, read to its end', 'HTTP/1.0 200 OK\r\n\r\nstatus=1', 'body status=1'],
  ['no length, read to its end', `${ok}\r\nstatus=1`, 'body status=1'],
  ['a line that goes on in the next', `${ok}content-length:\r\n 8\r\n\r\nstatus=1`, 'body status=1'],
  [
    'an interim answer before it',
    `HTTP/1.1 100 Continue\r\n\r\n${ok}content-length: 8\r\n\r\nstatus=1`,
    'body status=1',
  ],
  ['chunks', `${chunked}3\r\nsta\r\n5;x=y\r\ntus=1\r\n0\r\n\r\n`, 'body status=1'],
  ['chunks with fields after them', `${chunked}8\r\nstatus=1\r\n0\r\nx: y\r\n\r\n`, 'body status=1'],
  ['status 204, which has no body', 'HTTP/1.1 204 No Content\r\n\r\n', 'body '],
  ['a body cut short', `${ok}content-length: 9\r\n\r\nstatus=1`, 'cut off'],
  ['chunks without the last', `${chunked}8\r\nstatus=1\r\n`, 'cut off'],
  ['a head cut short', `${ok}content-length: 8\r\n`, 'cut off'],
  ['nothing', '', 'cut off'],
  ['another protocol', '220 mail.example.com ESMTP\r\n', 'answer'],
  ['HTTP/2', 'HTTP/2 200\r\n\r\n', 'answer'],
  ['line feeds alone', 'HTTP/1.1 200 OK\ncontent-length: 8\n\nstatus=1', 'answer'],
  ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n', 'answer'],
  ['a blank before a colon', `${ok}content-length : 8\r\n\r\nstatus=1`, 'answer'],
  ['a line without a colon', `${ok}content-length\r\n\r\n`, 'answer'],
  ['a NUL in a header', `${ok}x: a\0b\r\n\r\n`, 'answer'],
  ['two lengths', `${ok}content-length: 8\r\ncontent-length: 8\r\n\r\nstatus=1`, 'answer'],
  ['a length with a sign', `${ok}content-length: +8\r\n\r\nstatus=1`, 'answer'],
  ['a length and chunks', `${ok}content-length: 8\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`, 'answer'],
  ['another coding', `${ok}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`, 'answer'],
  ['a chunk size that is none', `${chunked}zz\r\n`, 'answer'],
  ['a chunk size beyond all', `${chunked}${'f'.repeat(20)}\r\n`, 'answer'],
  ['a chunk longer than it says', `${chunked}3\r\nstatus=1\r\n0\r\n\r\n`, 'answer'],
  ['another protocol from now on', 'HTTP/1.1 101 Switching Protocols\r\n\r\n', 'unreachable'],
  ['a head without end', `${ok}${'x: y\r\n'.repeat(4000)}`, 'answer.size'],
  ['a body too long', `${ok}\r\n${'x'.repeat(70_000)}`, 'answer.size'],
  ['chunks too long', `${chunked}${`1000\r\n${'x'.repeat(4096)}\r\n`.repeat(20)}`, 'answer.size'],
];

for (const [what, bytes, expected] of answers) {
  test(`${what}: the same whole and a byte at a time`, () => {
    for (const cut of [Number.POSITIVE_INFINITY, bytes.length > 10_000 ? 1000 : 1]) {
      const seen = read(bytes, cut);
      assert.equal(typeof seen === 'string' ? seen : `body ${seen.body.toString('latin1')}`, expected);
    }
  });
}

test('however the bytes of an answer are cut, it is read as the same', () => {
  const seed = Number(process.env.MUSTER_SEED ?? Date.now() % 2 ** 31);
  const body = fc.uint8Array({ maxLength: 300 });
  fc.assert(
    fc.property(body, fc.integer({ min: 1, max: 50 }), fc.boolean(), (bytes, cut, inChunks) => {
      const text = Buffer.from(bytes).toString('latin1');
      const pieces = text.match(/[\s\S]{1,37}/g) ?? [];
      const wire = inChunks
        ? `${chunked}${pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`).join('')}0\r\n\r\n`
        : `${ok}content-length: ${text.length}\r\n\r\n${text}`;
      const seen = read(wire, cut);
      assert.ok(typeof seen !== 'string');
      assert.deepEqual(new Uint8Array(seen.body), bytes);
    }),
    { seed, numRuns: 100 },
  );
});

test('a connection may go on when nothing follows the answer and neither side closes it', () => {
  const goesOn = (text: string): boolean | string => {
    const seen = read(text);
    return typeof seen === 'string' ? seen : seen.mayGoOn;
  };
  assert.equal(goesOn(`${ok}content-length: 8\r\n\r\nstatus=1`), true);
  assert.equal(goesOn(`${chunked}8\r\nstatus=1\r\n0\r\n\r\n`), true);
  assert.equal(goesOn(`${ok}content-length: 8\r\n\r\nstatus=1HTTP/1.1 200 OK`), false);
  assert.equal(goesOn(`${ok}connection: Close\r\ncontent-length: 8\r\n\r\nstatus=1`), false);
  assert.equal(goesOn('HTTP/1.0 200 OK\r\ncontent-length: 8\r\n\r\nstatus=1'), false);
  assert.equal(goesOn(`${ok}\r\nstatus=1`), false);
});
