import { type Certificate, parseCertificate } from '#protocol/pki/certificate.ts';
import { fromPem } from '#protocol/pki/pem.ts';
import type { RequirementId } from '#protocol/requirements/catalogue.ts';
import { decodePairs } from '#protocol/wire.ts';
import type { AnswerFault, Fault } from '#simulators/hostile/answer-fault.ts';
import { type PkiFault, pkiFaults } from '#simulators/hostile/pki-faults.ts';
import { weighContact } from '../subject/contact.ts';
import type { DeviceVerb } from '../subject/device.ts';
import type { DeviceBench, Mark } from './device-bench.ts';
import type { Reach } from './variation.ts';

interface ServerOptions {
  /** How the device is told to reach the server; any way unless given. */
  readonly reach?: Reach;
  /** What is not met if the device does otherwise: its level decides between a violation and a warning. */
  readonly requirement?: RequirementId;
}

/** The control: the honest clearinghouse, and a device that enrolls with it. Red, it makes the case an error. */
export async function enrollHonestly(bench: DeviceBench, when: 'before' | 'after'): Promise<Certificate> {
  bench.recorder.did(`Control ${when} the fault: the device enrolls with the honest server.`);
  const mark = bench.mark();
  const word = await bench.perform('enroll');
  if (word.kind !== 'done') {
    const { madeUpName } = bench;
    if (madeUpName && word.kind === 'error' && (await bench.contactsSince(mark)).length === 0) {
      bench.judge.unverified(
        `The device does not find ${madeUpName} on this machine (RFC 6761 §6.3): give a name of several labels with --name.`,
      );
    }
    bench.judge.broken(`The control ${when} the fault is red: the device says "${word.kind}": ${word.detail}`);
  }
  const certificate = await installedCertificate(bench);
  if (!certificate) bench.judge.broken(`The control ${when} the fault is red: the device shows no certificate.`);
  return certificate;
}

/** The certificate that the device says it holds. */
export async function installedCertificate(bench: DeviceBench): Promise<Certificate | undefined> {
  const { state, certificatePem } = await bench.status();
  const der = state === 'enrolled' && certificatePem ? fromPem(certificatePem, 'CERTIFICATE')[0] : undefined;
  return der && parseCertificate(der);
}

/**
 * A device meets a TLS server that it must refuse, between two controls. No credential leaves, and nothing is installed.
 * (WO 01/47232, Summary: the identity of the clearinghouse enrollment server must be verified.)
 */
export async function refusesServer(bench: DeviceBench, fault: PkiFault, options: ServerOptions = {}): Promise<void> {
  await bench.reachAs(options.reach ?? 'any');
  const control = fault.control ?? pkiFaults.none;
  if (fault.control) await bench.present(control);
  await bench.reset();
  await enrollHonestly(bench, 'before');
  await bench.reset();
  await bench.present(fault);
  await meetsAndRefuses(bench, 'enroll', options.requirement);
  const { state } = await bench.status();
  if (!bench.judge.hasWarned) {
    const requirement = 'the refused server left no certificate at the device';
    bench.judge.require(state !== 'enrolled', requirement, `state "${state}"`);
  }
  await bench.present(control);
  if (bench.judge.hasWarned) await bench.reset();
  await enrollHonestly(bench, 'after');
}

/** A device meets a good server of an unusual kind, and enrolls with it, between two controls. */
export async function acceptsServer(bench: DeviceBench, variant: PkiFault, options: ServerOptions = {}): Promise<void> {
  const { judge } = bench;
  await bench.reachAs(options.reach ?? 'any');
  await bench.reset();
  await enrollHonestly(bench, 'before');
  await bench.reset();
  await bench.present(variant);
  const mark = bench.mark();
  const word = await bench.perform('enroll');
  const alert = (await bench.contactsSince(mark)).find((contact) => contact.alert)?.alert;
  const seen = `"${word.kind}" ${word.detail}${alert ? `, TLS alert "${alert}"` : ''}`.trim();
  if (word.kind === 'done') judge.proved(`the device enrolled with a server that shows “${variant.id}”`);
  else if (word.kind !== 'refused-server' && !alert) {
    judge.broken(`The device met a good server (“${variant.id}”) and neither enrolled nor refused it: ${seen}.`);
  } else judge.unmet(`The device refused a good server. ${variant.explanation} It says ${seen}.`, options.requirement);
  await bench.present(pkiFaults.none);
  await bench.reset();
  await enrollHonestly(bench, 'after');
}

