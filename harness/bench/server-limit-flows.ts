import type { HttpAnswer } from '#protocol/http.ts';
import { type EnrollmentMessage, encodeRequest } from '#protocol/messages/requests.ts';
import type { Reply, ServerBench } from './server-bench.ts';
import { describeAnswer } from './server-flows.ts';

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

/** How long the fastest answer to each message took, in milliseconds; they are sent in turn. */
export async function fastest(
  bench: ServerBench,
  messages: readonly EnrollmentMessage[],
  rounds: number,
): Promise<number[]> {
  const durations = messages.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round++) {
    for (const [index, message] of messages.entries()) {
      const began = performance.now();
      await bench.send(message);
      durations[index] = Math.min(durations[index] ?? 0, performance.now() - began);
    }
  }
  return durations;
}
