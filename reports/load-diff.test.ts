import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Latencies } from './latency.ts';
import { diffLoads } from './load-diff.ts';
import { renderLoadDiff } from './load-diff-terminal.ts';
import { renderLoadDiffHtml } from './load-html/diff-page.ts';
import type { LoadRecord } from './load-record.ts';
import { sampleLoad } from './sample-load.ts';

function timed(...milliseconds: number[]) {
  const latencies = new Latencies();
  for (const each of milliseconds) latencies.add(each * 1000);
  return latencies.view();
}

const plain = { color: false, columns: 120 };

const worse: LoadRecord = {
  ...sampleLoad,
  verdict: 'fail',
  durationMs: 4200,
  steps: { ...sampleLoad.steps, enroll: timed(60, 75, 93), request: timed(3, 3, 4, 9) },
  thresholds: [{ text: 'enroll.p95<2s', met: false, seen: '2.40 s' }],
  failures: [
    { kind: 'no whole answer from ch within 30 s', end: 'timeout', count: 5, device: 'gw1', transcript: '' },
    ...sampleLoad.failures,
  ],
};

test('a run compared with itself is the same in everything', () => {
  const diff = diffLoads(sampleLoad, structuredClone(sampleLoad));
  assert.deepEqual([diff.obstacles, diff.regressions], [[], []]);
  for (const { ratio = 1 } of [...diff.numbers, ...diff.steps.flatMap(({ rows }) => rows)]) assert.equal(ratio, 1);
  assert.deepEqual(
    diff.failures.map(({ change }) => change),
    ['same'],
  );
  const text = renderLoadDiff(diff, plain);
  assert.match(text, /Nothing that held is broken/);
  assert.doesNotMatch(text, /Hard to compare|better|worse/);
});

test('what is worse is said first: verdict, threshold, a new kind of failure; numbers with their ratio', () => {
  const diff = diffLoads(sampleLoad, worse);
  assert.equal(diff.regressions.length, 3);
  const enroll = diff.steps.find(({ step }) => step === 'enroll')?.rows.find(({ name }) => name === 'p50');
  assert.equal(enroll?.ratio?.toFixed(1), '3.0');
  assert.equal(diff.numbers.find(({ name }) => name === 'succeeded')?.ratio, 0.5);
  const text = renderLoadDiff(diff, plain);
  assert.match(text, /worse\.\n {2}The verdict was pass and is fail\.\n {2}The threshold enroll\.p95<2s held/);
  assert.match(text, /enrollment {7}p50 +25\.0 ms +75\.0 ms +× 3\.00/);
  assert.match(text, /0 → 5 \(new\) {2}no whole answer/);
  // The other way round it is better, and nothing is a regression.
  const back = diffLoads(worse, sampleLoad);
  assert.deepEqual(
    [back.regressions, back.thresholds[0]?.change, back.failures.at(-1)?.change],
    [[], 'mended', 'gone'],
  );
});

test('another plan, another target, a run cut short or a saturated generator is said before any number', () => {
  const other: LoadRecord = {
    ...sampleLoad,
    status: 'incomplete',
    plan: { model: 'closed', lines: [['Simulators', '8']] },
    target: { name: 'https://ch.example.com:1443/tep', builtIn: false },
    generator: { ...sampleLoad.generator, saturated: ['the event loop was 300 ms late'] },
  };
  const diff = diffLoads(sampleLoad, other);
  assert.deepEqual(
    diff.obstacles.map(({ name }) => name),
    ['Cut short', 'Generator saturated', 'Model', 'Simulators', 'Target'],
  );
  const text = renderLoadDiff(diff, plain);
  assert.ok(text.indexOf('Simulators: 4 → 8') < text.indexOf('succeeded'), text);
  assert.equal(diff.numbers.find(({ name }) => name === 'server CPU each')?.after, undefined);
  assert.deepEqual(
    diffLoads(other, other).obstacles.map(({ name }) => name),
    ['Cut short', 'Generator saturated'],
    'of two that are no measure the one is none for the other',
  );
});

test('the page of a comparison is one file, escapes what a server said, and marks what is worse in words', () => {
  const hostile = { ...worse, failures: [{ ...worse.failures[0], kind: '<script>x</script>' }] } as LoadRecord;
  const page = renderLoadDiffHtml(diffLoads(sampleLoad, hostile));
  assert.match(page, /default-src 'none'/);
  assert.doesNotMatch(page, /<script>x|\bstyle="|\son[a-z]+=|NaN|undefined/);
  assert.match(page, /× 3\.00 worse/);
  assert.equal([...page.matchAll(/<figure class="panel chart">/g)].length, 2);
});

test('a terminal without colors gets none, and no line is longer than it is wide', () => {
  const diff = diffLoads(sampleLoad, worse);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
  assert.doesNotMatch(renderLoadDiff(diff, plain), /\u001b/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
  assert.match(renderLoadDiff(diff, { color: true, columns: 120 }), /\u001b\[31m/);
  const narrow = renderLoadDiff(diff, { color: false, columns: 60 }).split('\n');
  const rows = narrow.filter((line) => line.includes('× '));
  assert.ok(rows.length > 20 && rows.every((line) => line.length <= 60), rows.join('\n'));
});
