import type { FleetPlan } from './plan.ts';

/** The plan of one shard. */
export function sliceOf(plan: FleetPlan, shard: FleetPlan['shard']): FleetPlan {
  const { fleet, workers } = plan;
  const from = Math.floor((fleet * shard.index) / shard.of);
  const to = Math.floor((fleet * (shard.index + 1)) / shard.of);
  return { ...plan, shard, from, to, workers: Math.min(workers, Math.max(1, to - from)) };
}
