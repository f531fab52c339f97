import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleLoad } from '../sample-load.ts';
import { renderLoadHtml } from './page.ts';

const page = renderLoadHtml(sampleLoad);

test('the page is one file: nothing outside is loaded, and a policy forbids it', () => {
  assert.match(
    page,
    /Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-/,
  );
  const loaded = [...page.matchAll(/\b(?:src|href|srcset|action|data)="([^"]*)"/g)].map(([, address]) => address ?? '');
  assert.ok(loaded.length >= 3);
  assert.deepEqual(
    loaded.filter((address) => !address.startsWith('#') && address !== 'data:,'),
    [],
  );
  assert.doesNotMatch(page, /@import|url\(|\bstyle="|\son[a-z]+="/);
});

test('the same record gives the same page, with verdict, charts, percentiles, thresholds, failures and ledger', () => {
  assert.equal(renderLoadHtml(structuredClone(sampleLoad)), page);
  for (const shown of [
    'Pass',
    'Latency of the whole',
    'enroll.p95&lt;2s',
    'device-disabled',
    'Serial numbers issued twice',
  ]) {
    assert.ok(page.includes(shown), shown);
  }
  assert.equal([...page.matchAll(/<figure class="panel chart">/g)].length, 5);
  assert.match(page, /aria-label="Rate, in per second: wanted at most 2/);
});

test('what a server said cannot leave its place', () => {
  const [failure] = sampleLoad.failures;
  assert.ok(failure);
  const hostile = renderLoadHtml({
    ...sampleLoad,
    failures: [{ ...failure, kind: '<script>x</script>', transcript: '</pre><b>' }],
  });
  assert.doesNotMatch(hostile, /<script>x|<b>/);
});

test('a chart of a long run stays small, and none of its numbers is not one', () => {
  const [second] = sampleLoad.seconds;
  assert.ok(second);
  const seconds = Array.from({ length: 20_000 }, (_, at) => ({ ...second, second: at, started: at % 7 }));
  const long = renderLoadHtml({ ...sampleLoad, seconds });
  assert.ok(long.length < 200_000, `${long.length} characters`);
  assert.doesNotMatch(long + renderLoadHtml({ ...sampleLoad, seconds: [] }), /NaN|Infinity|undefined/);
});
