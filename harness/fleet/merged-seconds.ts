import { Latencies } from '#reports/latency.ts';
import type { LoadRecord, LoadSecond } from '#reports/load-record.ts';
import { sumsOf } from './sums.ts';

const summed = ['started', 'succeeded', 'failed', 'inFlight', 'pending', 'held', 'polls'] as const;

/** Seconds of the clock, not of each shard: one that began later is moved. `startedMs`: when the first began, since 1970. */
export function mergedSeconds(records: readonly LoadRecord[], startedMs: number): LoadSecond[] {
  const bySecond: LoadSecond[][] = [];
  for (const { seconds, startedAt } of records) {
    const offset = Math.round((Date.parse(startedAt) - startedMs) / 1000);
    for (const each of seconds) {
      const at = each.second + offset;
      while (bySecond.length <= at) bySecond.push([]);
      bySecond[at]?.push(each);
    }
  }
  return bySecond.map(mergedSecond);
}

function mergedSecond(parts: readonly LoadSecond[], second: number): LoadSecond {
  const latencies = new Latencies(2);
  for (const { histogram } of parts) if (histogram !== undefined) latencies.merge(histogram);
  const wanted = parts.flatMap((part) => part.wanted ?? []);
  return {
    second,
    ...(wanted.length === 0 ? {} : { wanted: wanted.reduce((sum, each) => sum + each, 0) }),
    ...sumsOf(summed, parts),
    ...most('generatorMiB', parts),
    ...most('targetMiB', parts),
    ...latencies.ofSecond(),
  };
}

/** Of the shard that has most: shards may be on machines of their own. */
function most(of: 'generatorMiB' | 'targetMiB', parts: readonly LoadSecond[]): Partial<LoadSecond> {
  const known = parts.flatMap((part) => part[of] ?? []);
  return known.length === 0 ? {} : { [of]: Math.max(...known) };
}
