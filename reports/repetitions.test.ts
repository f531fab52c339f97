import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFlaky, repeated } from './repetitions.ts';
import type { CaseRecord, CaseVerdict } from './run-record.ts';
import { sampleRecord } from './sample-record.ts';

const sample = sampleRecord.cases[0] ?? assert.fail();
const of = (...verdicts: readonly CaseVerdict[]): CaseRecord =>
  repeated(
    verdicts.map((verdict, at) => ({
      ...sample,
      verdict,
      reason: `It was ${verdict}.`,
      durationMs: 10,
      evidence: {
        done: [],
        seen: [],
        ladder: [],
        certificates: [],
        outputs: [],
        files: [`evidence/${sample.id}/${at + 1}/transcript.txt`],
      },
    })),
  ) ?? assert.fail();

test('repetitions that agree are one verdict, with the time and the evidence of all', () => {
  const { verdict, reason, repetitions, durationMs, evidence } = of('pass', 'pass', 'pass');
  assert.deepEqual([verdict, reason, repetitions, durationMs], ['pass', 'It was pass.', ['pass', 'pass', 'pass'], 30]);
  assert.equal(evidence?.files?.length, 3);
  assert.ok(!isFlaky(of('pass', 'pass')));
});

test('one repetition is no repetition', () => {
  assert.equal(of('fail').repetitions, undefined);
});

test('a case that fails now and then fails, says how often, and shows that failure first', () => {
  const one = of('pass', 'fail', 'pass');
  assert.deepEqual(
    [one.verdict, one.reason, isFlaky(one)],
    ['fail', 'Flaky: pass 2 times, fail once, of 3. It was fail.', true],
  );
  assert.match(one.evidence?.files?.[0] ?? '', /\/2\/transcript/);
});

test('a flaky case is never good, also where each of its verdicts is', () => {
  for (const verdicts of [
    ['pass', 'warn'],
    ['pass', 'not-applicable'],
    ['warn', 'expected-failure'],
  ] as const) {
    const { verdict, proof } = of(...verdicts);
    assert.deepEqual([verdict, proof], ['unverified', undefined], verdicts.join());
  }
  assert.deepEqual(
    [of('pass', 'unverified').verdict, of('pass', 'error').verdict, of('expected-failure', 'unexpected-pass').verdict],
    ['unverified', 'error', 'unexpected-pass'],
  );
});
