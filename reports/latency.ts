import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';
import type { LatencyView } from './load-record.ts';

/** One hour, in microseconds. What took longer counts as an hour: the library throws above its bound. */
const highest = 3_600_000_000;

const percentiles = { p50Ms: 50, p90Ms: 90, p95Ms: 95, p99Ms: 99, p999Ms: 99.9 } as const;

/** Durations of one step, merged from wherever they were measured before any percentile is computed. */
export class Latencies {
  readonly #histogram: Histogram;

  /** `digits`: how exact a value is kept. */
  constructor(digits: 2 | 3 = 3) {
    this.#histogram = build({
      lowestDiscernibleValue: 1,
      highestTrackableValue: highest,
      numberOfSignificantValueDigits: digits,
      bitBucketSize: 32,
      useWebAssembly: false,
    });
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  add(microseconds: number): void {
    this.#histogram.recordValue(Math.min(Math.max(1, Math.round(microseconds)), highest));
  }

  /** @throws Error when the text is no histogram */
  merge(histogram: string): void {
    this.#histogram.add(decodeFromCompressedBase64(histogram, 32, false));
  }

  /** In milliseconds; `percentile` from 0 to 100. */
  at(percentile: number): number {
    return this.#histogram.getValueAtPercentile(percentile) / 1000;
  }

  get meanMs(): number {
    return this.count === 0 ? 0 : this.#histogram.mean / 1000;
  }

  view(): LatencyView {
    return {
      count: this.count,
      minMs: this.at(0),
      meanMs: this.meanMs,
      p50Ms: this.at(percentiles.p50Ms),
      p90Ms: this.at(percentiles.p90Ms),
      p95Ms: this.at(percentiles.p95Ms),
      p99Ms: this.at(percentiles.p99Ms),
      p999Ms: this.at(percentiles.p999Ms),
      maxMs: this.at(100),
      histogram: encodeIntoCompressedBase64(this.#histogram),
    };
  }

  /** What a second of a run keeps; without a histogram when nothing was timed in it. */
  ofSecond(): { readonly p50Ms: number; readonly p99Ms: number; readonly histogram?: string } {
    if (this.count === 0) return { p50Ms: 0, p99Ms: 0 };
    return { p50Ms: this.at(50), p99Ms: this.at(99), histogram: encodeIntoCompressedBase64(this.#histogram) };
  }
}
