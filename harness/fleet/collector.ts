import { Latencies } from '#reports/latency.ts';
import {
  failedEnds,
  type LoadCounter,
  type LoadCounts,
  type LoadEnd,
  type LoadFailure,
  type LoadSecond,
  type LoadStep,
  loadCounters,
  loadEnds,
} from '#reports/load-record.ts';
import type { Batch } from './batch.ts';
import { peakMemoryMiB } from './health.ts';
import { Ledger } from './ledger.ts';
import type { FleetPlan } from './plan.ts';
import { sumsOf } from './sums.ts';
import type { Stretch } from './thresholds.ts';

/** What was counted in one second, with its samples as long as a threshold may look at them. */
interface Second extends Record<LoadCounter, number> {
  succeeded: number;
  failed: number;
  inFlight: number;
  pending: number;
  held: number;
  generatorMiB: number | undefined;
  targetMiB: number | undefined;
  whole: ReturnType<Latencies['ofSecond']>;
  samples: Partial<Record<LoadStep, number[]>>;
}

/** Called with the raw samples, when somebody wants to keep them. */
export type SampleSink = (step: LoadStep, microseconds: readonly number[]) => void;

/** Puts together what the workers report. */
export class Collector {
  readonly ledger: Ledger;
  readonly loopDelays: number[] = [];
  readonly #latencies = new Map<LoadStep, Latencies>();
  readonly #seconds: Second[] = [];
  readonly #ends = Object.fromEntries(loadEnds.map((end) => [end, 0])) as Record<LoadEnd, number>;
  readonly #totals = sumsOf(loadCounters, []);
  readonly #failures = new Map<string, { end: LoadEnd; count: number; device: string; transcript: string }>();
  readonly #now = new Map<number, Pick<Batch, 'inFlight' | 'pending' | 'held'>>();
  readonly #startedMs: number;
  readonly #keptSeconds: number;
  readonly #sink: SampleSink | undefined;
  readonly #plan: FleetPlan;

  /** `keptSeconds`: the longest stretch that a threshold looks back on. */
  constructor(
    plan: FleetPlan,
    startedMs: number,
    keptSeconds: number,
    nameOf: (index: number) => string,
    sink?: SampleSink,
  ) {
    this.#plan = plan;
    this.#startedMs = startedMs;
    this.#keptSeconds = keptSeconds;
    this.#sink = sink;
    this.ledger = new Ledger(nameOf);
  }

  take(worker: number, batch: Batch): void {
    const second = this.#secondAt(batch.atMs);
    for (const name of loadCounters) {
      this.#totals[name] += batch[name];
      second[name] += batch[name];
    }
    for (const [end, count] of Object.entries(batch.ends) as [LoadEnd, number][]) {
      this.#ends[end] += count;
      second[failedEnds.has(end) ? 'failed' : 'succeeded'] += count;
    }
    for (const [step, samples] of Object.entries(batch.samples) as [LoadStep, number[]][])
      this.#timed(second, step, samples);
    for (const row of batch.issued) this.ledger.issued(row);
    for (const index of batch.leftPending) this.ledger.leftPending(index);
    for (const failure of batch.failures) this.#failed(failure);
    for (const delay of batch.loopDelays) this.loopDelays.push(delay);
    this.#now.set(worker, batch);
    Object.assign(second, this.underWay());
  }

