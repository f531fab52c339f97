import type { LatencyView, LoadRecord } from './load-record.ts';
import { latencyText } from './load-words.ts';

/** How a fleet behaved under a server that said "later". */
export interface LoadConduct {
  readonly told: LatencyView;
  readonly rest: LatencyView;
  /** Sent before the time was over. */
  readonly early: number;
  /** Of the seconds from the first poll to the last; a fleet that comes back at one moment has a peak far above its mean. */
  readonly polls?: { readonly perSecond: number; readonly peak: number; readonly peakSecond: number };
}

/** Undefined when no device was told to wait. */
export function conductOf({
  steps,
  counts,
  seconds,
}: Pick<LoadRecord, 'steps' | 'counts' | 'seconds'>): LoadConduct | undefined {
  const { told, rest } = steps;
  if (!told || !rest) return undefined;
  const busy = seconds.filter(({ polls }) => polls > 0);
  const [first] = busy;
  const last = busy.at(-1);
  if (!first || !last) return { told, rest, early: counts.early };
  const total = busy.reduce((sum, { polls }) => sum + polls, 0);
  const most = busy.reduce((best, second) => (second.polls > best.polls ? second : best), first);
  const polls = { perSecond: total / (last.second - first.second + 1), peak: most.polls, peakSecond: most.second };
  return { told, rest, early: counts.early, polls };
}

/** In sentences: what was told, how long they waited, and how the polls of all came together. */
export function conductInWords({ told, rest, early, polls }: LoadConduct): string[] {
  // A histogram has three digits.
  const isOne = told.maxMs < told.minMs * 1.01;
  const toldText = isOne ? latencyText(told.maxMs) : `${latencyText(told.minMs)} to ${latencyText(told.maxMs)}`;
  const times = `${rest.count} waits: told ${toldText}, waited ${latencyText(rest.minMs)} to ${latencyText(rest.maxMs)}, half of them ${latencyText(rest.p50Ms)} or less; ${early} sent early`;
  if (!polls) return [times];
  const { perSecond, peak, peakSecond } = polls;
  const share = perSecond > 0 ? `, ${(peak / perSecond).toFixed(1)} times the mean` : '';
  return [times, `polls: ${perSecond.toFixed(1)}/s, at most ${peak} in one second (at ${peakSecond} s)${share}`];
}
