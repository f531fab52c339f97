import { messageOf } from '#protocol/errors.ts';
import type { AuthorizationRequest, AuthorizationResponse } from '#protocol/osp/authorization.ts';
import { type Component, decodeMessage } from '#protocol/osp/message.ts';
import { pkiFaults } from '#simulators/hostile/pki-faults.ts';
import { calledNumber } from './bench-clearinghouse.ts';
import { meetsAndRefuses } from './certificate-flows.ts';
import type { DeviceBench } from './device-bench.ts';
import type { Exchange, Mark } from './device-exchanges.ts';
import { enrollHonestly, expectGreen } from './device-flows.ts';

/** A device that enrolled, and can be told to call. */
async function enrolledForCalls(bench: DeviceBench) {
  if (!(await bench.can('calls')))
    bench.judge.notApplicable('The device does not declare the capability "calls": it cannot be told to call.');
  await bench.reset();
  return enrollHonestly(bench, 'before');
}

/** The messages of calls since the mark, in the strict reader's words. A message that it cannot read is a violation. */
function callsSince(bench: DeviceBench, mark: Mark): (Exchange & { readonly component: Component })[] {
  return bench.seen
    .since(mark)
    .filter(({ operation }) => operation === 'call')
    .flatMap((exchange) => {
      try {
        return decodeMessage(exchange.request.body).components.map((component) => ({ ...exchange, component }));
      } catch (thrown) {
        return bench.judge.violation(`A message of the device is none of the protocol: ${messageOf(thrown)}`);
      }
    });
}

/** With its certificate, at `/osp`, it says which call it is about, and whom it calls. */
export async function asksWhereToCall(bench: DeviceBench): Promise<void> {
  const certificate = await enrolledForCalls(bench);
  const mark = bench.seen.mark();
  const word = await bench.perform('call');
  const { judge } = bench;
  const seen = callsSince(bench, mark);
  const asked = seen.find(({ component }) => component.kind === 'AuthorizationRequest');
  if (!asked) return judge.unverified(`No authorization request reached the server; the device says "${word.kind}".`);
  const { request } = asked;
  const component = asked.component as AuthorizationRequest;
  judge.require(request.method === 'POST', 'it is sent by POST', request.method);
  judge.require(request.path === '/osp', 'it is sent to /osp', request.path);
  const shown = request.peerCertificate;
  const own = shown !== undefined && Buffer.compare(shown, certificate.der) === 0;
  judge.require(own, 'TLS shows the certificate that the device enrolled for', shown ? 'another one' : 'none');
  const { calledNumber: number, callIds } = component;
  judge.require(number === calledNumber, 'it bears the number that is called', number);
  judge.require(callIds.length > 0, 'it bears a call identifier', `${callIds.length}`);
}

/** What it reports, it reports of the call that it was let through for. */
export async function reportsItsCall(bench: DeviceBench): Promise<void> {
  await enrolledForCalls(bench);
  const mark = bench.seen.mark();
  await bench.perform('call');
  const { judge } = bench;
  const seen = callsSince(bench, mark);
  const reports = seen.flatMap(({ component }) => (component.kind === 'UsageIndication' ? [component] : []));
  if (reports.length === 0) return judge.notApplicable('The device reported no usage.');
  const granted = bench.seen.since(mark).flatMap(({ answer }) => grantsIn(answer?.body));
  for (const { transactionId, callId, calledNumber: number } of reports) {
    const grant = granted.find((one) => one.transactionId === transactionId);
    judge.require(grant !== undefined, 'its TransactionId is that of an authorization', transactionId);
    const known = grant?.destinations.some((one) => Buffer.compare(one.callId, callId) === 0) === true;
    judge.require(known, 'its CallId is that of a destination of that authorization', `${known}`);
    judge.require(number === calledNumber, 'it bears the number that was called', number);
  }
}

function grantsIn(body: Uint8Array | undefined): AuthorizationResponse[] {
  if (body?.[0] !== 0x3c) return [];
  return decodeMessage(body).components.flatMap((one) => (one.kind === 'AuthorizationResponse' ? [one] : []));
}

/** To whoever is not its server it says nothing of its call, and shows that it noticed. */
export async function callsItsServerAlone(bench: DeviceBench): Promise<void> {
  await enrolledForCalls(bench);
  await expectGreen(bench, 'before', 'call', 'done');
  await bench.tls.present(pkiFaults['unknown-ca']);
  await meetsAndRefuses(bench, 'call', 'ID-014');
  await bench.tls.present(pkiFaults.none);
  await expectGreen(bench, 'after', 'call', 'done');
}