/** A device meets a chain that it may take or refuse, and must not break on, between two controls. */
export async function endsWithServer(bench: DeviceBench, variant: PkiFault): Promise<void> {
  const { judge } = bench;
  await bench.reachAs('any');
  await bench.reset();
  await enrollHonestly(bench, 'before');
  await bench.reset();
  await bench.present(variant);
  const word = await bench.perform('enroll');
  const ended = word.kind === 'done' || word.kind === 'refused-server';
  judge.require(ended, 'the device enrolls or refuses the server', `"${word.kind}" ${word.detail}`.trim());
  await bench.present(pkiFaults.none);
  await bench.reset();
  await enrollHonestly(bench, 'after');
}

/** One meeting with a server that must be refused: the wire is weighed first, then the device's word. */
export async function meetsAndRefuses(
  bench: DeviceBench,
  verb: DeviceVerb,
  requirement?: RequirementId,
): Promise<void> {
  const mark = bench.mark();
  const word = await bench.perform(verb);
  const tls = await bench.contactsSince(mark);
  for (const contact of tls) {
    const { handshakeCompleted, alert, failure, applicationBytes, protocol, cipher } = contact;
    const parts = [
      protocol && `${protocol}, ${cipher}`,
      `handshake ${handshakeCompleted ? 'completed' : 'not completed'}`,
      alert && `alert "${alert}"`,
      failure,
      `${applicationBytes} application bytes`,
    ];
    const seen = parts.filter(Boolean).join('; ');
    bench.recorder.arrowAt(contact.openedAt, 'device', 'hostile server', 'TLS connection', 'tls', seen);
    bench.recorder.saw(`TLS connection: ${seen}`);
  }
  const { verdict, because } = weighContact({ tls, canaries: bench.canariesSince(mark), word });
  if (verdict === 'accepted') {
    return bench.judge.unmet(`The device accepted a server that it is to refuse: ${because}.`, requirement);
  }
  if (verdict === 'bench-error') bench.judge.broken(because);
  if (verdict !== 'refused') bench.judge.unverified(`No proof that the device refused the server: ${because}.`);
  bench.judge.proved(`the server was refused: ${because}`);
}

/** A device gets an answer inside good TLS that it must not take for an enrollment, between two controls. */
export async function refusesAnswer(bench: DeviceBench, faults: readonly AnswerFault[]): Promise<void> {
  await bench.reset();
  await enrollHonestly(bench, 'before');
  for (const fault of faults) {
    await bench.reset();
    await bench.lie(fault);
    const mark = bench.mark();
    const word = await bench.perform('enroll');
    const delivered = bench.exchangesSince(mark).some(({ operation, answer }) => {
      return answer && (operation === 'getcacert') === (fault.operation === 'getcacert');
    });
    if (!delivered)
      bench.judge.broken(`The device never fetched the answer "${fault.id}": ${word.kind} ${word.detail}`);
    if (fault.operation === 'getcacert') sentNothingMore(bench, mark);
    const { state } = await bench.status();
    if (word.kind === 'done' || state === 'enrolled') {
      bench.judge.violation(
        `The device took “${fault.id}” for an enrollment (${word.kind}, state "${state}"). ${fault.explanation}`,
      );
    }
    if (word.kind === 'error') bench.judge.broken(`The device says "error" to “${fault.id}”: ${word.detail}`);
    const said = word.detail ? `"${word.kind}" (${word.detail})` : `"${word.kind}"`;
    bench.judge.proved(`“${fault.id}” was delivered; the device says ${said}, and its state is "${state}"`);
    await bench.lie(undefined);
  }
  await bench.reset();
  await enrollHonestly(bench, 'after');
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
    await bench.lie(form);
    const word = await bench.perform('enroll');
    const seen = `"${word.kind}" ${word.detail}`.trim();
    if (word.kind === 'done') bench.judge.proved(`the device takes an answer in the form “${form.id}”: ${seen}`);
    else bench.judge.unmet(`${form.explanation} The device does not take it; it says ${seen}.`, requirement);
  }
}

/** "… the enrollment request process is terminated at the source device" (WO 01/47232, Fig. 3B step 345). */
function sentNothingMore(bench: DeviceBench, mark: Mark): void {
  const canaries = bench.canariesSince(mark);
  if (canaries.length > 0) {
    bench.judge.violation(
      `After a CA certificate that cannot be verified the device sent the ${canaries.join(' and the ')}.`,
    );
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
  return bench
    .exchangesSince(mark)
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
