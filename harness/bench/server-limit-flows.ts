import type { HttpAnswer } from '#protocol/http.ts';
import { type EnrollmentMessage, encodeRequest } from '#protocol/messages/requests.ts';
import { converse } from '#simulators/hostile/raw-conversation.ts';
import type { ServerBench } from './server-bench.ts';
import { postHead } from './server-http-flows.ts';
import { describeAnswer, type Reply } from './server-reply.ts';
import { compareTimes } from './time-comparison.ts';

/** For all of what was sent in step to be answered. */
const mostSeconds = 30;

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
      while (next < count) answers.push((await bench.wire.probe(encodeRequest(of(message, next++)))).http);
    }),
  );
  return answers;
}

/** Messages that one connection carries of those that are sent in step. */
const messagesOfConnection = 10;

/** Every message is on its way before any answer was read. @returns the answers that came, as they stood on the wire */
export async function inStep(bench: ServerBench, messages: readonly EnrollmentMessage[]): Promise<readonly string[]> {
  const connections = Math.ceil(messages.length / messagesOfConnection);
  bench.recorder.did(`${messages.length} devices send their request at once, over ${connections} connections.`);
  const conversations = Array.from({ length: connections }, (_, number) => {
    const share = messages.slice(number * messagesOfConnection, (number + 1) * messagesOfConnection);
    const bytes = share.map(encodeRequest).flatMap((body) => [Buffer.from(postHead(body.length)), body]);
    const answersIn = (received: string): number => received.match(/status=\d+/g)?.length ?? 0;
    return converse({
      url: bench.deployment.tlsUrl,
      profile: bench.profile,
      talk: (socket) => void socket.write(Buffer.concat(bytes)),
      until: (received) => answersIn(received) === share.length,
      patienceSeconds: mostSeconds,
    });
  });
  return (await Promise.all(conversations)).flatMap(({ received }) => received.split(/(?=HTTP\/1\.1 )/));
}

/** Each is due an answer: pending, or a time to come again. */
export function expectAllAnswered({ judge }: ServerBench, answers: readonly string[], count: number): void {
  const pending = answers.filter((answer) => /^HTTP\/1\.1 200 [\s\S]*\r\n\r\nstatus=1$/.test(answer)).length;
  const later = answers.filter((answer) => /^HTTP\/1\.1 429 [\s\S]*\r\nretry-after: [1-9]\d*\r\n/i.test(answer)).length;
  const seen = `${pending} pending, ${later} told when to come again, ${count - pending - later} neither`;
  judge.require(pending + later === count, `each of ${count} devices is answered, or told when to come again`, seen);
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
