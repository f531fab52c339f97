import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderGithubAnnotations } from './github-annotations.ts';
import type { RunRecord } from './run-record.ts';
import { sampleRecord } from './sample-record.ts';

const { baseline: _baseline, ...withoutBaseline } = sampleRecord;
const linesOf = (record: RunRecord) => renderGithubAnnotations(record).split('\n').slice(0, -1);

test('each finding is an annotation, the worst first; a stale entry is one at its line of the baseline', () => {
  assert.deepEqual(
    linesOf(sampleRecord).map((line) => line.split('::')[1]),
    [
      'error title=fail%3A DEV-TLS-004',
      'error title=error%3A DEV-RET-002',
      'error title=unverified%3A DEV-TLS-009',
      'error title=unexpected-pass%3A SRV-CFG-004',
      'error file=known.baseline,line=20,title=stale entry of the baseline',
      'warning title=warn%3A DEV-TLS-021',
    ],
  );
});

test('a device cannot say a command of its own, whatever it says', () => {
  const reason = '100 %\r\n::set-env name=PATH::/tmp\n##[error]';
  const cases = sampleRecord.cases.map((one) => ({ ...one, reason }));
  const lines = linesOf({ ...sampleRecord, cases });
  assert.equal(lines.length, linesOf(sampleRecord).length);
  for (const line of lines) assert.match(line, /^::(error|warning) [^:]*::/);
  assert.match(lines[0] ?? '', /100 %25%0D%0A::set-env name=PATH::\/tmp%0A##\[error\]/);
});

test('of more than GitHub shows, the last says how many there are besides', () => {
  const failed = sampleRecord.cases.find(({ verdict }) => verdict === 'fail');
  assert.ok(failed);
  const many = (count: number) => ({ ...withoutBaseline, cases: Array.from({ length: count }, () => failed) });
  assert.equal(linesOf(many(10)).length, 10);
  const cut = linesOf(many(35));
  assert.equal(cut.length, 10);
  assert.match(cut[9] ?? '', /^::error title=26 more::/);
});

test('a run that is not good though no case says so has an annotation; a good one has none', () => {
  const good = sampleRecord.cases.filter(({ verdict }) => verdict === 'pass');
  const over: RunRecord = { ...withoutBaseline, cases: good, verdict: 'incomplete', reasons: ['The run is not over.'] };
  assert.deepEqual(linesOf(over), ['::error title=the run as a whole::The run is not over.']);
  assert.deepEqual(linesOf({ ...over, verdict: 'pass' }), []);
});
