import { fromPem } from '#protocol/pki/pem.ts';
import type { AnswerFault, Fault } from '#simulators/hostile/answer-fault.ts';
import type { TlsOutage } from '#simulators/hostile/tls-outages.ts';
import type { DeviceWord } from '../subject/device.ts';
import type { DeviceBench, Mark } from './device-bench.ts';
import { enrollHonestly } from './device-flows.ts';

/** When in its life a device meets a fault. */
type Phase = 'enroll' | 'retrieve' | 'renew';

const phases: readonly Phase[] = ['enroll', 'retrieve', 'renew'];

const descriptions: Readonly<Record<Phase, string>> = {
  enroll: 'at its first enrollment',
  retrieve: 'when it retrieves, its request being pending',
  renew: 'when it re-enrolls, being enrolled',
};

/** Pending as long as the bench says so: the honest server behind it has issued the certificate already. */
const pendingAnswer: AnswerFault = {
  id: 'pending',
  explanation: 'The request is pending.',
  operation: 'enrollment',
  allowed: true,
  body: async () => 'status=1',
};

/** What a device may meet: an answer that is wrong, or no TLS to get one by. */
type Trouble = Fault | TlsOutage;

/** What a case still wants to know of one meeting, after it was seen that the device was not enrolled by it. */
export interface Meeting {
  readonly fault: Trouble;
  readonly phase: Phase;
  readonly mark: Mark;
  readonly word: DeviceWord;
}

/**
 * A device meets each fault in one phase of its life, between two controls. It must not be enrolled by it, and what it had
 * (certificate, pending request) must be there afterwards. The phases go round, beginning where the number of the case
 * says, so that over the cases every kind of fault meets every phase; which it was is in what was done.
 */
export async function survives(
  bench: DeviceBench,
  caseId: string,
  faults: readonly Trouble[],
  inspect: (meeting: Meeting) => void | Promise<void> = () => {},
): Promise<void> {
  await bench.reset();
  await enrollHonestly(bench, 'before');
  const first = Number(/\d+$/.exec(caseId)?.[0] ?? 0);
  for (const [index, fault] of faults.entries()) {
    const possible = isOfAuthority(fault) ? phases.filter((phase) => phase !== 'retrieve') : phases;
    const phase = possible[(first + index) % possible.length] ?? 'enroll';
    await meet(bench, fault, phase, inspect);
  }
  await bench.reset();
  await enrollHonestly(bench, 'after');
}

async function meet(
  bench: DeviceBench,
  fault: Trouble,
  phase: Phase,
  inspect: (meeting: Meeting) => void | Promise<void>,
): Promise<void> {
  const { judge, recorder } = bench;
  await bench.reset();
  recorder.did(`The device meets “${fault.id}” ${descriptions[phase]}.`);
  if (phase === 'renew') await enrollHonestly(bench, 'before');
  if (phase === 'retrieve') await becomePending(bench);
  const before = await installedDer(bench);
  await ('tlsPort' in fault ? bench.withholdTls(fault) : bench.lie(fault));
  const mark = bench.mark();
  const word = await bench.perform(phase);
  if (!(await wasMet(bench, fault, mark)))
    judge.broken(`The device never met “${fault.id}”: ${word.kind} ${word.detail}`);
  const after = await installedDer(bench);
  if (word.kind === 'done' || after !== before) {
    const state =
      after === undefined ? 'no certificate' : after === before ? 'its former certificate' : 'a new certificate';
    judge.violation(
      `${fault.explanation} The device met that ${descriptions[phase]}, says "${word.kind}", and holds ${state}.`,
    );
  }
  if (word.kind === 'error' && !('transport' in fault || 'tlsPort' in fault))
    judge.broken(`The device says "error" to “${fault.id}”: ${word.detail}`);
  await inspect({ fault, phase, mark, word });
  if (word.stopped) {
    judge.unverified(
      `Nobody knows how the device ends that met “${fault.id}”: ${word.detail}; raise --adapter-timeout.`,
    );
  }
  await ('tlsPort' in fault ? bench.withholdTls(undefined) : bench.lie(undefined));
  if (phase === 'retrieve') {
    const end = await bench.perform('retrieve');
    judge.require(
      end.kind === 'done',
      `the pending request is kept after “${fault.id}”`,
      `then "${end.kind}" ${end.detail}`,
    );
  }
  const said = `"${word.kind}" ${word.detail}`.trim();
  judge.proved(`“${fault.id}” was met ${descriptions[phase]}: ${said}, and what the device had is still there`);
}

function isOfAuthority(fault: Trouble): boolean {
  return 'operation' in fault && fault.operation === 'getcacert';
}

/** It fetched the answer, or it knocked where there was no TLS. */
async function wasMet(bench: DeviceBench, fault: Trouble, mark: Mark): Promise<boolean> {
  if ('tlsPort' in fault) return (await bench.contactsSince(mark)).length > 0;
  return bench
    .exchangesSince(mark)
    .some(({ operation, answer }) => answer && (operation === 'getcacert') === isOfAuthority(fault));
}

/** The device has asked, and waits. */
async function becomePending(bench: DeviceBench): Promise<void> {
  await bench.lie(pendingAnswer);
  const word = await bench.perform('enroll');
  if (word.kind !== 'pending')
    bench.judge.broken(`The device should be pending; it says "${word.kind}": ${word.detail}`);
}

/** A device meets a getcacert answer that it must not believe: no user name, password or PKCS#10 follows. */
export function stopsAtAuthority(bench: DeviceBench, caseId: string, faults: readonly Fault[]): Promise<void> {
  return survives(bench, caseId, faults, ({ fault, mark }) => {
    const canaries = bench.canariesSince(mark);
    if (canaries.length > 0)
      bench.judge.violation(`${fault.explanation} The device then sent the ${canaries.join(', ')}.`);
  });
}

/** The certificate that the device says it holds, as base64 of whatever it is; undefined when it says that it has none. */
async function installedDer(bench: DeviceBench): Promise<string | undefined> {
  const { state, certificatePem } = await bench.status();
  if (state !== 'enrolled') return undefined;
  const der = certificatePem === undefined ? undefined : fromPem(certificatePem, 'CERTIFICATE')[0];
  return Buffer.from(der ?? new Uint8Array()).toString('base64');
}
