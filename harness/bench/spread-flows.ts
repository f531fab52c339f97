import { retryAfterSeconds, waitingForms } from '#simulators/hostile/waiting-forms.ts';
import type { DeviceBench } from './device-bench.ts';
import { enrollHonestly } from './device-flows.ts';
import { restsOfLife } from './polling-flows.ts';

/** So many starts of one device stand for as many devices; where they look alike, more are asked for. */
const starts = 6;
const startsInDoubt = 10;
/** What lies so close together, as a part of the wait, comes at one moment. */
const moment = 1 / 20;

/** The server asks for patience, start after start of the device: what it adds to the time that it was told differs. */
export async function comesBackSpread(bench: DeviceBench): Promise<void> {
  const { judge } = bench;
  await bench.reset();
  await enrollHonestly(bench, 'before');
  const restsMs: number[] = [];
  while (restsMs.length < starts || (restsMs.length < startsInDoubt && weighReturns(restsMs).isBurst)) {
    const [first] = await restsOfLife(bench, waitingForms.pendingForNow);
    if (first === undefined) {
      return judge.notApplicable(
        'After an answer with Retry-After the device ended its command: when it asks again is its operator’s choice, not its own.',
      );
    }
    restsMs.push(first.restMs);
  }
  const { isBurst, because } = weighReturns(restsMs);
  if (isBurst) judge.unmet(because, 'RET-023');
  else judge.proved(because);
}

/** Do devices that waited so long, told the same at one moment, come back as one burst? The shortest wait is where it would be. */
export function weighReturns(restsMs: readonly number[]): { readonly isBurst: boolean; readonly because: string } {
  const shortest = Math.min(...restsMs);
  const windowMs = Math.max(shortest, retryAfterSeconds * 1000) * moment;
  const together = restsMs.filter((rest) => rest - shortest <= windowMs).length;
  const rests = restsMs.map((rest) => rest.toFixed(0)).join(', ');
  const seen = `told to wait for ${retryAfterSeconds} s, ${restsMs.length} starts of the device came back after ${rests} ms`;
  return together > restsMs.length / 2
    ? {
        isBurst: true,
        because: `A fleet would come back at one moment: ${seen}; ${together} of them within ${windowMs.toFixed(0)} ms.`,
      }
    : { isBurst: false, because: `${seen}; ${together} of them within ${windowMs.toFixed(0)} ms of the first` };
}
