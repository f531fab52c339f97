import type { Fault } from '#simulators/hostile/answer-fault.ts';
import type { DeviceWord } from '../subject/device.ts';
import type { DeviceBench, Mark } from './device-bench.ts';
import { meetsInPhase, phaseWords } from './phases.ts';
import { type Phase, phases } from './variation.ts';

/** What a case still wants to know of one meeting, after it was seen that the device was not enrolled by it. */
export interface Meeting {
  readonly fault: Fault;
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
  faults: readonly Fault[],
  inspect: Inspect = () => {},
): Promise<void> {
  for (const [index, fault] of faults.entries()) {
    const possible: readonly Phase[] =
      fault.operation === 'getcacert' ? phases.filter((phase) => phase !== 'retrieve') : phases;
    const turn = Math.max(0, possible.indexOf(bench.phase)) + index;
    await meetsInPhase(bench, possible[turn % possible.length] ?? 'enroll', {
      name: fault.id,
      stage: () => bench.lie(fault),
      meet: (phase) => survivesIn(bench, phase, fault, inspect),
      clear: () => bench.lie(undefined),
      leavesTraces: true,
      isFollowed: index < faults.length - 1,
    });
  }
}

async function survivesIn(bench: DeviceBench, phase: Phase, fault: Fault, inspect: Inspect): Promise<boolean> {
  const { judge } = bench;
  const mark = bench.mark();
  const word = await bench.attempt(phase);
  if (word.kind === 'unsupported') return false;
  const delivered = bench
    .exchangesSince(mark)
    .some(({ operation, answer }) => answer && (operation === 'getcacert') === (fault.operation === 'getcacert'));
  if (!delivered) judge.broken(`The device never fetched the answer “${fault.id}”: ${word.kind} ${word.detail}`);
  if (word.kind === 'done')
    judge.violation(`${fault.explanation} The device met that ${phaseWords[phase]}, and says "done".`);
  if (word.kind === 'error' && !('transport' in fault))
    judge.broken(`The device says "error" to “${fault.id}”: ${word.detail}`);
  await inspect({ fault, phase, mark, word });
  judge.proved(`“${fault.id}” was met ${phaseWords[phase]}: ${`"${word.kind}" ${word.detail}`.trim()}`);
  return true;
}

/**
 * A device meets a getcacert answer that it must not believe: no user name, password or PKCS#10 follows. "… the enrollment
 * request process is terminated at the source device" (WO 01/47232, Fig. 3B step 345).
 */
export function stopsAtAuthority(bench: DeviceBench, faults: readonly Fault[]): Promise<void> {
  return survives(bench, faults, ({ fault, mark }) => {
    const canaries = bench.canariesSince(mark);
    if (canaries.length > 0)
      bench.judge.violation(`${fault.explanation} The device then sent the ${canaries.join(', ')}.`);
  });
}
