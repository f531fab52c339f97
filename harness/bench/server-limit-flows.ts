import type { HttpAnswer } from '#protocol/http.ts';
import { type EnrollmentMessage, encodeRequest } from '#protocol/messages/requests.ts';
import type { ServerBench } from './server-bench.ts';
import { describeAnswer, type Reply } from './server-reply.ts';

/** The message so many times over ten connections, each changed as `of` says, as fast as they are answered. */
export async function manyTimes(
  bench: ServerBench,
  message: EnrollmentMessage,
  count: number,
  of: (message: EnrollmentMessage, number: number) => EnrollmentMessage = (same) => same,
): Promise<readonly HttpAnswer[]> {
  bench.recorder.did(`A gateway sends ${count} messages “${message.operation}” over ten connections.`);
  const answers: HttpAnswer[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      while (next < count) answers.push((await bench.probe(encodeRequest(of(message, next++)))).http);
    }),
  );
  return answers;
}

/** How many of these bear this HTTP status. */
export function countOf(answers: readonly HttpAnswer[], status: number): number {
  return answers.filter((answer) => answer.status === status).length;
}

/** Expects HTTP 429 with a time to wait and status 12, and gives the time in seconds. */
export function expectLimited({ judge }: ServerBench, reply: Reply, what: string): number {
  const { http, answer } = reply;
  const retryAfter = http.headers['retry-after'] ?? '';
  const seen = `${describeAnswer(reply)}, Retry-After: ${retryAfter || 'absent'}`;
  const limited = http.status === 429 && /^[1-9]\d*$/.test(retryAfter);
  judge.require(limited, `${what} is answered 429 with Retry-After`, seen);
  judge.require(answer?.kind === 'refused' && answer.status === 12, `${what} is answered with status 12`, seen);
  return Number(retryAfter);
}

const mostRounds = 10;

/**
 * How long the fastest answers to two messages took, in milliseconds. They are sent in turn, until their times are alike or
 * enough was tried: load slows both, and speeds up neither.
 */
export async function fastest(
  bench: ServerBench,
  one: EnrollmentMessage,
  other: EnrollmentMessage,
  alike: (one: number, other: number) => boolean,
): Promise<readonly [number, number]> {
  const timed = async (message: EnrollmentMessage): Promise<number> => {
    const began = performance.now();
    await bench.send(message, { impatient: true });
    return performance.now() - began;
  };
  let [ofOne, ofOther] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < mostRounds && !(round > 1 && alike(ofOne, ofOther)); round++) {
    ofOne = Math.min(ofOne, await timed(one));
    ofOther = Math.min(ofOther, await timed(other));
  }
  return [ofOne, ofOther];
}
