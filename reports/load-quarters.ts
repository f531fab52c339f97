import { Latencies } from './latency.ts';
import type { LoadRecord, LoadSecond } from './load-record.ts';

/** A part of a run, to see whether it ended as it began: what leaks or tires shows in the last. */
export interface LoadQuarter {
  /** Seconds from the start of the run; `to` is not in it. */
  readonly from: number;
  readonly to: number;
  readonly startedPerSecond: number;
  readonly succeededPerSecond: number;
  readonly failed: number;
  /** Of whole attempts that ended in it; absent when none did. */
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  /** The most in it. */
  readonly generatorMiB?: number;
  readonly targetMiB?: number;
}

/** What is shorter has no course to speak of. */
const shortestSeconds = 20;

/** The four quarters of a run; none of one that is too short. Histograms are merged before a percentile is read. */
export function quartersOf({ seconds }: Pick<LoadRecord, 'seconds'>): LoadQuarter[] {
  const whole = seconds.length;
  if (whole < shortestSeconds) return [];
  return [0, 1, 2, 3].map((quarter) => {
    const from = Math.round((quarter * whole) / 4);
    const to = Math.round(((quarter + 1) * whole) / 4);
    return quarterOf(seconds.slice(from, to), from, to);
  });
}

function quarterOf(part: readonly LoadSecond[], from: number, to: number): LoadQuarter {
  const sum = (of: (second: LoadSecond) => number): number => part.reduce((total, second) => total + of(second), 0);
  const latencies = new Latencies(2);
  for (const { histogram } of part) if (histogram !== undefined) latencies.merge(histogram);
  return {
    from,
    to,
    startedPerSecond: sum(({ started }) => started) / part.length,
    succeededPerSecond: sum(({ succeeded }) => succeeded) / part.length,
    failed: sum(({ failed }) => failed),
    ...(latencies.count === 0 ? {} : { p50Ms: latencies.at(50), p99Ms: latencies.at(99) }),
    ...mostOf(part, 'generatorMiB'),
    ...mostOf(part, 'targetMiB'),
  };
}

function mostOf(part: readonly LoadSecond[], of: 'generatorMiB' | 'targetMiB'): Partial<LoadQuarter> {
  const known = part.flatMap((second) => second[of] ?? []);
  return known.length === 0 ? {} : { [of]: Math.max(...known) };
}
