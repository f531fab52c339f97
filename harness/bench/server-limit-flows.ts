import type { HttpAnswer } from '#protocol/http.ts';
import { type EnrollmentMessage, encodeRequest } from '#protocol/messages/requests.ts';
import type { ServerBench } from './server-bench.ts';
import { describeAnswer, type Reply } from './server-reply.ts';
import { compareTimes } from './time-comparison.ts';

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

/** As many as the limit of wrong passwords lets through. */
const mostPairs = 18;
const fewestPairs = 8;

/**
 * Two messages are sent in turn, until a difference in time that matters would be seen. Such is one of half the time, or of
 * five milliseconds: work that is left out shows in factors. Where the bench is too noisy for that, the fastest answers must
 * be alike; else nothing is proved.
 */
export async function expectAlikeInTime(
  bench: ServerBench,
  one: EnrollmentMessage,
  other: EnrollmentMessage,
): Promise<void> {
  const timed = async (message: EnrollmentMessage): Promise<number> => {
    const began = performance.now();
    await bench.send(message, { impatient: true });
    return performance.now() - began;
  };
  const pairs: (readonly [number, number])[] = [];
  let compared = compareTimes(pairs);
  const matters = (): number => Math.max(5, Math.max(...compared.fastestMs) / 2);
  while (pairs.length < mostPairs && !(pairs.length >= fewestPairs && compared.detectableMs < matters())) {
    pairs.push([await timed(one), await timed(other)]);
    compared = compareTimes(pairs);
  }
  const { differenceMs, detectableMs, medianMs, fastestMs, isSignificant } = compared;
  const [ofOne, ofOther] = medianMs.map((ms) => `${ms.toFixed(1)} ms`);
  const power = `${pairs.length} pairs: ${ofOne} and ${ofOther}; a difference of ${detectableMs.toFixed(1)} ms would be seen with 95 %`;
  if (isSignificant && Math.abs(differenceMs) > matters()) {
    bench.judge.violation(`The answers differ in time by ${differenceMs.toFixed(1)} ms (${power}).`);
  }
  const [first, second] = fastestMs;
  const fastest = `the fastest took ${first.toFixed(1)} and ${second.toFixed(1)} ms`;
  if (detectableMs > matters() && Math.abs(first - second) > matters()) {
    bench.judge.unverified(`The times are too noisy to tell them apart: ${power}; ${fastest}.`);
  }
  bench.judge.proved(`the answers take as long as one another: ${power}; ${fastest}`);
}
