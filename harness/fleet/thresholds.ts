import { MusterError } from '#protocol/errors.ts';
import { type LoadCounter, type LoadStep, loadSteps } from '#reports/load-record.ts';
import { durationSeconds } from '../cli/duration.ts';

const statistics = ['min', 'mean', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'max'] as const;
export type Statistic = (typeof statistics)[number];

const counts = ['failed', 'late', 'dropped', 'retried', 'early'] as const;
type Count = (typeof counts)[number];

/** What is held against a bound. */
export type Metric =
  | { readonly kind: 'latency'; readonly step: LoadStep; readonly statistic: Statistic }
  /** Of all that ended (`failed`), were due (`dropped`) or started. */
  | { readonly kind: 'share'; readonly count: Count }
  | { readonly kind: 'count'; readonly count: Count }
  /** Attempts that succeeded, per second. */
  | { readonly kind: 'rate' }
  /** The most that the generator has had. */
  | { readonly kind: 'memory' };

export interface Threshold {
  readonly text: string;
  readonly metric: Metric;
  readonly operator: '<' | '<=' | '>' | '>=';
  /** Milliseconds, a part of one, a number, a number per second, or MiB, by the metric. */
  readonly bound: number;
  /** Absent: the whole run. */
  readonly windowSeconds?: number;
  /** The run ends as soon as it does not hold. */
  readonly aborts: boolean;
}

const grammar =
  'expected STEP.STATISTIC<DURATION, failed<N%, failed<N, late…, dropped…, retried…, early…, rate>N/s, or memory<N MiB, each with <, <=, > or >=, ' +
  'then perhaps /WINDOW (such as /1m) and :abort';

/**
 * Reads `enroll.p95<2s`, `failed<0.5%/1m:abort`, `rate>=100/s`. @throws MusterError settings-invalid saying what was expected
 */
export function parseThreshold(text: string): Threshold {
  const parts =
    /^\s*([\w.-]+?)\s*(<=|>=|<|>)\s*(\d+(?:\.\d+)?)(%|ms|s|m|h|\/s|[MG]iB)?(?:\/(\d+(?:ms|[smhd])))?(:abort)?\s*$/.exec(
      text,
    );
  if (!parts) throw refused(text, grammar);
  const [, name = '', operator = '', number = '', unit = '', window, abort] = parts;
  const metric = metricOf(text, name, unit);
  const windowSeconds = window === undefined ? undefined : durationSeconds(window);
  if (windowSeconds !== undefined && windowSeconds < 1) throw refused(text, 'a window is at least 1s');
  return {
    text: text.trim(),
    metric,
    operator: operator as Threshold['operator'],
    bound: boundOf(metric, Number(number), unit),
    ...(windowSeconds === undefined ? {} : { windowSeconds }),
    aborts: abort !== undefined,
  };
}

function metricOf(text: string, name: string, unit: string): Metric {
  const [first = ''] = name.split('.');
  const rest = name.slice(first.length + 1);
  const count = counts.find((each) => each === name);
  if (count) {
    if (unit === '%') return { kind: 'share', count };
    if (unit === '') return { kind: 'count', count };
    throw refused(text, `${name} is a number or a percentage, without «${unit}»`);
  }
  if (name === 'rate') {
    if (unit === '/s') return { kind: 'rate' };
    throw refused(text, 'a rate is N/s');
  }
  if (name === 'memory') {
    if (unit in unitMiB) return { kind: 'memory' };
    throw refused(text, 'memory is compared with a size, such as 512MiB or 1.5GiB');
  }
  const step = loadSteps.find((each) => each === first);
  const statistic = statistics.find((each) => each === rest);
  if (!step)
    throw refused(
      text,
      `there is no «${first}»; expected one of ${[...counts, 'rate', 'memory', ...loadSteps].join(', ')}`,
    );
  if (!statistic) throw refused(text, `there is no «${rest}» of ${first}; expected one of ${statistics.join(', ')}`);
  if (!/^(ms|s|m|h)$/.test(unit)) throw refused(text, 'a latency is compared with a duration, such as 200ms or 2s');
  return { kind: 'latency', step, statistic };
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

const unitMiB: Readonly<Record<string, number>> = { MiB: 1, GiB: 1024 };

function boundOf(metric: Metric, number: number, unit: string): number {
  if (metric.kind === 'latency') return number * (unitMs[unit] ?? 1);
  if (metric.kind === 'memory') return number * (unitMiB[unit] ?? 1);
  return metric.kind === 'share' ? number / 100 : number;
}

function refused(text: string, why: string): MusterError {
  return new MusterError('settings-invalid', `--threshold "${text}": ${why}.`);
}

const percentileOf: Readonly<Record<Exclude<Statistic, 'mean'>, number>> = {
  min: 0,
  p50: 50,
  p90: 90,
  p95: 95,
  p99: 99,
  'p99.9': 99.9,
  max: 100,
};

/** What a threshold looks at: the whole run, or its last stretch. */
export interface Stretch extends Readonly<Record<LoadCounter, number>> {
  readonly seconds: number;
  readonly succeeded: number;
  readonly failed: number;
  /** The most that the generator had. */
  readonly memoryMiB: number;
  /** In milliseconds; undefined when nothing was timed. */
  latency(step: LoadStep, percentile: number | 'mean'): number | undefined;
}

/** Does it hold, and what was seen? A latency of which there is no sample does not hold: nothing was shown. */
export function judgeThreshold(
  { metric, operator, bound }: Threshold,
  stretch: Stretch,
): { met: boolean; seen: string } {
  const value = seenOf(metric, stretch);
  if (value === undefined) return { met: false, seen: 'nothing was timed' };
  const met = { '<': value < bound, '<=': value <= bound, '>': value > bound, '>=': value >= bound }[operator];
  return { met, seen: inWords(metric, value) };
}

function seenOf(metric: Metric, stretch: Stretch): number | undefined {
  if (metric.kind === 'latency') {
    return stretch.latency(metric.step, metric.statistic === 'mean' ? 'mean' : percentileOf[metric.statistic]);
  }
  if (metric.kind === 'rate') return stretch.seconds > 0 ? stretch.succeeded / stretch.seconds : 0;
  if (metric.kind === 'memory') return stretch.memoryMiB;
  const count = stretch[metric.count];
  if (metric.kind === 'count') return count;
  const of = {
    failed: stretch.succeeded + stretch.failed,
    late: stretch.started,
    dropped: stretch.due,
    retried: stretch.started,
    early: stretch.polls + stretch.retried,
  };
  return of[metric.count] === 0 ? 0 : count / of[metric.count];
}

function inWords(metric: Metric, value: number): string {
  if (metric.kind === 'latency') return value < 1000 ? `${value.toFixed(1)} ms` : `${(value / 1000).toFixed(2)} s`;
  if (metric.kind === 'share') return `${(value * 100).toFixed(2)} %`;
  if (metric.kind === 'memory') return `${value.toFixed(0)} MiB`;
  return metric.kind === 'rate' ? `${value.toFixed(1)}/s` : String(value);
}
