import type { Compared, LoadDiff, ThresholdDiff } from './load-diff.ts';
import { latencyText } from './load-words.ts';

/** A smaller difference of two runs is no difference. */
const noticeable = 0.1;

export function numberOf({ unit }: Compared, value: number | undefined): string {
  if (value === undefined) return '–';
  if (unit === 'ms') return latencyText(value);
  if (unit === 'MiB') return `${value.toFixed(0)} MiB`;
  return unit === '/s' ? `${value.toFixed(1)}/s` : String(value);
}

export function ratioText({ ratio, before, after }: Compared): string {
  if (ratio !== undefined) return `× ${ratio.toFixed(2)}`;
  return before === after ? '' : before === undefined ? 'new' : after === undefined ? 'gone' : '';
}

/** Better or worse by enough to be looked at; neither when it is about the same, or when nobody can say. */
export function toneOf({ before, after, ratio, worse }: Compared): 'better' | 'worse' | undefined {
  if (worse === undefined || before === undefined || after === undefined) return undefined;
  if (ratio !== undefined && Math.abs(ratio - 1) < noticeable) return undefined;
  if (before === after) return undefined;
  return after > before === (worse === 'more') ? 'worse' : 'better';
}

export const thresholdChanges: Readonly<Record<ThresholdDiff['change'], string>> = {
  broken: 'held, and does not any more',
  mended: 'did not hold, and does now',
  added: 'in the second run alone',
  removed: 'in the first run alone',
  same: 'as before',
};

/** What the whole of it comes to, in a sentence. */
export function headlineOf({ obstacles, regressions }: LoadDiff): string {
  if (regressions.length > 0) return 'The second run is worse.';
  return obstacles.length > 0 ? 'These runs differ in more than what was measured.' : 'Nothing that held is broken.';
}
