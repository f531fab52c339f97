/** What pairs of measurements, taken in turn, say of a difference between two durations. All in milliseconds. */
export interface TimeComparison {
  /** Median of the differences, the second less the first. */
  readonly differenceMs: number;
  /** The smallest difference that would be seen, with a probability of 95 %, as one that chance does not make (1 in 1,000). */
  readonly detectableMs: number;
  /** Median of the first and of the second. */
  readonly medianMs: readonly [number, number];
  readonly pairs: number;
  /** The fastest of the first and of the second: load slows both, and speeds up neither. */
  readonly fastestMs: readonly [number, number];
  /** Chance alone makes such a difference less than once in a thousand times. */
  readonly isSignificant: boolean;
}

/** Two-sided, 1 in 1,000; and the quantile of 95 %, of the normal distribution. */
const significance = 3.29;
const power = 1.645;
/** Of a normal distribution: standard deviation by median absolute deviation, and error of a median by that of a mean. */
const deviationByMad = 1.4826;
const medianByMean = 1.2533;

/** Robust against single slow answers: medians, and the median of the deviations. */
export function compareTimes(pairs: readonly (readonly [first: number, second: number])[]): TimeComparison {
  const differences = pairs.map(([first, second]) => second - first);
  const differenceMs = median(differences);
  const spread = deviationByMad * median(differences.map((one) => Math.abs(one - differenceMs)));
  const errorMs = (medianByMean * spread) / Math.sqrt(pairs.length);
  return {
    differenceMs,
    detectableMs: (significance + power) * errorMs,
    medianMs: [median(pairs.map(([first]) => first)), median(pairs.map(([, second]) => second))],
    pairs: pairs.length,
    fastestMs: [Math.min(...pairs.map(([first]) => first)), Math.min(...pairs.map(([, second]) => second))],
    isSignificant: Math.abs(differenceMs) > significance * errorMs,
  };
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
