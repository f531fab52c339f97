import type { HttpAnswer } from '#protocol/http.ts';
import type { TransportFault } from './answer-fault.ts';
import { carried } from './carriage-forms.ts';

type Turn =
  | 'pending'
  | 'pending, Retry-After'
  | 'pending, Retry-After as a date'
  | 'HTTP 503, Retry-After'
  | 'HTTP 429, Retry-After'
  | 'rejected'
  | 'honest';

/** The least that Retry-After can say (RFC 9110 §10.2.3), so that a case waits no longer than it must. */
export const retryAfterSeconds = 1;

function answerOf(status: number, body: string, headers: HttpAnswer['headers'] = {}): HttpAnswer {
  const framing = { 'content-type': 'text/plain', 'content-length': String(body.length) };
  return { status, headers: { ...framing, ...headers }, body: Buffer.from(body, 'latin1') };
}

const later = { 'retry-after': String(retryAfterSeconds) };

/** The first whole second that is no sooner than this: an HTTP date has no fraction. */
function dateAfter(seconds: number): string {
  return new Date(Math.ceil(Date.now() / 1000 + seconds) * 1000).toUTCString();
}

const turns: Readonly<Record<Turn, (honest: HttpAnswer) => HttpAnswer>> = {
  pending: () => answerOf(200, 'status=1'),
  'pending, Retry-After': () => answerOf(200, 'status=1', later),
  'pending, Retry-After as a date': () => answerOf(200, 'status=1', { 'retry-after': dateAfter(retryAfterSeconds) }),
  'HTTP 503, Retry-After': () => answerOf(503, '', later),
  'HTTP 429, Retry-After': () => answerOf(429, '', later),
  rejected: () => answerOf(200, 'status=8'),
  honest: (honest) => honest,
};

interface Waiting {
  readonly id: string;
  readonly explanation: string;
  /** What request and retrieve are answered, one after the other; the last of them for ever. */
  readonly turns: readonly Turn[];
}

/** Answers of one enrollment after which a device waits. Each is allowed: only what the device does with them may be wrong. */
export const waitingForms = {
  withoutEnd: {
    id: 'pending-without-end',
    explanation: 'The request stays pending, whoever asks.',
    turns: ['pending'],
  },
  until: (polls: number) => ({
    id: 'pending-too-long',
    explanation: `The request is pending; it is rejected after ${polls} polls, to come to an end.`,
    turns: [...Array<Turn>(polls + 1).fill('pending'), 'rejected'],
  }),
  issuedLater: {
    id: 'issued-later',
    explanation: 'The request is pending, at two polls too, and then issued.',
    turns: ['pending', 'pending', 'pending', 'honest'],
  },
  pendingForNow: {
    id: 'pending-retry-after',
    explanation: `The request is pending, and Retry-After is ${retryAfterSeconds}; then it is issued.`,
    turns: ['pending, Retry-After', 'honest'],
  },
  pendingUntil: {
    id: 'pending-retry-date',
    explanation: `The request is pending, and Retry-After is a date, ${retryAfterSeconds} to ${retryAfterSeconds + 1} seconds ahead; then it is issued.`,
    turns: ['pending, Retry-After as a date', 'honest'],
  },
  unavailableForNow: {
    id: 'unavailable-retry-after',
    explanation: `The request gets HTTP 503 and Retry-After: ${retryAfterSeconds}; then it is issued.`,
    turns: ['HTTP 503, Retry-After', 'honest'],
  },
  tooManyForNow: {
    id: 'too-many-retry-after',
    explanation: `The request is pending, a poll gets HTTP 429 and Retry-After: ${retryAfterSeconds}; then it is issued.`,
    turns: ['pending', 'HTTP 429, Retry-After', 'honest'],
  },
} as const satisfies Record<string, Waiting | ((polls: number) => Waiting)>;

/** The form as one enrollment meets it, from its first turn. */
export function beginning({ id, explanation, turns: order }: Waiting): TransportFault {
  let next = 0;
  return carried(id, explanation, (honest) => turns[order[next++] ?? order.at(-1) ?? 'honest'](honest));
}
