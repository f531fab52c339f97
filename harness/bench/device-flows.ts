import { type Certificate, parseCertificate } from '#protocol/pki/certificate.ts';
import { fromPem } from '#protocol/pki/pem.ts';
import type { RequirementId } from '#protocol/requirements/catalogue.ts';
import { decodePairs } from '#protocol/wire.ts';
import type { Fault } from '#simulators/hostile/answer-fault.ts';
import { lineIn } from '../profile/statement.ts';
import type { DeviceVerb } from '../subject/device.ts';
import type { DeviceBench } from './device-bench.ts';
import type { Mark } from './device-exchanges.ts';

/** The control: the honest clearinghouse, and a device that enrolls with it. Red, it makes the case an error. */
export async function enrollHonestly(bench: DeviceBench, when: 'before' | 'after'): Promise<Certificate> {
  bench.recorder.control(`Control ${when} the fault: the device enrolls with the honest server.`);
  await expectGreen(bench, when, 'enroll', 'done');
  const certificate = await installedCertificate(bench);
  if (!certificate) bench.judge.broken(`The control ${when} the fault is red: the device shows no certificate.`);
  bench.isEnrolled = true;
  return certificate;
}

/** One verb of a control, which must end as expected. A device that does not speak the TLS of the case gets another. */
export async function expectGreen(
  bench: DeviceBench,
  when: 'before' | 'after',
  verb: DeviceVerb,
  expected: 'done' | 'pending',
): Promise<void> {
  const { judge, tls } = bench;
  const mark = bench.seen.mark();
  const { kind, detail } = await bench.perform(verb);
  if (kind === expected) return;
  const contacts = await bench.seen.contactsSince(mark);
  if (tls.madeUpName && kind === 'error' && contacts.length === 0) {
    judge.unverified(
      `The device does not find ${tls.madeUpName} on this machine (RFC 6761 §6.3): give a name of several labels with --name.`,
    );
  }
  const unspoken = contacts.find(({ versionNotOffered }) => versionNotOffered)?.versionNotOffered;
  if (unspoken) judge.notApplicable(`The device does not offer ${unspoken}.`, lineIn(bench.plan.statement, 'tls'));
  const nothing = contacts.find(({ nothingInCommon }) => nothingInCommon)?.nothingInCommon;
  if (nothing) judge.broken(`The responder speaks too little TLS for this device: ${nothing}.`);
  const isHandshake = contacts.some(({ handshakeCompleted }) => !handshakeCompleted);
  if (when === 'before' && isHandshake && bench.tls.speaksAnyVersion('did not agree to that')) {
    return expectGreen(bench, when, verb, expected);
  }
  judge.broken(`The control ${when} the fault is red: the device says "${kind}", not "${expected}": ${detail}`);
}

/** The certificate that the device says it holds. */
export async function installedCertificate(bench: DeviceBench): Promise<Certificate | undefined> {
  const { state, certificatePem } = await bench.status();
  const der = state === 'enrolled' && certificatePem ? fromPem(certificatePem, 'CERTIFICATE')[0] : undefined;
  return der && parseCertificate(der);
}

/** A device gets honest answers in forms that the protocol allows, and must take each of them. */
export async function acceptsAnswers(
  bench: DeviceBench,
  forms: readonly Fault[],
  requirement?: RequirementId,
): Promise<void> {
  await bench.reset();
  await enrollHonestly(bench, 'before');
  for (const form of forms) {
    await bench.reset();
    await bench.answers.lie(form);
    const word = await bench.perform('enroll');
    const seen = `"${word.kind}" ${word.detail}`.trim();
    if (word.kind === 'done') bench.judge.proved(`the device takes an answer in the form “${form.id}”: ${seen}`);
    else bench.judge.unmet(`${form.explanation} The device does not take it; it says ${seen}.`, requirement);
  }
}

/** The administrator's word on the one request that waits at the bench. */
export async function decide(bench: DeviceBench, decision: 'approve' | 'reject'): Promise<void> {
  const [waiting] = await bench.clearinghouse.engine.list('pending');
  if (!waiting) bench.judge.broken('No request waits for approval.');
  bench.recorder.arrow('operator', 'server', decision);
  const word = decision === 'approve' ? { kind: decision } : { kind: decision, reason: 'not ordered' };
  await bench.clearinghouse.engine.decide(waiting.id, word);
}

/** The messages of one operation since the mark, as their variables. */
export function messagesSince(bench: DeviceBench, mark: Mark, operation: string): ReadonlyMap<string, string>[] {
  return bench.seen
    .since(mark)
    .filter((exchange) => exchange.operation === operation)
    .map(
      ({ request }) =>
        new Map(decodePairs(request.body).map(({ name, value }) => [name, Buffer.from(value).toString('latin1')])),
    );
}

/** The variables in which two messages differ, by name. */
export function differences(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((name) => a.get(name) !== b.get(name));
}
