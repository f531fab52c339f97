import { policyOf } from '#protocol/pki/policies.ts';
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
  await bench.tls.vary();
  const control = fault.control ?? pkiFaults.none;
  if (fault.control) await bench.tls.present(control);
  await meetsInPhase(bench, bench.phase, {
    name: fault.id,
    stage: () => bench.tls.present(fault),
    meet: (phase) => meetsAndRefuses(bench, phase, requirement),
    clear: () => bench.tls.present(control),
  });
}

/** The good server gave the device a session; the spoofed one is verified as if it had not. */
export async function verifiesDespiteSession(bench: DeviceBench): Promise<void> {
  bench.tls.offerSessions();
  const mark = bench.seen.mark();
  await refusesServer(bench, pkiFaults['unknown-ca']);
  const hellos = (await bench.seen.contactsSince(mark)).flatMap(({ clientHello }) => clientHello ?? []);
  const offers = hellos.filter(({ offersSession }) => offersSession).length;
  bench.judge.proved(
    offers > 0
      ? `the device offered a session in ${offers} of ${hellos.length} connections, and verified the server all the same`
      : `the device offers no session: no pre-shared key, ticket or session id in ${hellos.length} ClientHellos`,
  );
}

/** What the profile says of revoked certificates is what the device does. */
export async function treatsRevocation(bench: DeviceBench): Promise<void> {
  if (bench.profile.revocation === 'checked') return refusesServer(bench, pkiFaults.revoked);
  const { line, choice } = policyOf(bench.profile, 'revocation');
  bench.recorder.did(`The profile ${bench.profile.id}, line “${line}”: ${choice}. Nothing is revoked.`);
  return acceptsServer(bench, pkiFaults.revocable, { requirement: 'ID-062' });
}

/** A device whose clock says 1970 meets an expired chain; where the profile says so, the good one too. */
export async function judgesWithoutClock(bench: DeviceBench): Promise<void> {
  if (!(await bench.can('clock')))
    bench.judge.notApplicable('The device does not declare the capability "clock": the bench cannot set its clock.');
  await bench.tls.vary();
  await bench.reset();
  await enrollHonestly(bench, 'before');
  // So that nothing stands before the server’s certificate whose dates could be judged.
  if (await bench.can('getcacert over TLS')) bench.answers.tellFingerprint(false);
  bench.setClock(new Date(0));
  const shown =
    bench.profile.unsetClock === 'no server is verified' ? [pkiFaults.expired, pkiFaults.none] : [pkiFaults.expired];
  for (const fault of shown) {
    await bench.reset();
    await bench.tls.present(fault);
    await meetsAndRefuses(bench, 'enroll');
    const { state } = await bench.status();
    bench.judge.require(state !== 'enrolled', 'without a clock the device is not enrolled', `state "${state}"`);
  }
  bench.setClock(undefined);
  bench.answers.tellFingerprint(true);
  await bench.tls.present(pkiFaults.none);
  await enrollHonestly(bench, 'after');
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
  await bench.tls.vary();
  await bench.reset();
  await enrollHonestly(bench, 'before');
  await bench.reset();
  await bench.tls.present(variant);
  const mark = bench.seen.mark();
  const word = await bench.perform('enroll');
  const alert = (await bench.seen.contactsSince(mark)).find((contact) => contact.alert)?.alert;
  await bench.tls.present(pkiFaults.none);
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
  const mark = bench.seen.mark();
  const word = await bench.attempt(verb);
  if (word.kind === 'unsupported') return false;
  const tls = await bench.seen.contactsSince(mark);
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
  const { verdict, because } = weighContact({ tls, canaries: bench.seen.canariesSince(mark), word });
  if (verdict === 'accepted')
    bench.judge.unmet(`The device accepted a server that it is to refuse: ${because}.`, requirement);
  else if (verdict === 'bench-error') bench.judge.broken(because);
  else if (verdict !== 'refused') bench.judge.unverified(`No proof that the device refused the server: ${because}.`);
  else bench.judge.proved(`the server was refused: ${because}`);
  return true;
}
