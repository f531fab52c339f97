import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoadRecord } from './load-record.ts';
import { judgeLoad } from './load-verdict.ts';
import { sampleLoad } from './sample-load.ts';

const clean: LoadRecord = {
  ...sampleLoad,
  counts: { ...sampleLoad.counts, ends: { ...sampleLoad.counts.ends, refused: 0 } },
};
const end = (record: LoadRecord): [verdict: string, exitCode: number] => {
  const { verdict, exitCode } = judgeLoad(record);
  return [verdict, exitCode];
};

test('a run in which everything ended as it should is good', () => {
  assert.deepEqual(end(clean), ['pass', 0]);
});

test('a failure that no threshold allows is a finding, and is none where one does', () => {
  assert.deepEqual(end(sampleLoad), ['fail', 1]);
  const allowed = { ...sampleLoad, thresholds: [{ text: 'failed<50%', met: true, seen: '25.00 %' }] };
  assert.deepEqual(end(allowed), ['pass', 0]);
});

test('a threshold that does not hold is a finding; what a saturated generator measured is inconclusive, good or bad', () => {
  const missed = { ...clean, thresholds: [{ text: 'enroll.p95<1ms', met: false, seen: '31.0 ms' }] };
  assert.deepEqual(end(missed), ['fail', 1]);
  const saturated = { ...clean.generator, saturated: ['the event loop was 300 ms late'] };
  assert.deepEqual(end({ ...clean, generator: saturated }), ['inconclusive', 4]);
  assert.deepEqual(end({ ...missed, generator: saturated }), ['inconclusive', 4]);
});

test('a double serial number is a finding whatever else there is, and is named', () => {
  const ledger = { ...clean.ledger, doubleSerialCount: 1, doubleSerials: ['serial 01: gw1, gw2'] };
  const generator = { ...clean.generator, saturated: ['the event loop was 300 ms late'] };
  const { exitCode, reasons } = judgeLoad({ ...clean, ledger, generator });
  assert.equal(exitCode, 1);
  assert.match(reasons[0] ?? '', /gw1, gw2/);
});

test('a run that was cut short never ends 0, nor does one in which nothing began', () => {
  assert.deepEqual(end({ ...clean, status: 'incomplete' }), ['incomplete', 4]);
  assert.deepEqual(end({ ...sampleLoad, status: 'incomplete' }), ['incomplete', 1]);
  assert.deepEqual(end({ ...clean, counts: { ...clean.counts, started: 0 } }), ['inconclusive', 4]);
});

test('a server that nobody reached is the fault of the bench (control: one that somebody reached)', () => {
  const none = { ...clean.counts.ends, enrolled: 0, unreachable: 3 };
  assert.deepEqual(end({ ...clean, counts: { ...clean.counts, ends: none } }), ['error', 3]);
  assert.deepEqual(end({ ...clean, counts: { ...clean.counts, ends: { ...none, enrolled: 1 } } }), ['fail', 1]);
});
