import { Latencies } from '#reports/latency.ts';
import {
  failedEnds,
  type GeneratorView,
  type LoadCounts,
  type LoadFailure,
  type LoadRecord,
  type LoadStep,
  loadCounters,
  loadEnds,
  loadSteps,
  type ThresholdView,
} from '#reports/load-record.ts';
import { judgeLoad, type LoadJudgement } from '#reports/load-verdict.ts';
import { Ledger } from './ledger.ts';
import { mergedSeconds } from './merged-seconds.ts';
import { type ShardResult, shardsOfRun } from './shards-of-run.ts';
import { sumsOf } from './sums.ts';
import { judgeThreshold, parseThreshold, type Stretch } from './thresholds.ts';

export interface MergedLoad {
  readonly record: LoadRecord;
  readonly exitCode: LoadJudgement['exitCode'];
  readonly ledger: string;
}

/**
 * One record of the shards of a fleet: histograms are merged before a percentile is computed, and keys and serial numbers compared
 * across all of them. A shard that is missing, there twice, cut short or of another run makes the whole incomplete, and so does a
 * problem that the caller knows of; notes are for the reader alone.
 */
export function mergeShards(
  results: readonly ShardResult[],
  known: { readonly problems: readonly string[]; readonly notes: readonly string[] } = { problems: [], notes: [] },
): MergedLoad | undefined {
  const [first] = results;
  if (!first) return undefined;
  const { shards, problems: own } = shardsOfRun(results, first.record);
  const problems = [...known.problems, ...own];
  const records = shards.map(({ record }) => record);
  const startedMs = Math.min(...records.map(({ startedAt }) => Date.parse(startedAt)));
  const endedMs = Math.max(...records.map(({ startedAt, durationMs }) => Date.parse(startedAt) + durationMs));
  const ledger = shards.map((each) => each.ledger).join('');
  const counts = mergedCounts(records);
  const latencies = mergedLatencies(records);
  const generator = mergedGenerator(records);
  const facts = {
    status: problems.length > 0 ? 'incomplete' : 'complete',
    counts,
    ledger: ledgerOf(ledger, records),
    thresholds: mergedThresholds(records, stretchOf(counts, latencies, endedMs - startedMs, generator.peakRssMiB)),
    generator,
  } as const;
  const { verdict, reasons, exitCode } = judgeLoad(facts);
  const { fleet } = first.record.shard;
  const record: LoadRecord = {
    ...first.record,
    ...facts,
    verdict,
    reasons: [...problems, ...reasons, ...known.notes],
    startedAt: new Date(startedMs).toISOString(),
    durationMs: endedMs - startedMs,
    target: mergedTarget(records),
    shard: { index: 0, of: 1, from: 0, to: fleet, fleet },
    steps: Object.fromEntries([...latencies].map(([step, merged]) => [step, merged.view()])),
    seconds: mergedSeconds(records, startedMs),
    failures: mergedFailures(records),
  };
  return { record, exitCode, ledger };
}

const sumOf = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + of(item), 0);

function mergedCounts(records: readonly LoadRecord[]): LoadCounts {
  const counts = records.map((record) => record.counts);
  return {
    ...sumsOf(['simulators', ...loadCounters, 'approved'], counts),
    ends: sumsOf(
      loadEnds,
      counts.map(({ ends }) => ends),
    ),
  };
}

function mergedLatencies(records: readonly LoadRecord[]): Map<LoadStep, Latencies> {
  const merged = new Map<LoadStep, Latencies>();
  for (const step of loadSteps) {
    for (const { steps } of records) {
      const view = steps[step];
      if (!view) continue;
      const latencies = merged.get(step) ?? new Latencies();
      latencies.merge(view.histogram);
      merged.set(step, latencies);
    }
  }
  return merged;
}

