import { type EnrollmentMessage, encodeRequest } from '#protocol/messages/requests.ts';
import { type Certificate, parseCertificate } from '#protocol/pki/certificate.ts';
import { describeStatus, type RefusalStatus } from '#protocol/status.ts';
import { encodePairs } from '#protocol/wire.ts';
import type { BodyFault } from '#simulators/hostile/body-fault.ts';
import type { Pkcs10Fault } from '#simulators/hostile/pkcs10-forge.ts';
import { requestFields } from '../evidence/message-view.ts';
import type { ServerBench } from './server-bench.ts';
import { describeAnswer, describeOutcome, type Reply } from './server-reply.ts';
import { faultyRequest } from './server-requests.ts';
import type { SendOptions } from './server-wire.ts';

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
  bench.recorder.stimulus(`A gateway sends a request with one fault: ${what}.`);
  expectRefusal(bench, await bench.send(message, options), status, what, httpStatus);
  await leavesNothing(bench, message);
  await honestAfterwards(bench);
}

/** A PKCS#10 with one fault, refused, on a server of its own. */
export async function refusesFault(
  bench: ServerBench,
  fault: Pkcs10Fault,
  status: RefusalStatus | readonly RefusalStatus[],
): Promise<void> {
  await bench.deploy();
  await refusesRequest(bench, await faultyRequest(bench, fault), status, `“${fault.id}”`);
}

/** "A refused request … leaves no request behind": the same parameters in a retrieve find nothing. */
export async function leavesNothing(
  bench: ServerBench,
  message: EnrollmentMessage,
  what = 'the refused request',
): Promise<void> {
  const reply = await bench.send({ ...message, operation: 'retrieve' });
  bench.judge.require(reply.answer?.kind === 'refused', `${what} left nothing to retrieve`, describeAnswer(reply));
}

/** Bodies that are wrong in one thing each, all refused; and honest enrollments before and after them, on the same server. */
export async function refusesBodies(
  bench: ServerBench,
  faults: readonly BodyFault[],
  status: RefusalStatus | readonly RefusalStatus[],
  httpStatus: number | readonly number[] = [200, 400],
): Promise<void> {
  await bench.control();
  const message = await paddedRequest(bench);
  const text = Buffer.from(encodeRequest(message)).toString('latin1');
  for (const fault of faults) {
    const { id, explanation, body } = fault;
    const faulty = body({ text });
    // A name without such a character shows nothing of how it is read.
    if (faulty === text) continue;
    bench.recorder.stimulus(`A gateway sends a body with the fault “${id}”: ${explanation}`);
    bench.recorder.marks.know(
      Buffer.from(faulty, 'latin1'),
      fault,
      requestFields({ body: Buffer.from(text, 'latin1') }, bench.recorder.redaction),
    );
    const reply = await bench.wire.sendBody(faulty, 'request');
    expectRefusal(bench, reply, status, `“${id}”`, httpStatus);
    expectNothingFromInside(bench, reply, id);
  }
  await leavesNothing(bench, message);
  await honestAfterwards(bench);
}

/** A good request whose base64 has a plus, a slash and padding: without them, how these are read would not show. */
async function paddedRequest(bench: ServerBench): Promise<EnrollmentMessage> {
  for (;;) {
    const message = await bench.request();
    const base64 = Buffer.from(message.pkcs10).toString('base64');
    if (['+', '/', '='].every((sign) => base64.includes(sign))) return message;
  }
}

/** How errors of programs, shells and databases look. */
const inside =
  /\bat .+:\d+|node_modules|Error:|Exception|Traceback|SQL|syntax error|\/(?:etc|home|srv|usr|var)\/|uid=|root:/i;

/** The text of a refusal is for the operator of a device: nothing in it is of the server's own workings. */
function expectNothingFromInside({ judge }: ServerBench, { answer }: Reply, what: string): void {
  const error = (answer?.kind === 'refused' ? answer.error : undefined) ?? '';
  const found = inside.exec(error)?.[0];
  if (found !== undefined)
    judge.violation(`The refusal of “${what}” tells of the server’s inside: “${found}” in “${error}”.`);
  judge.proved('no refusal tells of the server’s inside');
}

/** No line of the server's log holds one of these. A log that nobody sees makes the case not applicable. */
export function expectNotLogged(bench: ServerBench, secrets: Readonly<Record<string, string>>): void {
  const lines = logOf(bench)().join('\n');
  const names = Object.keys(secrets);
  const found = names.filter((name) => formsOf(secrets[name] ?? '').some((form) => lines.includes(form)));
  const seen = found.length === 0 ? 'none of them' : found.join(', ');
  bench.judge.require(found.length === 0, `the log holds no ${names.join(', no ')}`, seen);
}

function logOf({ deployment, judge }: ServerBench): () => readonly string[] {
  return deployment.log ?? judge.notApplicable('The log of this server is not seen.');
}

/** A value as it is, and as it goes out. */
function formsOf(value: string): string[] {
  return [
    value,
    Buffer.from(encodePairs([['x', value]]))
      .toString('latin1')
      .slice(2),
  ];
}

/** An honest enrollment right after a refusal succeeds. */
export async function honestAfterwards(bench: ServerBench): Promise<void> {
  bench.recorder.control('Control: an honest device enrolls after the refusal.');
  const outcome = await bench.enroll();
  bench.judge.require(
    outcome.kind === 'enrolled',
    'an honest enrollment right after succeeds',
    describeOutcome(outcome),
  );
}
