import { availableParallelism } from 'node:os';
import type { LoadRecord, ThresholdView } from '#reports/load-record.ts';
import { judgeLoad, type LoadJudgement } from '#reports/load-verdict.ts';
import type { Collector } from './collector.ts';
import { generatorView } from './health.ts';
import type { FleetPlan } from './plan.ts';
import { planInWords } from './plan-in-words.ts';
import { dueTimes } from './schedule.ts';

/** What a run was, beside what was counted in it. */
export interface RunFacts {
  readonly muster: string;
  readonly command: string;
  readonly targetName: string;
  readonly isCut: boolean;
  readonly thresholds: readonly ThresholdView[];
  readonly startedMs: number;
  /** After the moment at which all were to begin. */
  readonly lateMs: number;
  readonly endedMs: number;
  /** Of the generator, and of the built-in server. */
  readonly cpuMs: number;
  readonly targetCpuMs: number | undefined;
  readonly targetRssMiB: number | undefined;
  readonly approved: number;
}

/** The record of a run that is over, judged. */
export function recordOf(
  plan: FleetPlan,
  collector: Collector,
  facts: RunFacts,
): { readonly record: LoadRecord; readonly exitCode: LoadJudgement['exitCode'] } {
  const { startedMs, endedMs, targetCpuMs, targetRssMiB } = facts;
  const counts = collector.counts(facts.approved);
  const ended = Object.values(counts.ends).reduce((sum, count) => sum + count, 0);
  const seen = {
    status: facts.isCut ? 'incomplete' : 'complete',
    counts,
    ledger: collector.ledger.view(),
    thresholds: facts.thresholds,
    generator: generatorView(plan, collector.loopDelays, {
      cpuMs: facts.cpuMs,
      wallMs: endedMs - startedMs,
      ended,
      cores: availableParallelism(),
      lateMs: facts.lateMs,
    }),
  } as const;
  const { verdict, reasons, exitCode } = judgeLoad(seen);
  const record: LoadRecord = {
    schemaVersion: 1,
    ...seen,
    verdict,
    reasons,
    muster: facts.muster,
    command: facts.command,
    seed: plan.seed,
    startedAt: new Date(startedMs).toISOString(),
    durationMs: endedMs - startedMs,
    target: {
      name: facts.targetName,
      builtIn: plan.target.kind === 'built-in',
      ...(targetCpuMs === undefined || ended === 0 ? {} : { cpuMsEach: targetCpuMs / ended }),
      ...(targetRssMiB === undefined ? {} : { peakRssMiB: targetRssMiB }),
    },
    plan: planInWords(plan),
    shard: { ...plan.shard, from: plan.from, to: plan.to, fleet: plan.fleet },
    steps: collector.steps(),
    seconds: collector.seconds(wantedBySecond(plan)),
    failures: collector.failures(),
  };
  return { record, exitCode };
}

/** Starts that the plan of an open run wants in each second, of this shard. */
function wantedBySecond({ model, shard }: FleetPlan): number[] {
  if (model.kind === 'closed') return [];
  const wanted: number[] = [];
  let number = 0;
  for (const due of dueTimes(model)) {
    const second = Math.floor(due / 1000);
    while (wanted.length <= second) wanted.push(0);
    if (number++ % shard.of === shard.index) wanted[second] = (wanted[second] ?? 0) + 1;
  }
  return wanted;
}
