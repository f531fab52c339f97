import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpAnswer } from '#protocol/http.ts';
import type { TransportFault } from './answer-fault.ts';
import { chunks, written } from './delivery-faults.ts';

/** An answer that the protocol allows, in the place of the honest one. */
export function carried(
  id: string,
  explanation: string,
  answer: (honest: HttpAnswer) => HttpAnswer | Promise<HttpAnswer>,
): TransportFault {
  return {
    id,
    explanation,
    operation: 'enrollment',
    transport: true,
    allowed: true,
    answer: ({ honest }) => answer(honest),
  };
}

function renamed(headers: HttpAnswer['headers'], rename: (name: string) => string): HttpAnswer['headers'] {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [rename(name), value]));
}

const lateMs = 500;

/** The honest answer, carried in other ways that HTTP/1.1 allows. */
export const carriageForms = {
  capitals: carried('capital-header-names', 'The names of the headers are in capital letters.', (honest) => ({
    ...honest,
    headers: renamed(honest.headers, (name) => name.toUpperCase()),
  })),
  mixedCase: carried('mixed-header-names', 'The names of the headers begin with capital letters.', (honest) => ({
    ...honest,
    headers: renamed(honest.headers, (name) => name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase())),
  })),
  close: carried('connection-close', 'The answer says Connection: close, and the connection ends.', (honest) => ({
    ...honest,
    headers: { ...honest.headers, connection: 'close' },
  })),
  chunked: written(
    'chunked',
    'The answer comes in four chunks.',
    (body) => {
      const text = `${chunks(body, [1, 9, 100])}0\r\n\r\n`;
      return { headers: { 'transfer-encoding': 'chunked' }, shown: text, steps: [{ write: text }], end: 'close' };
    },
    { allowed: true },
  ),
  late: carried('late', 'The answer comes half a second after its request.', async (honest) => {
    await sleep(lateMs);
    return honest;
  }),
} as const satisfies Record<string, TransportFault>;
