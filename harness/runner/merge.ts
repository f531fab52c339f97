import type { CaseRecord, RunRecord } from '#reports/run-record.ts';
import { judgeRun } from '#reports/verdict.ts';

/** What one shard of a certification left. */
export interface RunShard {
  /** For people: the folder that it came from. */
  readonly name: string;
  readonly record: RunRecord;
}

/**
 * One record of the shards of a certification, judged anew. A shard or a case that is missing or there twice, a shard that was not
 * over, or one of another run makes the whole incomplete.
 */
export function mergeRuns(shards: readonly RunShard[]): { record: RunRecord; exitCode: number } | undefined {
  const [first] = shards;
  if (!first) return undefined;
  const ofRun = shards.filter(({ record }) => identityOf(record) === identityOf(first.record));
  const problems = problemsOf(shards, ofRun, first.record);
  const byId = new Map<string, CaseRecord>();
  for (const { record } of ofRun) for (const one of record.cases) if (!byId.has(one.id)) byId.set(one.id, one);
  const { shard, ...rest } = first.record;
  const expected = shard?.cases ?? [];
  const missing = expected.filter((id) => !byId.has(id));
  if (missing.length > 0) problems.push(`Cases are missing (${missing.length}): ${missing.slice(0, 6).join(', ')}.`);
  const cases = expected.flatMap((id) => byId.get(id) ?? []);
  const status = problems.length > 0 ? 'incomplete' : 'complete';
  const { verdict, reasons, counts, exitCode } = judgeRun(cases, { strict: shard?.strict === true, status });
  const requirements = new Map(ofRun.flatMap(({ record }) => record.requirements.map((one) => [one.id, one] as const)));
  const starts = ofRun.map(({ record }) => Date.parse(record.startedAt));
  const ends = ofRun.map(({ record }) => Date.parse(record.startedAt) + record.durationMs);
  const record: RunRecord = {
    ...rest,
    status,
    verdict,
    reasons: [...problems, ...reasons],
    counts,
    startedAt: new Date(Math.min(...starts)).toISOString(),
    durationMs: Math.max(...ends) - Math.min(...starts),
    cases,
    requirements: [...requirements.values()],
  };
  return { record, exitCode };
}

/** What shards of one run have in common. */
function identityOf({ seed, muster, profile, subject, shard }: RunRecord): string {
  return JSON.stringify([seed, muster, profile, subject, shard?.of, shard?.strict, shard?.cases]);
}

function problemsOf(shards: readonly RunShard[], ofRun: readonly RunShard[], { shard }: RunRecord): string[] {
  if (!shard) return ['Shards of a certification are expected: muster certify --shard i/n.'];
  const others = shards.filter((each) => !ofRun.includes(each));
  const problems = others.map(
    ({ name }) => `${name} is of another run: seed, version, profile, subject, cases or number of shards differ.`,
  );
  for (const { name, record } of ofRun)
    if (record.status !== 'complete') problems.push(`${name} was ended before it was over.`);
  for (let index = 0; index < shard.of; index++) {
    const names = ofRun.filter(({ record }) => record.shard?.index === index).map(({ name }) => name);
    if (names.length === 0) problems.push(`Shard ${index + 1} of ${shard.of} is missing.`);
    if (names.length > 1)
      problems.push(`Shard ${index + 1} of ${shard.of} is there ${names.length} times: ${names.join(', ')}.`);
  }
  return problems;
}
