import type { EnrollmentMessage } from '#protocol/messages/requests.ts';
import { type Certificate, parseCertificate } from '#protocol/pki/certificate.ts';
import { describeStatus, type RefusalStatus } from '#protocol/status.ts';
import { describeOutcome, type Reply, type SendOptions, type ServerBench } from './server-bench.ts';

/** Expects a refusal with this status, in HTTP 200 unless told otherwise, and no certificate. */
export function expectRefusal(
  bench: ServerBench,
  reply: Reply,
  status: RefusalStatus | readonly RefusalStatus[],
  what: string,
  httpStatus: number | readonly number[] = 200,
): void {
  const statuses = [status].flat();
  const httpStatuses = [httpStatus].flat();
  const { answer, http, problem } = reply;
  const seen = answer ? describeAnswer(reply) : `HTTP ${http.status}, no answer of the protocol: ${problem}`;
  const expected = `${what} is refused with ${statuses.map(describeStatus).join(' or ')} in HTTP ${httpStatuses.join(' or ')}`;
  const holds =
    answer?.kind === 'refused' && statuses.some((one) => one === answer.status) && httpStatuses.includes(http.status);
  bench.judge.require(holds, expected, seen);
}

/** Expects a certificate, and gives it. */
export function expectIssued(bench: ServerBench, reply: Reply, what: string): Certificate {
  const { answer } = reply;
  if (answer?.kind !== 'issued')
    return bench.judge.violation(`Expected: ${what} is answered with a certificate. Seen: ${describeAnswer(reply)}.`);
  bench.judge.proved(`${what}: ${describeAnswer(reply)}`);
  return parseCertificate(answer.certificate);
}

export function expectPending(bench: ServerBench, reply: Reply, what: string): void {
  bench.judge.require(reply.answer?.kind === 'pending', `${what} is answered with pending`, describeAnswer(reply));
}

export function describeAnswer({ answer, http, problem }: Reply): string {
  const start = `HTTP ${http.status}`;
  if (!answer) return `${start}, ${problem}`;
  if (answer.kind === 'refused') return `${start}, status ${describeStatus(answer.status)}`;
  return `${start}, ${answer.kind}`;
}

/** One bad request, refused; and honest enrollments before and after it, on the same server. */
export async function refusesRequest(
  bench: ServerBench,
  message: EnrollmentMessage,
  status: RefusalStatus | readonly RefusalStatus[],
  what: string,
  options: SendOptions = {},
  httpStatus = 200,
): Promise<void> {
  await bench.control();
  expectRefusal(bench, await bench.send(message, options), status, what, httpStatus);
  await leavesNothing(bench, message);
  await honestAfterwards(bench);
}

/** "A refused request … leaves no request behind": the same parameters in a retrieve find nothing. */
async function leavesNothing(bench: ServerBench, message: EnrollmentMessage): Promise<void> {
  const reply = await bench.send({ ...message, operation: 'retrieve' });
  bench.judge.require(
    reply.answer?.kind === 'refused',
    'the refused request left nothing to retrieve',
    describeAnswer(reply),
  );
}

/** An honest enrollment right after a refusal succeeds. */
export async function honestAfterwards(bench: ServerBench): Promise<void> {
  bench.recorder.did('Control: an honest device enrolls after the refusal.');
  const outcome = await bench.enroll();
  bench.judge.require(
    outcome.kind === 'enrolled',
    'an honest enrollment right after succeeds',
    describeOutcome(outcome),
  );
}
