import {
  type LatencyView,
  type LoadFailure,
  type LoadRecord,
  type LoadStep,
  loadEnds,
  loadSteps,
  type ThresholdView,
} from './load-record.ts';
import { rateOf } from './load-words.ts';

/** Something that two runs do not have in common. */
export interface Difference {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** One number of both runs; `ratio` is after by before, absent where there is nothing to divide by. */
export interface Compared {
  readonly name: string;
  readonly unit: 'ms' | '/s' | 'MiB' | 'number';
  readonly before?: number;
  readonly after?: number;
  readonly ratio?: number;
  /** Is more of it worse? Absent where neither is. */
  readonly worse?: 'more' | 'less';
}

export interface StepDiff {
  readonly step: LoadStep;
  readonly rows: readonly Compared[];
}

export interface FailureDiff {
  readonly kind: string;
  readonly before: number;
  readonly after: number;
  readonly change: 'new' | 'gone' | 'more' | 'fewer' | 'same';
}

export interface ThresholdDiff {
  readonly text: string;
  readonly change: 'broken' | 'mended' | 'added' | 'removed' | 'same';
  readonly before?: ThresholdView;
  readonly after?: ThresholdView;
}

/** Two runs of a fleet, the second beside the first. */
export interface LoadDiff {
  readonly schemaVersion: 1;
  readonly before: RunOfDiff;
  readonly after: RunOfDiff;
  /** Why a difference of numbers may be none of the server: another plan, another target, a run that is not whole. */
  readonly obstacles: readonly Difference[];
  /** What became worse whatever the numbers: a verdict, a threshold, a new kind of failure. One sentence each. */
  readonly regressions: readonly string[];
  readonly numbers: readonly Compared[];
  readonly steps: readonly StepDiff[];
  readonly failures: readonly FailureDiff[];
  readonly thresholds: readonly ThresholdDiff[];
}

interface RunOfDiff {
  readonly startedAt: string;
  readonly muster: string;
  readonly command: string;
  readonly verdict: LoadRecord['verdict'];
  readonly durationMs: number;
  /** By second, for a drawing. */
  readonly course: readonly { readonly succeeded: number; readonly p99Ms?: number }[];
}

/** Compares two runs; `before` is the one to be measured against. */
export function diffLoads(before: LoadRecord, after: LoadRecord): LoadDiff {
  const failures = failureDiffs(before.failures, after.failures);
  const thresholds = thresholdDiffs(before.thresholds, after.thresholds);
  return {
    schemaVersion: 1,
    before: runOf(before),
    after: runOf(after),
    obstacles: obstaclesBetween(before, after),
    regressions: regressionsOf(before, after, failures, thresholds),
    numbers: numbersOf(before, after),
    steps: loadSteps.flatMap((step) => {
      const rows = latencyRows(before.steps[step], after.steps[step]);
      return rows.length === 0 ? [] : [{ step, rows }];
    }),
    failures,
    thresholds,
  };
}

function runOf({ startedAt, muster, command, verdict, durationMs, seconds }: LoadRecord): RunOfDiff {
  return {
    startedAt,
    muster,
    command,
    verdict,
    durationMs,
    course: seconds.map(({ succeeded, p99Ms, histogram }) => ({
      succeeded,
      ...(histogram === undefined ? {} : { p99Ms }),
    })),
  };
}

function obstaclesBetween(before: LoadRecord, after: LoadRecord): Difference[] {
  const of = (name: string, read: (record: LoadRecord) => string): Difference[] => {
    const [first, second] = [read(before), read(after)];
    return first === second ? [] : [{ name, before: first, after: second }];
  };
  // Said of a run whenever it is so, even of both: neither is then a measure.
  const flaw = (name: string, read: (record: LoadRecord) => string): Difference[] => {
    const [first, second] = [read(before), read(after)];
    return first === '' && second === '' ? [] : [{ name, before: first || 'no', after: second || 'no' }];
  };
  const lines = [before, after].map(({ plan }) => new Map(plan.lines));
  const names = new Set(lines.flatMap((plan) => [...plan.keys()]));
  return [
    ...flaw('Cut short', ({ status }) => (status === 'incomplete' ? 'yes' : '')),
    ...flaw('Generator saturated', ({ generator }) => generator.saturated.join('; ')),
    ...of('Model', ({ plan }) => plan.model),
    ...[...names].flatMap((name) => {
      const [first = 'none', second = 'none'] = lines.map((plan) => plan.get(name));
      return first === second ? [] : [{ name, before: first, after: second }];
    }),
    ...of('Target', ({ target }) => target.name),
    ...of('Cores of the generator', ({ generator }) => String(generator.cores)),
    ...of('Threads of the generator', ({ generator }) => String(generator.workers)),
    ...of('Muster', ({ muster }) => muster),
  ];
}

function regressionsOf(
  before: LoadRecord,
  after: LoadRecord,
  failures: readonly FailureDiff[],
  thresholds: readonly ThresholdDiff[],
): string[] {
  const verdict =
    before.verdict === 'pass' && after.verdict !== 'pass' ? [`The verdict was pass and is ${after.verdict}.`] : [];
  const broken = thresholds
    .filter(({ change }) => change === 'broken')
    .map(({ text, after: now }) => `The threshold ${text} held and does not hold any more: ${now?.seen ?? ''}.`);
  const appeared = failures
    .filter(({ change }) => change === 'new')
    .map(({ kind, after: count }) => `A new kind of failure, ${count} times: ${kind}.`);
  return [...verdict, ...broken, ...appeared];
}

function numbersOf(before: LoadRecord, after: LoadRecord): Compared[] {
  const of = (
    name: string,
    unit: Compared['unit'],
    worse: Compared['worse'],
    read: (record: LoadRecord) => number | undefined,
  ): Compared[] => comparedOf(name, unit, read(before), read(after), worse);
  return [
    ...of('succeeded', '/s', 'less', rateOf),
    ...of('started', 'number', undefined, ({ counts }) => counts.started),
    ...loadEnds.flatMap((end) =>
      before.counts.ends[end] + after.counts.ends[end] === 0
        ? []
        : of(end, 'number', undefined, ({ counts }) => counts.ends[end]),
    ),
    ...of('late', 'number', 'more', ({ counts }) => counts.late),
    ...of('dropped', 'number', 'more', ({ counts }) => counts.dropped),
    ...of('sent again', 'number', 'more', ({ counts }) => counts.retried),
    ...of('sent early', 'number', 'more', ({ counts }) => counts.early),
    ...of('generator CPU each', 'ms', 'more', ({ generator }) => generator.cpuMsEach),
    ...of('generator memory', 'MiB', 'more', ({ generator }) => generator.peakRssMiB),
    ...of('server CPU each', 'ms', 'more', ({ target }) => target.cpuMsEach),
    ...of('server memory', 'MiB', 'more', ({ target }) => target.peakRssMiB),
  ];
}

const statistics = {
  p50: 'p50Ms',
  p90: 'p90Ms',
  p95: 'p95Ms',
  p99: 'p99Ms',
  'p99.9': 'p999Ms',
  max: 'maxMs',
} as const satisfies Record<string, keyof LatencyView>;

function latencyRows(before: LatencyView | undefined, after: LatencyView | undefined): Compared[] {
  return Object.entries(statistics).flatMap(([name, field]) =>
    comparedOf(name, 'ms', before?.[field], after?.[field], 'more'),
  );
}

function comparedOf(
  name: string,
  unit: Compared['unit'],
  before: number | undefined,
  after: number | undefined,
  worse?: Compared['worse'],
): Compared[] {
  if (before === undefined && after === undefined) return [];
  return [
    {
      name,
      unit,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
      ...(before === undefined || after === undefined || before === 0 ? {} : { ratio: after / before }),
      ...(worse === undefined ? {} : { worse }),
    },
  ];
}

function failureDiffs(before: readonly LoadFailure[], after: readonly LoadFailure[]): FailureDiff[] {
  const counts = (failures: readonly LoadFailure[]) => new Map(failures.map(({ kind, count }) => [kind, count]));
  const [first, second] = [counts(before), counts(after)];
  return [...new Set([...second.keys(), ...first.keys()])].map((kind) => {
    const [had, has] = [first.get(kind) ?? 0, second.get(kind) ?? 0];
    const change = had === 0 ? 'new' : has === 0 ? 'gone' : has > had ? 'more' : has < had ? 'fewer' : 'same';
    return { kind, before: had, after: has, change };
  });
}

function thresholdDiffs(before: readonly ThresholdView[], after: readonly ThresholdView[]): ThresholdDiff[] {
  const texts = new Set([...after, ...before].map(({ text }) => text));
  return [...texts].map((text) => {
    const had = before.find((each) => each.text === text);
    const has = after.find((each) => each.text === text);
    return {
      text,
      change: !had ? 'added' : !has ? 'removed' : had.met === has.met ? 'same' : has.met ? 'mended' : 'broken',
      ...(had ? { before: had } : {}),
      ...(has ? { after: has } : {}),
    };
  });
}
