import type { LoadRecord } from '#reports/load-record.ts';

/** What one shard left. */
export interface ShardResult {
  /** For people: the folder that it came from. */
  readonly name: string;
  readonly record: LoadRecord;
  /** The text of its ledger. */
  readonly ledger: string;
}

/** Each shard of the run once, and why that is not the whole of it: one is missing, there twice, cut short or of another run. */
export function shardsOfRun(
  results: readonly ShardResult[],
  of: LoadRecord,
): { readonly shards: readonly ShardResult[]; readonly problems: readonly string[] } {
  const run = identityOf(of);
  const isOfRun = ({ record }: ShardResult): boolean => identityOf(record) === run;
  const byIndex = Map.groupBy(results.filter(isOfRun), ({ record }) => record.shard.index);
  const problems = results.flatMap((result) =>
    isOfRun(result)
      ? problemsOf(result)
      : [`${result.name} is of another run: seed, fleet, number of shards, plan or version differ.`],
  );
  const { of: count } = of.shard;
  for (let index = 0; index < count; index++) {
    const names = byIndex.get(index)?.map(({ name }) => name) ?? [];
    if (names.length === 0) problems.push(`Shard ${index + 1} of ${count} is missing.`);
    if (names.length > 1)
      problems.push(`Shard ${index + 1} of ${count} is there ${names.length} times: ${names.join(', ')}.`);
  }
  return { shards: [...byIndex.values()].flatMap(([first]) => first ?? []), problems };
}

/** What shards of one run have in common. */
function identityOf({ seed, muster, shard: { of, fleet }, plan: { model, lines } }: LoadRecord): string {
  return JSON.stringify([seed, muster, of, fleet, model, lines.filter(([name]) => name !== 'Simulators')]);
}

function problemsOf({ name, record, ledger }: ShardResult): string[] {
  const lines = ledger === '' ? 0 : ledger.trimEnd().split('\n').length;
  return [
    ...(record.status === 'complete' ? [] : [`${name} was ended before it was over.`]),
    ...(lines === record.ledger.certificates
      ? []
      : [`The ledger of ${name} has ${lines} lines, expected ${record.ledger.certificates}.`]),
  ];
}
