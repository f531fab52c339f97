import { MusterError } from '#protocol/errors.ts';
import type { BaselineView, CaseRecord, RunRecord } from '#reports/run-record.ts';
import { judgeRun } from '#reports/verdict.ts';

/** What one shard of a certification left. */
export interface RunShard {
  /** For people: the folder that it came from. */
  readonly name: string;
  readonly record: RunRecord;
}

/**
 * One record of the shards of a certification, judged anew. A shard or a case that is missing, a shard that was not over, or one
 * of another run makes the whole incomplete. @throws MusterError settings-invalid when a shard is there twice
 */
export function mergeRuns(shards: readonly RunShard[]): { record: RunRecord; exitCode: number } | undefined {
  const [first] = shards;
  if (!first) return undefined;
  const ofRun = shards.filter(({ record }) => identityOf(record) === identityOf(first.record));
  refuseTwins(ofRun);
  const problems = problemsOf(shards, ofRun, first.record);
  const byId = new Map<string, CaseRecord>();
  for (const { record } of ofRun) for (const one of record.cases) if (!byId.has(one.id)) byId.set(one.id, one);
  const { shard, ...rest } = first.record;
  const expected = shard?.cases ?? [];
  const missing = expected.filter((id) => !byId.has(id));
  if (missing.length > 0) problems.push(`Cases are missing (${missing.length}): ${missing.slice(0, 6).join(', ')}.`);
  const cases = expected.flatMap((id) => byId.get(id) ?? []);
  const status = problems.length > 0 ? 'incomplete' : 'complete';
  const stale = staleOf(ofRun);
  const { verdict, reasons, counts, exitCode } = judgeRun(cases, { strict: shard?.strict === true, status, stale });
  const mutants = new Map(ofRun.flatMap(({ record }) => (record.mutants ?? []).map((one) => [one.id, one] as const)));
  const requirements = new Map(ofRun.flatMap(({ record }) => record.requirements.map((one) => [one.id, one] as const)));
  const reruns = ofRun.flatMap(({ record }) => record.reruns ?? []).sort((a, b) => a.at.localeCompare(b.at));
  const starts = ofRun.map(({ record }) => Date.parse(record.startedAt));
  const ends = ofRun.map(({ record }) => Date.parse(record.startedAt) + record.durationMs);
  const record: RunRecord = {
    ...rest,
    ...(rest.baseline ? { baseline: { ...rest.baseline, stale } } : {}),
    ...(reruns.length > 0 ? { reruns } : {}),
    status,
    verdict,
    reasons: [...problems, ...reasons],
    counts,
    startedAt: new Date(Math.min(...starts)).toISOString(),
    durationMs: Math.max(...ends) - Math.min(...starts),
    cases,
    requirements: [...requirements.values()],
    ...(mutants.size > 0 ? { mutants: [...mutants.values()] } : {}),
  };
  return { record, exitCode };
}

/** What shards of one run have in common. */
function identityOf({ seed, muster, profile, subject, baseline, shard }: RunRecord): string {
  const { of, strict, cases } = shard ?? {};
  return JSON.stringify([seed, muster, profile, subject, baseline?.digest, of, strict, cases]);
}

/** Whoever names a shard twice meant another one. */
function refuseTwins(shards: readonly RunShard[]): void {
  for (const [index, twins] of Map.groupBy(shards, ({ record }) => record.shard?.index))
    if (index !== undefined && twins.length > 1)
      throw new MusterError(
        'settings-invalid',
        `Each shard is expected once, seen shard ${index + 1} of ${twins[0]?.record.shard?.of} ${twins.length} times: ${twins.map(({ name }) => name).join(', ')}.`,
      );
}

/** What each shard says of an entry of the baseline, once: an expired one, all of them say. */
function staleOf(shards: readonly RunShard[]): BaselineView['stale'] {
  const all = shards.flatMap(({ record }) => record.baseline?.stale ?? []);
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

function problemsOf(shards: readonly RunShard[], ofRun: readonly RunShard[], { shard }: RunRecord): string[] {
  if (!shard) return ['Shards of a certification are expected: muster certify --shard i/n.'];
  const others = shards.filter((each) => !ofRun.includes(each));
  const problems = others.map(
    ({ name }) =>
      `${name} is of another run: seed, version, profile, subject, baseline, cases or number of shards differ.`,
  );
  for (const { name, record } of ofRun)
    if (record.status !== 'complete') problems.push(`${name} was ended before it was over.`);
  for (let index = 0; index < shard.of; index++) {
    if (!ofRun.some(({ record }) => record.shard?.index === index))
      problems.push(`Shard ${index + 1} of ${shard.of} is missing.`);
  }
  return problems;
}
