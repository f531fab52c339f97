import { Latencies } from '#reports/latency.ts';
import {
  failedEnds,
  type GeneratorView,
  type LoadCounts,
  type LoadEnd,
  type LoadFailure,
  type LoadRecord,
  type LoadSecond,
  type LoadStep,
  loadEnds,
  loadSteps,
  type ThresholdView,
} from '#reports/load-record.ts';
import { judgeLoad, type LoadJudgement } from '#reports/load-verdict.ts';
import { Ledger } from './ledger.ts';
import { judgeThreshold, parseThreshold, type Stretch } from './thresholds.ts';

/** What one shard left. */
export interface ShardResult {
  /** For people: the folder that it came from. */
  readonly name: string;
  readonly record: LoadRecord;
  /** The text of its ledger. */
  readonly ledger: string;
}

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
  const problems = [...known.problems, ...problemsOf(results, first.record)];
  const taken = firstOfEach(results, first.record);
  const records = taken.map(({ record }) => record);
  const startedMs = Math.min(...records.map(({ startedAt }) => Date.parse(startedAt)));
  const endedMs = Math.max(...records.map(({ startedAt, durationMs }) => Date.parse(startedAt) + durationMs));
  const ledger = taken.map((result) => result.ledger).join('');
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
  const { shard } = first.record;
  const record: LoadRecord = {
    ...first.record,
    ...facts,
    verdict,
    reasons: [...problems, ...reasons, ...known.notes],
    startedAt: new Date(startedMs).toISOString(),
    durationMs: endedMs - startedMs,
    target: mergedTarget(records),
    shard: { index: 0, of: 1, from: 0, to: shard.fleet, fleet: shard.fleet },
    steps: Object.fromEntries([...latencies].map(([step, merged]) => [step, merged.view()])),
    seconds: mergedSeconds(records, startedMs),
    failures: mergedFailures(records),
  };
  return { record, exitCode, ledger };
}

/** Is every shard there, once, whole, and of the same run? */
function problemsOf(results: readonly ShardResult[], { seed, shard, plan, muster }: LoadRecord): string[] {
  const problems: string[] = [];
  const named = new Map<number, string[]>();
  for (const { name, record, ledger } of results) {
    if (!isOfRun(record, { seed, shard, plan, muster })) {
      problems.push(`${name} is of another run: seed, fleet, number of shards, plan or version differ.`);
      continue;
    }
    named.set(record.shard.index, [...(named.get(record.shard.index) ?? []), name]);
    if (record.status !== 'complete') problems.push(`${name} was ended before it was over.`);
    const lines = ledger === '' ? 0 : ledger.trimEnd().split('\n').length;
    if (lines !== record.ledger.certificates) {
      problems.push(`The ledger of ${name} has ${lines} lines, expected ${record.ledger.certificates}.`);
    }
  }
  for (let index = 0; index < shard.of; index++) {
    const names = named.get(index) ?? [];
    if (names.length === 0) problems.push(`Shard ${index + 1} of ${shard.of} is missing.`);
    if (names.length > 1)
      problems.push(`Shard ${index + 1} of ${shard.of} is there ${names.length} times: ${names.join(', ')}.`);
  }
  return problems;
}

function isOfRun(record: LoadRecord, of: Pick<LoadRecord, 'seed' | 'shard' | 'plan' | 'muster'>): boolean {
  const { seed, shard, plan, muster } = record;
  const shape = ({ model, lines }: LoadRecord['plan']): string =>
    JSON.stringify([model, lines.filter(([name]) => name !== 'Simulators')]);
  return (
    seed === of.seed &&
    muster === of.muster &&
    shard.of === of.shard.of &&
    shard.fleet === of.shard.fleet &&
    shape(plan) === shape(of.plan)
  );
}

function firstOfEach(results: readonly ShardResult[], of: LoadRecord): ShardResult[] {
  const seen = new Set<number>();
  return results.filter(({ record }) => {
    const isNew = isOfRun(record, of) && !seen.has(record.shard.index);
    seen.add(record.shard.index);
    return isNew;
  });
}

const sumOf = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + of(item), 0);

function mergedCounts(records: readonly LoadRecord[]): LoadCounts {
  const sum = (name: Exclude<keyof LoadCounts, 'ends'>): number => sumOf(records, ({ counts }) => counts[name]);
  const ends = loadEnds.map((end) => [end, sumOf(records, ({ counts }) => counts.ends[end])]);
  return {
    simulators: sum('simulators'),
    due: sum('due'),
    started: sum('started'),
    late: sum('late'),
    dropped: sum('dropped'),
    retried: sum('retried'),
    polls: sum('polls'),
    early: sum('early'),
    approved: sum('approved'),
    ends: Object.fromEntries(ends) as Record<LoadEnd, number>,
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

/** Seconds of the clock, not of each shard: one that began later is moved. */
function mergedSeconds(records: readonly LoadRecord[], startedMs: number): LoadSecond[] {
  const merged: { second: LoadSecond; latencies: Latencies }[] = [];
  for (const { seconds, startedAt } of records) {
    const offset = Math.round((Date.parse(startedAt) - startedMs) / 1000);
    for (const each of seconds) {
      const at = each.second + offset;
      while (merged.length <= at) merged.push({ second: emptySecond(merged.length), latencies: new Latencies(2) });
      const there = merged[at];
      if (!there) continue;
      there.second = added(there.second, each);
      if (each.histogram !== undefined) there.latencies.merge(each.histogram);
    }
  }
  return merged.map(({ second, latencies }) => ({ ...second, ...latencies.ofSecond() }));
}

function emptySecond(second: number): LoadSecond {
  return {
    second,
    started: 0,
    succeeded: 0,
    failed: 0,
    inFlight: 0,
    pending: 0,
    held: 0,
    polls: 0,
    p50Ms: 0,
    p99Ms: 0,
  };
}

function added(a: LoadSecond, b: LoadSecond): LoadSecond {
  return {
    ...a,
    ...(a.wanted === undefined && b.wanted === undefined ? {} : { wanted: (a.wanted ?? 0) + (b.wanted ?? 0) }),
    started: a.started + b.started,
    succeeded: a.succeeded + b.succeeded,
    failed: a.failed + b.failed,
    inFlight: a.inFlight + b.inFlight,
    pending: a.pending + b.pending,
    held: a.held + b.held,
    polls: a.polls + b.polls,
    ...most('generatorMiB', a, b),
    ...most('targetMiB', a, b),
  };
}

/** Of the shard that has most: shards may be on machines of their own. */
function most(of: 'generatorMiB' | 'targetMiB', a: LoadSecond, b: LoadSecond): Partial<LoadSecond> {
  const known = [a[of], b[of]].filter((each) => each !== undefined);
  return known.length === 0 ? {} : { [of]: Math.max(...known) };
}

function mergedFailures(records: readonly LoadRecord[]): LoadFailure[] {
  const byKind = new Map<string, LoadFailure>();
  for (const failure of records.flatMap(({ failures }) => failures)) {
    const known = byKind.get(failure.kind);
    byKind.set(failure.kind, known ? { ...known, count: known.count + failure.count } : failure);
  }
  return [...byKind.values()];
}