function stretchOf(
  counts: LoadCounts,
  latencies: ReadonlyMap<LoadStep, Latencies>,
  durationMs: number,
  memoryMiB: number,
): Stretch {
  const { ends } = counts;
  const succeeded = sumOf(loadEnds, (end) => (failedEnds.has(end) ? 0 : ends[end]));
  return {
    ...counts,
    seconds: durationMs / 1000,
    succeeded,
    failed: sumOf(loadEnds, (end) => ends[end]) - succeeded,
    memoryMiB,
    latency: (step, percentile) => {
      const merged = latencies.get(step);
      return percentile === 'mean' ? merged?.meanMs : merged?.at(percentile);
    },
  };
}

/** Of the whole where it is about the whole run; a window held when it held in every shard. */
function mergedThresholds([first, ...others]: readonly LoadRecord[], whole: Stretch): ThresholdView[] {
  if (!first) return [];
  return first.thresholds.map(({ text }, at) => {
    const threshold = parseThreshold(text);
    const views = [first, ...others].flatMap(({ thresholds }) => thresholds[at] ?? []);
    const broken = views.find(({ met }) => !met);
    if (threshold.windowSeconds !== undefined || threshold.aborts) {
      return broken ?? { text, met: true, seen: views.map(({ seen }) => seen).join('; ') };
    }
    return { text, ...judgeThreshold(threshold, whole) };
  });
}

function ledgerOf(text: string, records: readonly LoadRecord[]): LoadRecord['ledger'] {
  const names: string[] = [];
  const ledger = new Ledger((index) => names[index] ?? '');
  for (const line of text.split('\n')) {
    const [serial, key, name] = line.split(' ');
    if (serial !== undefined && key !== undefined && name !== undefined)
      ledger.issued([names.push(name) - 1, serial, key]);
  }
  return {
    ...ledger.view(),
    neverRetrievedCount: sumOf(records, (record) => record.ledger.neverRetrievedCount),
    neverRetrieved: records.flatMap((record) => record.ledger.neverRetrieved).slice(0, 20),
  };
}

const endedOf = ({ counts }: LoadRecord): number => sumOf(loadEnds, (end) => counts.ends[end]);

function mergedGenerator(records: readonly LoadRecord[]): GeneratorView {
  const views = records.map(({ generator }) => generator);
  const ended = sumOf(records, endedOf);
  return {
    workers: sumOf(views, ({ workers }) => workers),
    cores: sumOf(views, ({ cores }) => cores),
    cpu: sumOf(views, ({ cpu }) => cpu),
    cpuMsEach: ended === 0 ? 0 : sumOf(records, (record) => record.generator.cpuMsEach * endedOf(record)) / ended,
    loopDelayP99Ms: Math.max(...views.map(({ loopDelayP99Ms }) => loopDelayP99Ms)),
    loopDelayMaxMs: Math.max(...views.map(({ loopDelayMaxMs }) => loopDelayMaxMs)),
    peakRssMiB: Math.max(...views.map(({ peakRssMiB }) => peakRssMiB)),
    saturated: records.flatMap(({ generator, shard }) =>
      generator.saturated.map((why) => `shard ${shard.index + 1}: ${why}`),
    ),
  };
}

function mergedTarget(records: readonly LoadRecord[]): LoadRecord['target'] {
  const ended = sumOf(records, endedOf);
  const known = records.filter(({ target }) => target.cpuMsEach !== undefined);
  const cpuMs = sumOf(known, (record) => (record.target.cpuMsEach ?? 0) * endedOf(record));
  return {
    name: [...new Set(records.map(({ target }) => target.name))].join(', '),
    builtIn: records.every(({ target }) => target.builtIn),
    ...(known.length === records.length && ended > 0 ? { cpuMsEach: cpuMs / ended } : {}),
  };
}

function mergedFailures(records: readonly LoadRecord[]): LoadFailure[] {
  const byKind = new Map<string, LoadFailure>();
  for (const failure of records.flatMap(({ failures }) => failures)) {
    const known = byKind.get(failure.kind);
    byKind.set(failure.kind, known ? { ...known, count: known.count + failure.count } : failure);
  }
  return [...byKind.values()];
}
