import { elsewherePath, type Fault } from '#simulators/hostile/answer-fault.ts';
import type { TlsOutage } from '#simulators/hostile/tls-outages.ts';
import { scriptOf } from '#simulators/hostile/wire-script.ts';
import type { DeviceBench } from './device-bench.ts';
import type { Mark } from './device-exchanges.ts';
import { survives } from './survival-flows.ts';

/** A device is redirected: nothing that it has to say to its own server goes there (RFC 9110 §15.4 leaves it the choice). */
export function followsNoRedirect(bench: DeviceBench, faults: readonly Fault[]): Promise<void> {
  return survives(bench, faults, ({ fault, mark }) => {
    const isThere = ({ path }: { readonly path: string }): boolean => path.startsWith(elsewherePath);
    const there = bench.seen.since(mark).filter(({ request }) => isThere(request));
    const canaries = bench.seen.canariesSince(mark, isThere);
    if (canaries.length > 0)
      bench.judge.violation(`${fault.explanation} The device sent the ${canaries.join(' and the ')} there.`);
    if (there.length > 0) {
      const { method } = there[0]?.request ?? { method: '' };
      bench.judge.unmet(
        `${fault.explanation} The device followed it with a ${method}, and without credentials.`,
        'MSG-062',
      );
    } else bench.judge.proved(`nothing followed “${fault.id}”`);
  });
}

/** A device finds no TLS where it is due: nothing that is for TLS leaves it in cleartext. */
export function keepsToTls(bench: DeviceBench, outages: readonly TlsOutage[]): Promise<void> {
  return survives(bench, outages, async ({ fault, mark }) => {
    const canaries = bench.seen.canariesSince(mark);
    if (canaries.length > 0)
      bench.judge.violation(`${fault.explanation} The device sent the ${canaries.join(' and the ')} in cleartext.`);
    const knocks = (await bench.seen.contactsSince(mark)).length;
    bench.judge.proved(`${knocks} connections met “${fault.id}”, and no credential followed`);
  });
}

/** A device is given far more than an answer: it must not take that for one, and should not take it all in. */
export function takesNoHugeAnswer(bench: DeviceBench, faults: readonly Fault[]): Promise<void> {
  return survives(bench, faults, async ({ fault, mark }) => {
    for (const { endedBy, bytes } of await deliveriesSince(bench, mark)) {
      const size = `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
      if (endedBy === 'server')
        bench.judge.unmet(`${fault.explanation} The device let all ${size} of it come.`, 'MSG-067');
      else bench.judge.proved(`the device ended the connection after at most ${size}`);
    }
  });
}

/** A device is given an answer that does not end: it must give that up by itself. */
export function givesUpWaiting(bench: DeviceBench, faults: readonly Fault[]): Promise<void> {
  return survives(bench, faults, async ({ fault, mark }) => {
    for (const { endedBy, seconds } of await deliveriesSince(bench, mark)) {
      const time = `${seconds.toFixed(1)} s`;
      if (endedBy === 'server') {
        bench.judge.violation(
          `${fault.explanation} After ${time} the device still waited; if it gives up later, raise --adapter-timeout.`,
        );
      }
      bench.judge.proved(`the device gave “${fault.id}” up after ${time}`);
    }
  });
}

/** How the answers went that were written on the connection, once each is over. */
async function deliveriesSince(bench: DeviceBench, mark: Mark) {
  const scripts = bench.seen.since(mark).flatMap(({ answer }) => scriptOf(answer) ?? []);
  return Promise.all(scripts.map(({ delivery }) => delivery));
}