  /** Devices that are at something, on all workers, as they told last. */
  underWay(): Pick<Batch, 'inFlight' | 'pending' | 'held'> {
    return sumsOf(['inFlight', 'pending', 'held'], [...this.#now.values()]);
  }

  /** How much memory is in use at that moment, of the generator or of the built-in server. */
  memory(of: 'generatorMiB' | 'targetMiB', mebibytes: number, atMs: number): void {
    this.#secondAt(atMs)[of] = mebibytes;
  }

  /** Ends the seconds before that moment: their percentiles are computed once. */
  closeUntil(atMs: number): void {
    const open = this.#indexOf(atMs);
    for (let i = Math.max(0, this.#closed); i < Math.min(open, this.#seconds.length); i++) {
      const second = this.#seconds[i];
      if (second) this.#close(second);
    }
    this.#closed = Math.max(this.#closed, open);
    for (let i = this.#forgotten; i < open - this.#keptSeconds - 1; i++) {
      const second = this.#seconds[i];
      if (second) second.samples = {};
      this.#forgotten = i + 1;
    }
  }

  #closed = 0;
  #forgotten = 0;

  counts(approved: number): LoadCounts {
    const { from, to } = this.#plan;
    return { simulators: to - from, ...this.#totals, approved, ends: { ...this.#ends } };
  }

  steps(): Partial<Record<LoadStep, ReturnType<Latencies['view']>>> {
    return Object.fromEntries([...this.#latencies].map(([step, latencies]) => [step, latencies.view()]));
  }

  seconds(wanted: readonly number[]): LoadSecond[] {
    return this.#seconds.map((each, second) => ({
      second,
      ...(wanted.length > 0 ? { wanted: wanted[second] ?? 0 } : {}),
      started: each.started,
      succeeded: each.succeeded,
      failed: each.failed,
      inFlight: each.inFlight,
      pending: each.pending,
      held: each.held,
      polls: each.polls,
      ...(each.generatorMiB === undefined ? {} : { generatorMiB: each.generatorMiB }),
      ...(each.targetMiB === undefined ? {} : { targetMiB: each.targetMiB }),
      ...each.whole,
    }));
  }

  failures(): LoadFailure[] {
    return [...this.#failures].map(([kind, { end, count, device, transcript }]) => ({
      kind,
      end,
      count,
      device,
      transcript,
    }));
  }

  /** The whole run up to that moment. */
  whole(atMs: number): Stretch {
    const failed = loadEnds.reduce((sum, end) => sum + (failedEnds.has(end) ? this.#ends[end] : 0), 0);
    const all = loadEnds.reduce((sum, end) => sum + this.#ends[end], 0);
    return {
      ...this.#totals,
      seconds: Math.max(0, (atMs - this.#startedMs) / 1000),
      succeeded: all - failed,
      failed,
      memoryMiB: peakMemoryMiB(),
      latency: (step, percentile) => {
        const latencies = this.#latencies.get(step);
        if (!latencies || latencies.count === 0) return undefined;
        return percentile === 'mean' ? latencies.meanMs : latencies.at(percentile);
      },
    };
  }

  /** The last whole seconds before that moment; undefined while there are not so many. */
  last(seconds: number, atMs: number): Stretch | undefined {
    const end = this.#indexOf(atMs);
    const whole = Math.ceil(seconds);
    if (end < whole) return undefined;
    const part = this.#seconds.slice(end - whole, end);
    return {
      seconds: whole,
      ...sumsOf([...loadCounters, 'succeeded', 'failed'], part),
      memoryMiB: Math.max(0, ...part.map(({ generatorMiB = 0 }) => generatorMiB)),
      latency: (step, percentile) => {
        const samples = part.flatMap((second) => second.samples[step] ?? []);
        if (samples.length === 0) return undefined;
        if (percentile === 'mean') return samples.reduce((total, one) => total + one, 0) / samples.length / 1000;
        return rankOf(
          samples.toSorted((a, b) => a - b),
          percentile,
        );
      },
    };
  }

  #indexOf(atMs: number): number {
    return Math.max(0, Math.floor((atMs - this.#startedMs) / 1000));
  }

  #secondAt(atMs: number): Second {
    const index = this.#indexOf(atMs - 1);
    while (this.#seconds.length <= index) this.#seconds.push(newSecond(this.#seconds.at(-1)));
    return this.#seconds[index] ?? newSecond(undefined);
  }

  #timed(second: Second, step: LoadStep, samples: readonly number[]): void {
    const latencies = this.#latencies.get(step) ?? new Latencies();
    this.#latencies.set(step, latencies);
    for (const sample of samples) latencies.add(sample);
    const list = second.samples[step] ?? [];
    second.samples[step] = list;
    for (const sample of samples) list.push(sample);
    this.#sink?.(step, samples);
  }

  #failed({ kind, end, device, transcript }: Batch['failures'][number]): void {
    const known = this.#failures.get(kind);
    if (known) known.count++;
    else this.#failures.set(kind, { end, count: 1, device, transcript: transcript ?? '' });
  }

  #close(second: Second): void {
    const whole = new Latencies(2);
    for (const step of ['enroll', 'renew', 'call'] as const)
      for (const sample of second.samples[step] ?? []) whole.add(sample);
    second.whole = whole.ofSecond();
  }
}

/** The value that so many percent are at or below, in milliseconds: the nearest rank; 0 of none. */
function rankOf(sorted: readonly number[], percentile: number): number {
  const rank = Math.max(1, Math.ceil((percentile / 100) * sorted.length));
  return (sorted[rank - 1] ?? 0) / 1000;
}

function newSecond(before: Second | undefined): Second {
  return {
    ...sumsOf(loadCounters, []),
    succeeded: 0,
    failed: 0,
    inFlight: before?.inFlight ?? 0,
    pending: before?.pending ?? 0,
    held: before?.held ?? 0,
    generatorMiB: undefined,
    targetMiB: undefined,
    whole: { p50Ms: 0, p99Ms: 0 },
    samples: {},
  };
}
