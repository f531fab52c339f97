import { messageOf } from '#protocol/errors.ts';
import type { HttpAnswer } from '#protocol/http.ts';
import { type Answer, decodeAnswer } from '#protocol/messages/answers.ts';
import type { Operation } from '#protocol/messages/requests.ts';
import { describeStatus } from '#protocol/status.ts';
import type { Outcome } from '#simulators/gateway/outcome.ts';

/** One answer of the server under test: as it came, and as the strict reader takes it. */
export interface Reply {
  readonly http: HttpAnswer;
  readonly text: string;
  /** Undefined when the body is no answer of the protocol; `problem` then says why. */
  readonly answer: Answer | undefined;
  readonly problem: string | undefined;
}

export function readReply(http: HttpAnswer, operation: Operation): Reply {
  const text = Buffer.from(http.body).toString('latin1');
  try {
    return { http, text, answer: decodeAnswer(operation, http.body), problem: undefined };
  } catch (thrown) {
    return { http, text, answer: undefined, problem: messageOf(thrown) };
  }
}

export function describeAnswer({ answer, http, problem }: Reply): string {
  const start = `HTTP ${http.status}`;
  if (!answer) return `${start}, ${problem}`;
  if (answer.kind === 'refused') return `${start}, status ${describeStatus(answer.status)}`;
  return `${start}, ${answer.kind}`;
}

export function describeOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'enrolled':
      return 'enrolled';
    case 'pending':
      return 'pending';
    case 'refused-server':
      return `the device refused the server: ${outcome.check}: ${outcome.reason}`;
    case 'refused-by-server':
      return `refused with status ${describeStatus(outcome.status)} ${outcome.error}`;
    case 'unreachable':
      return `no answer: ${outcome.reason}`;
  }
}

/** Longer waits than this are no limit that a bench can honour. */
const mostSeconds = 60;

/** How long the server asks to wait before the same again (HTTP 429 with Retry-After); undefined: it does not. */
export function askedToWait({ status, headers }: HttpAnswer): number | undefined {
  const seconds = Number(headers['retry-after'] ?? '');
  return status === 429 && seconds > 0 && seconds <= mostSeconds ? seconds : undefined;
}
