import type { RequirementId } from '#protocol/requirements/catalogue.ts';
import { type PkiFault, pkiFaults } from '#simulators/hostile/pki-faults.ts';
import { weighContact } from '../subject/contact.ts';
import type { DeviceVerb, DeviceWord } from '../subject/device.ts';
import type { DeviceBench } from './device-bench.ts';
import { enrollHonestly } from './device-flows.ts';
import { meetsInPhase } from './phases.ts';

interface CertificateOptions {
  /** What is not met if the device does otherwise: its level decides between a violation and a warning. */
  readonly requirement?: RequirementId;
}

/**
 * A device meets a TLS server that it must refuse, in one phase of its life, between two controls. No credential leaves,
 * and what it had stays. (WO 01/47232, Summary: the identity of the clearinghouse enrollment server must be verified.)
 */
export async function refusesServer(
  bench: DeviceBench,
  fault: PkiFault,
  { requirement }: CertificateOptions = {},
): Promise<void> {
  await bench.vary();
  const control = fault.control ?? pkiFaults.none;
  if (fault.control) await bench.present(control);
  await meetsInPhase(bench, bench.phase, {
    name: fault.id,
    stage: () => bench.present(fault),
    meet: (phase) => meetsAndRefuses(bench, phase, requirement),
    clear: () => bench.present(control),
  });
}

/** A device meets a good server of an unusual kind, and goes on with it. Where it refuses, a second control follows. */
export async function acceptsServer(
  bench: DeviceBench,
  variant: PkiFault,
  { requirement }: CertificateOptions = {},
): Promise<void> {
  const { judge } = bench;
  const { word, alert } = await meetsUnusual(bench, variant);
  const seen = `"${word.kind}" ${word.detail}${alert ? `, TLS alert "${alert}"` : ''}`.trim();
  if (word.kind === 'done') judge.proved(`the device enrolled with a server that shows “${variant.id}”`);
  else if (word.kind !== 'refused-server' && !alert) {
    judge.broken(`The device met a good server (“${variant.id}”) and neither enrolled nor refused it: ${seen}.`);
  } else judge.unmet(`The device refused a good server. ${variant.explanation} It says ${seen}.`, requirement);
}

/** A device meets a chain that it may take or refuse, and must not break on. */
export async function endsWithServer(bench: DeviceBench, variant: PkiFault): Promise<void> {
  const { word } = await meetsUnusual(bench, variant);
  const ended = word.kind === 'done' || word.kind === 'refused-server';
  bench.judge.require(ended, 'the device enrolls or refuses the server', `"${word.kind}" ${word.detail}`.trim());
}

/** The device at its first enrollment with a good server of an unusual kind. Taken or not, the usual one is. */
async function meetsUnusual(bench: DeviceBench, variant: PkiFault): Promise<{ word: DeviceWord; alert?: string }> {
  await bench.vary();
  await bench.reset();
  await enrollHonestly(bench, 'before');
  await bench.reset();
  await bench.present(variant);
  const mark = bench.mark();
  const word = await bench.perform('enroll');
  const alert = (await bench.contactsSince(mark)).find((contact) => contact.alert)?.alert;
  await bench.present(pkiFaults.none);
  if (word.kind !== 'done') await enrollHonestly(bench, 'after');
  return { word, ...(alert === undefined ? {} : { alert }) };
}

/**
 * One meeting with a server that must be refused: the wire is weighed first, then the device's word. False when the
 * device does not support the verb.
 */
export async function meetsAndRefuses(
  bench: DeviceBench,
  verb: DeviceVerb,
  requirement?: RequirementId,
): Promise<boolean> {
  const mark = bench.mark();
  const word = await bench.attempt(verb);
  if (word.kind === 'unsupported') return false;
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
  if (verdict === 'accepted')
    bench.judge.unmet(`The device accepted a server that it is to refuse: ${because}.`, requirement);
  else if (verdict === 'bench-error') bench.judge.broken(because);
  else if (verdict !== 'refused') bench.judge.unverified(`No proof that the device refused the server: ${because}.`);
  else bench.judge.proved(`the server was refused: ${because}`);
  return true;
}
