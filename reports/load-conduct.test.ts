import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conductInWords, conductOf } from './load-conduct.ts';
import type { LoadRecord } from './load-record.ts';
import { sampleLoad } from './sample-load.ts';

function withPolls(...polls: number[]): LoadRecord {
  const [second] = sampleLoad.seconds;
  assert.ok(second);
  return { ...sampleLoad, seconds: polls.map((each, at) => ({ ...second, second: at, polls: each })) };
}

test('a fleet that comes back at one moment shows in its busiest second (control: one that comes back spread)', () => {
  const spread = conductOf(withPolls(0, 4, 5, 4, 5, 0));
  assert.deepEqual(spread?.polls, { perSecond: 4.5, peak: 5, peakSecond: 2 });
  const burst = conductOf(withPolls(0, 1, 0, 16, 0, 1, 0));
  assert.deepEqual(burst?.polls, { perSecond: 3.6, peak: 16, peakSecond: 3 });
  assert.ok(burst);
  assert.deepEqual(conductInWords(burst), [
    '2 waits: told 1.00 s, waited 1.10 s to 1.40 s, half of them 1.10 s or less; 0 sent early',
    'polls: 3.6/s, at most 16 in one second (at 3 s), 4.4 times the mean',
  ]);
});

test('where no device was told to wait there is no conduct to speak of', () => {
  assert.equal(conductOf({ ...sampleLoad, steps: {} }), undefined);
  assert.equal(conductOf(withPolls(0, 0))?.polls, undefined);
});
