import type { Fault } from '#simulators/hostile/answer-fault.ts';
import type { TlsOutage } from '#simulators/hostile/tls-outages.ts';
import type { DeviceWord } from '../subject/device.ts';
import type { DeviceBench } from './device-bench.ts';
import type { Mark } from './device-exchanges.ts';
import { meetsInPhase, phaseWords } from './phases.ts';
import { type Phase, phases } from './variation.ts';

/** What a device may meet: an answer that is wrong, or no TLS to get one by. */
type Trouble = Fault | TlsOutage;

/** What a case still wants to know of one meeting, after it was seen that the device was not enrolled by it. */
export interface Meeting {
  readonly fault: Trouble;
  readonly phase: Phase;
  readonly mark: Mark;
  readonly word: DeviceWord;
}

type Inspect = (meeting: Meeting) => void | Promise<void>;

/**
 * A device meets each fault in one phase of its life, between two controls. It must not be enrolled by it, and what it had
 * (certificate, pending request) must be there afterwards. The phases go round, beginning with that of the case, so that
 * over the cases every kind of fault meets every phase; which it was is in what was done.
 */
export async function survives(
  bench: DeviceBench,
  faults: readonly Trouble[],
  inspect: Inspect = () => {},
): Promise<void> {
  for (const [index, fault] of faults.entries()) {
    const possible: readonly Phase[] = isOfAuthority(fault) ? phases.filter((phase) => phase !== 'retrieve') : phases;
    const turn = Math.max(0, possible.indexOf(bench.phase)) + index;
    const play = (trouble: Trouble | undefined): Promise<void> =>
      'tlsPort' in fault ? bench.tls.withhold(trouble && fault) : bench.answers.lie(trouble && fault);
    await meetsInPhase(bench, possible[turn % possible.length] ?? 'enroll', {
      name: fault.id,
      stage: () => play(fault),
      meet: (phase) => survivesIn(bench, phase, fault, inspect),
      clear: () => play(undefined),
      leavesTraces: true,
      isFollowed: index < faults.length - 1,
    });
  }
}

async function survivesIn(bench: DeviceBench, phase: Phase, fault: Trouble, inspect: Inspect): Promise<boolean> {
  const { judge } = bench;
  const mark = bench.seen.mark();
  const word = await bench.attempt(phase);
  if (word.kind === 'unsupported') return false;
  if (!(await wasMet(bench, fault, mark)))
    judge.broken(`The device never met “${fault.id}”: ${word.kind} ${word.detail}`);
  if (word.kind === 'done')
    judge.violation(`${fault.explanation} The device met that ${phaseWords[phase]}, and says "done".`);
  if (word.kind === 'error' && !('transport' in fault || 'tlsPort' in fault))
    judge.broken(`The device says "error" to “${fault.id}”: ${word.detail}`);
  await inspect({ fault, phase, mark, word });
  if (word.stopped) {
    judge.unverified(
      `Nobody knows how the device ends that met “${fault.id}”: ${word.detail}; raise --adapter-timeout.`,
    );
  }
  judge.proved(`“${fault.id}” was met ${phaseWords[phase]}: ${`"${word.kind}" ${word.detail}`.trim()}`);
  return true;
}

function isOfAuthority(fault: Trouble): boolean {
  return 'operation' in fault && fault.operation === 'getcacert';
}

/** It fetched the answer, or it knocked where there was no TLS. */
async function wasMet(bench: DeviceBench, fault: Trouble, mark: Mark): Promise<boolean> {
  if ('tlsPort' in fault) return (await bench.seen.contactsSince(mark)).length > 0;
  return bench.seen
    .since(mark)
    .some(({ operation, answer }) => answer && (operation === 'getcacert') === isOfAuthority(fault));
}

/**
 * A device meets a getcacert answer that it must not believe: no user name, password or PKCS#10 follows. "… the enrollment
 * request process is terminated at the source device" (WO 01/47232, Fig. 3B step 345).
 */
export function stopsAtAuthority(bench: DeviceBench, faults: readonly Fault[]): Promise<void> {
  return survives(bench, faults, ({ fault, mark }) => {
    const canaries = bench.seen.canariesSince(mark);
    if (canaries.length > 0)
      bench.judge.violation(`${fault.explanation} The device then sent the ${canaries.join(', ')}.`);
  });
}
