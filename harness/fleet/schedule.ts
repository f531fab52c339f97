import type { FleetModel } from './plan.ts';

/**
 * When each start of an open run is due, in milliseconds from its beginning. In a stage the rate moves in a line, so that
 * what has started by a moment is a parabola; each start stands where it passes the next whole number.
 */
export function* dueTimes({ perSecond, stages }: Extract<FleetModel, { kind: 'open' }>): Generator<number, void> {
  let begins = 0;
  let rate = perSecond;
  let started = 0;
  let next = 0;
  for (const { seconds, perSecond: to } of stages) {
    const total = ((rate + to) / 2) * seconds;
    for (; next < started + total - 1e-9; next++) {
      yield (begins + momentOf(next - started, rate, to, seconds)) * 1000;
    }
    started += total;
    begins += seconds;
    rate = to;
  }
}

/** How many seconds into a stage `count` have started: the root of (to−from)/(2·seconds)·t² + from·t = count. */
function momentOf(count: number, from: number, to: number, seconds: number): number {
  if (count === 0) return 0;
  const bend = (to - from) / (2 * seconds);
  if (Math.abs(bend) < 1e-12) return count / from;
  return (2 * count) / (from + Math.sqrt(Math.max(0, from * from + 4 * bend * count)));
}

export function startsOf(model: FleetModel): number {
  if (model.kind === 'closed') return 0;
  let count = 0;
  for (const _ of dueTimes(model)) count++;
  return count;
}
