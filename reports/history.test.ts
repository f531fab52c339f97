import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HistoryRun, historyOf, historyRunOf } from './history.ts';
import { renderHistory } from './history-terminal.ts';
import { renderHistoryHtml } from './html/history-page.ts';
import type { CaseRecord, RunRecord } from './run-record.ts';
import { sampleRecord } from './sample-record.ts';

const idOf = 'DEV-TLS-001';

/** The sample run on a day of November, in which one case is different. */
function runOn(day: number, differs: Partial<CaseRecord> = {}, run: Partial<RunRecord> = {}): HistoryRun {
  const startedAt = `2026-11-${String(day).padStart(2, '0')}T01:00:00.000Z`;
  const cases = sampleRecord.cases.map((one) => (one.id === idOf ? { ...one, ...differs } : one));
  return historyRunOf({ ...sampleRecord, startedAt, cases, ...run }, `nightly/${day}/run.json`);
}

const failed = { verdict: 'fail', reason: 'It accepted.' } as const;
const newer: Partial<RunRecord> = {
  subject: sampleRecord.subject.map((one) =>
    one.role === 'device' ? { ...one, version: '2.5.0', firmware: 'sha256:00' } : one,
  ),
};
const onlySeries = (...runs: readonly HistoryRun[]) => historyOf(runs).series[0] ?? assert.fail();
const trendOf = (id: string, ...runs: readonly HistoryRun[]) =>
  onlySeries(...runs).requirements.find((one) => one.id === id);

test('runs of a subject are a series, the oldest first, however they were found; another profile or subject is another', () => {
  const other = runOn(3, {}, { profile: { ...sampleRecord.profile, id: 'legacy' } });
  const { series } = historyOf([runOn(2), other, runOn(1)]);
  assert.deepEqual(
    series.map(({ profile, runs }) => [profile, runs.map(({ source }) => source)]),
    [
      ['modern', ['nightly/1/run.json', 'nightly/2/run.json']],
      ['legacy', ['nightly/3/run.json']],
    ],
  );
  const [device] = sampleRecord.subject;
  assert.ok(device);
  assert.equal(historyOf([runOn(1), runOn(2, {}, { subject: [{ ...device, name: 'Other' }] })]).series.length, 2);
});

test('the record of one run counts once, wherever it lies, as it was after the last of its cases ran again', () => {
  const again = runOn(1, {}, { reruns: [{ at: '', durationMs: 1, command: '', cases: [{ id: idOf, was: 'fail' }] }] });
  const { runs } = onlySeries(again, { ...runOn(1, failed), source: 'copy/run.json' });
  assert.deepEqual([runs.length, runs[0]?.reruns], [1, 1]);
});

test('a requirement held in those runs in which every case of it passed; an error is none of the subject', () => {
  const both = trendOf('ID-002', runOn(1), runOn(2));
  assert.deepEqual([both?.held, both?.judged, both?.verdicts], [0, 2, ['fail', 'fail']], 'another case of it fails');
  const some = trendOf('REQ-001', runOn(1), runOn(2));
  assert.deepEqual([some?.held, some?.judged], [2, 2]);
  assert.deepEqual([trendOf('RET-003', runOn(1))?.judged, trendOf('RET-003', runOn(1))?.verdicts], [0, ['error']]);
  assert.equal(trendOf('ADM-006', runOn(1)), undefined, 'no case judges it');
  assert.equal(trendOf('ID-009', runOn(1)), undefined, 'it is not applicable');
});

test('what holds least often comes first', () => {
  const rates = onlySeries(runOn(1), runOn(2)).requirements.map(({ held, judged }) =>
    judged === 0 ? 0 : held / judged,
  );
  assert.deepEqual(rates, [...rates].sort());
});

test('a case is flaky whose repetitions differ, or whose verdict turns while nothing else does', () => {
  const flaky = (...runs: readonly HistoryRun[]) =>
    onlySeries(...runs).flaky.map(({ id, differed, turned }) => [id, differed, turned]);
  assert.deepEqual(flaky(runOn(1), runOn(2, failed), runOn(3)), [[idOf, 0, 2]]);
  assert.deepEqual(flaky(runOn(1, { ...failed, repetitions: ['pass', 'fail'] })), [[idOf, 1, 0]]);
  assert.deepEqual(flaky(runOn(1), runOn(2)), []);
  assert.deepEqual(flaky(runOn(1), runOn(2, failed, newer)), [], 'another version of the subject may well differ');
  assert.deepEqual(flaky(runOn(1), runOn(2, failed, { muster: '0.2.0' })), [], 'so may another version of Muster');
  assert.deepEqual(flaky(runOn(1), runOn(2, { ...failed, version: 2 })), [], 'and of the case');
  assert.deepEqual(
    flaky(runOn(1), runOn(2, { verdict: 'error', reason: 'Status 127.' }), runOn(3)),
    [],
    'an error says nothing',
  );
});

test('text and page name runs, requirements that do not hold, and flaky cases', () => {
  const history = historyOf([runOn(1), runOn(2, failed), runOn(3, {}, newer)]);
  const text = renderHistory(history, { color: false, columns: 120 });
  assert.match(
    text,
    /^Example Gateway and Example Enrollment Server, profile modern: 3 runs\n {2}2026-11-01 01:00 {2}fail {9}Example Gateway 2\.4\.1/,
  );
  assert.match(text, /ID-002 \(MUST\) held in 0 of 3 runs/);
  assert.match(text, /DEV-TLS-001 its verdict turned once while the subject was the same/);
  assert.match(text, /Example Gateway 2\.5\.0 and Example Enrollment Server 0\.1\.0 · other firmware/);
  const page = renderHistoryHtml(history);
  for (const words of [
    '3 runs',
    '0 %, held in 0 of 3 runs',
    'its verdict turned once',
    'sha256:9f0c1a7be2d1',
    'nightly/2/run.json',
  ])
    assert.ok(page.includes(words), words);
  assert.doesNotMatch(page, /https?:\/\/(?!www\.w3\.org)/);
});

test('what a peer called itself becomes neither markup nor a command to the terminal', () => {
  const [device] = sampleRecord.subject;
  assert.ok(device);
  const subject = [{ ...device, name: '<script>\u001b[2J', version: '"><img>' }];
  const history = historyOf([runOn(1, {}, { subject })]);
  const page = renderHistoryHtml(history);
  assert.ok(!page.includes('<img>') && !page.includes('<script>\u001b'));
  assert.ok(!renderHistory(history, { color: false, columns: 100 }).includes('\u001b'));
});
