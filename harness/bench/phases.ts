import { fromPem } from '#protocol/pki/pem.ts';
import type { AnswerFault } from '#simulators/hostile/answer-fault.ts';
import type { DeviceState } from '../subject/device.ts';
import type { DeviceBench } from './device-bench.ts';
import { enrollHonestly, expectGreen } from './device-flows.ts';
import type { Phase } from './variation.ts';

export const phaseWords: Readonly<Record<Phase, string>> = {
  enroll: 'at its first enrollment',
  retrieve: 'when it retrieves, its request being pending',
  renew: 'when it re-enrolls, being enrolled',
};

/** What a device meets between two controls. */
export interface Encounter {
  /** As it stands in evidence. */
  readonly name: string;
  /** From now on the fault is there. */
  readonly stage: () => Promise<void>;
  /** False when the device does not support the verb. */
  readonly meet: (phase: Phase) => Promise<boolean>;
  /** The fault is gone again. */
  readonly clear: () => Promise<void>;
  /** The device may be left with a request that means nothing: it is reset before the control after. */
  readonly leavesTraces?: boolean;
  /** The control before the next encounter is the control after this one. */
  readonly isFollowed?: boolean;
}

/** Pending as long as the bench says so: the honest server behind it has issued the certificate already. */
const pendingAnswer: AnswerFault = {
  id: 'pending',
  explanation: 'The request is pending.',
  operation: 'enrollment',
  allowed: true,
  body: async () => 'status=1',
};

/**
 * Brings the device to a phase of its life, where it meets the fault; what it had (certificate, pending request) must be
 * there afterwards. In the first enrollment an honest one brackets it; pending, the request and its retrieval; enrolled,
 * the enrollment and a renewal. A device that lacks the verb of the phase meets the fault at its first enrollment, unless the
 * case is about that phase.
 */
export async function meetsInPhase(bench: DeviceBench, wanted: Phase, encounter: Encounter): Promise<void> {
  const { judge, recorder } = bench;
  const { name } = encounter;
  if (bench.lacks(wanted) && (bench.isAboutPhase || wanted === 'enroll'))
    judge.notApplicable(`The device does not support the verb "${wanted}".`);
  const phase = bench.lacks(wanted) ? 'enroll' : wanted;
  if (phase !== wanted) recorder.did(`The device does not support “${wanted}”: the first enrollment takes its place.`);
  await arriveAt(bench, phase);
  recorder.did(`The device meets “${name}” ${phaseWords[phase]}.`);
  const before = await heldCertificate(bench);
  await encounter.stage();
  if (!(await encounter.meet(phase))) {
    await encounter.clear();
    await bench.answers.lie(undefined);
    return meetsInPhase(bench, wanted, encounter);
  }
  if (!judge.hasWarned) {
    const kept = (await heldCertificate(bench)) === before;
    const had = before === undefined ? 'no certificate' : 'its certificate';
    judge.require(kept, `after “${name}” the device has what it had`, kept ? had : `not ${had}`);
  }
  await encounter.clear();
  if (phase !== 'enroll') return endsWell(bench, phase);
  if (encounter.isFollowed) return;
  if (encounter.leavesTraces || judge.hasWarned) await bench.reset();
  await enrollHonestly(bench, 'after');
}

/** The control before, which leaves the device where the fault is to meet it. */
export async function arriveAt(bench: DeviceBench, phase: Phase): Promise<void> {
  if (phase === 'renew') return becomeEnrolled(bench);
  if (phase === 'retrieve') {
    await bench.reset();
    await bench.answers.lie(pendingAnswer);
    bench.recorder.control('Control before the fault: the honest server takes the request of the device.');
    return expectGreen(bench, 'before', 'enroll', 'pending');
  }
  await becomeEnrolled(bench);
  await bench.reset();
}

/** A device that this case saw enroll with the honest server needs not do it again. */
async function becomeEnrolled(bench: DeviceBench): Promise<void> {
  if (bench.isEnrolled) return;
  await bench.reset();
  await enrollHonestly(bench, 'before');
}

/** The control after of a device that had something to lose. */
async function endsWell(bench: DeviceBench, phase: 'retrieve' | 'renew'): Promise<void> {
  await bench.answers.lie(undefined);
  bench.recorder.control(`Control after the fault: the device ${phase === 'renew' ? 'renews' : 'retrieves'} honestly.`);
  bench.isEnrolled = true;
  if (phase === 'renew') return expectGreen(bench, 'after', phase, 'done');
  const end = await bench.perform(phase);
  const seen = `then "${end.kind}" ${end.detail}`.trim();
  bench.judge.require(end.kind === 'done', 'the pending request was kept, and is retrieved', seen);
}

async function heldCertificate(bench: DeviceBench): Promise<string | undefined> {
  return certificateIn(await bench.status());
}

/** The certificate that the device says it holds, as base64 of whatever it is; undefined when it says that it has none. */
export function certificateIn({ state, certificatePem }: DeviceState): string | undefined {
  if (state !== 'enrolled') return undefined;
  const der = certificatePem === undefined ? undefined : fromPem(certificatePem, 'CERTIFICATE')[0];
  return Buffer.from(der ?? new Uint8Array()).toString('base64');
}
