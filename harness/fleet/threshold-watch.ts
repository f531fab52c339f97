import type { ThresholdView } from '#reports/load-record.ts';
import type { Collector } from './collector.ts';
import { judgeThreshold, parseThreshold, type Threshold } from './thresholds.ts';

/** The thresholds of a run, while it runs and when it is over. What has failed once has failed, whatever comes later. */
export class ThresholdWatch {
  readonly #thresholds: readonly Threshold[];
  readonly #broken = new Map<Threshold, string>();

  /** @throws MusterError settings-invalid when one cannot be read */
  constructor(texts: readonly string[]) {
    this.#thresholds = texts.map(parseThreshold);
  }

  /** The longest stretch that one of them looks back on, in whole seconds. */
  get longestWindow(): number {
    return Math.max(2, ...this.#thresholds.map(({ windowSeconds }) => Math.ceil(windowSeconds ?? 0)));
  }

  get hasBroken(): boolean {
    return this.#broken.size > 0;
  }

  /** Looks at those that may not wait for the end. Says why the run is to end, when it is. */
  look(collector: Collector, nowMs: number): string | undefined {
    for (const threshold of this.#thresholds) {
      const { windowSeconds, aborts, text } = threshold;
      if ((!aborts && windowSeconds === undefined) || this.#broken.has(threshold)) continue;
      const whole = collector.whole(nowMs);
      const stretch = windowSeconds === undefined ? whole : collector.last(windowSeconds, nowMs);
      // As long as nothing has ended, nothing is known.
      if (!stretch || stretch.succeeded + stretch.failed === 0) continue;
      const { met, seen } = judgeThreshold(threshold, stretch);
      if (met) continue;
      this.#broken.set(threshold, `${seen}, ${Math.round(whole.seconds)} s into the run`);
      if (aborts) return `${text}: ${seen}`;
    }
    return undefined;
  }

  views(collector: Collector, endedMs: number): ThresholdView[] {
    return this.#thresholds.map((threshold) => {
      const { text, windowSeconds } = threshold;
      const broken = this.#broken.get(threshold);
      if (broken !== undefined) return { text, met: false, seen: broken };
      const { met, seen } = judgeThreshold(threshold, collector.whole(endedMs));
      // A run shorter than the window is its own window.
      const wasLookedAt = windowSeconds !== undefined && collector.last(windowSeconds, endedMs) !== undefined;
      return { text, met: met || wasLookedAt, seen };
    });
  }
}
