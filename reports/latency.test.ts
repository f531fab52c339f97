import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Latencies } from './latency.ts';

const ranks = [50, 90, 95, 99, 99.9] as const;

/** The nearest rank of what was measured. */
function rankOf(sorted: readonly number[], percentile: number): number {
  return sorted[Math.max(1, Math.ceil((percentile / 100) * sorted.length)) - 1] ?? 0;
}

test('percentiles are those of the raw samples, within the three digits of the histogram, also after a merge', () => {
  const seed = Number(process.env.MUSTER_SEED ?? Date.now() % 2 ** 31);
  const samples = fc.array(fc.integer({ min: 1, max: 3_000_000_000 }), { minLength: 1, maxLength: 400 });
  fc.assert(
    fc.property(samples, samples, (here, there) => {
      const whole = new Latencies();
      const other = new Latencies();
      for (const each of here) whole.add(each);
      for (const each of there) other.add(each);
      whole.merge(other.view().histogram);
      const sorted = [...here, ...there].sort((a, b) => a - b);
      assert.equal(whole.count, sorted.length);
      for (const percentile of ranks) {
        const raw = rankOf(sorted, percentile) / 1000;
        assert.ok(
          Math.abs(whole.at(percentile) - raw) <= raw / 1000 + 0.001,
          `p${percentile}: ${whole.at(percentile)}, raw ${raw}`,
        );
      }
    }),
    { seed, numRuns: 30 },
  );
});

test('what took longer than an hour counts as an hour, and nothing throws', () => {
  const latencies = new Latencies();
  latencies.add(10 * 3_600_000_000);
  latencies.add(0);
  assert.equal(latencies.count, 2);
  assert.ok(Math.abs(latencies.at(100) - 3_600_000) < 3600);
});
