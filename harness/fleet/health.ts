import type { GeneratorView } from '#reports/load-record.ts';
import type { FleetPlan } from './plan.ts';

/** So few delays may be anything's fault. */
const fewestDelays = 3;

/** Why what was measured may be the generator's own doing; nothing when it kept up. */
function saturationOf(delaysMs: readonly number[], limitMs: number): string[] {
  const over = delaysMs.filter((delay) => delay > limitMs);
  const p99 = percentileOf(delaysMs, 99);
  if (over.length < fewestDelays || p99 <= limitMs) return [];
  return [
    `the event loop was ${p99.toFixed(0)} ms late (99th percentile, most ${limitMs} ms): latencies are the generator's own in part`,
  ];
}

/** Shards that do not begin together do not make the load that was asked for. */
function missedBarrier(lateMs: number): string[] {
  return lateMs > 1000
    ? [`it was ready ${(lateMs / 1000).toFixed(0)} s after the moment at which all were to begin`]
    : [];
}

export function generatorView(
  { workers, limits }: FleetPlan,
  delaysMs: readonly number[],
  used: {
    readonly cpuMs: number;
    readonly wallMs: number;
    readonly ended: number;
    readonly cores: number;
    readonly lateMs: number;
  },
): GeneratorView {
  return {
    workers,
    cores: used.cores,
    cpu: used.wallMs > 0 ? used.cpuMs / used.wallMs : 0,
    cpuMsEach: used.ended > 0 ? used.cpuMs / used.ended : 0,
    loopDelayP99Ms: percentileOf(delaysMs, 99),
    loopDelayMaxMs: percentileOf(delaysMs, 100),
    peakRssMiB: peakMemoryMiB(),
    saturated: [...missedBarrier(used.lateMs), ...saturationOf(delaysMs, limits.loopDelayMs)],
  };
}

/** The most memory that this process, all of its threads, has had so far. */
export function peakMemoryMiB(): number {
  return process.resourceUsage().maxRSS / 1024;
}

/** The nearest rank; 0 of none. */
export function percentileOf(values: readonly number[], percentile: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil((percentile / 100) * sorted.length)) - 1] ?? 0;
}
