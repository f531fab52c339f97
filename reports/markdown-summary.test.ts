import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderMarkdown } from './markdown-summary.ts';
import { sampleRecord } from './sample-record.ts';

test('the verdict and why stand first, then each finding with what mends it and the command that shows it again', () => {
  const page = renderMarkdown(sampleRecord);
  assert.match(
    page,
    /^## FAIL: Example Gateway 2\.4\.1, Example Enrollment Server 0\.1\.0\n\n- 1 case proved a violation/,
  );
  assert.match(page, /\n\| fail \| DEV-TLS-004 \| A device refuses a server certificate for another host \|\n/);
  const finding = page.slice(page.indexOf('### fail'), page.indexOf('### error'));
  for (const part of ['- expected: ID-002 (MUST) ', '- seen: Expected: no credential', '- proof: ', '- to mend: '])
    assert.ok(finding.includes(`\n${part}`), part);
  assert.match(finding, /\n {4}muster certify --adapter \.\/adapter\.sh --case DEV-TLS-004 --seed 20261123\n/);
  assert.match(page, /- stale: known\.baseline:20: expired on 2026-10-31/);
  assert.doesNotMatch(page, /### (pass|not-applicable|expected-failure)/);
});

test('what a peer said is text: no mark-up, no HTML, no link, no mention, no line of its own', () => {
  const reason = '<img src=x>\n# head [l](https://e.example) @all `c` | *b* www.e.example \u202e';
  const cases = sampleRecord.cases.map((one) => ({ ...one, reason }));
  const page = renderMarkdown({ ...sampleRecord, cases });
  const [seen = ''] = /^- seen: .*$/m.exec(page) ?? [];
  assert.match(seen, /img src=x/);
  assert.doesNotMatch(seen.slice('- seen:'.length), /[<>[\]@`|*\u202e]|:\/\/|www\.|(?<!&)#/);
});

test('a run with a thousand findings fits what GitHub takes, and says what it left out', () => {
  const failed = sampleRecord.cases.find(({ verdict }) => verdict === 'fail');
  assert.ok(failed);
  const cases = Array.from({ length: 1000 }, () => ({ ...failed, reason: 'x&'.repeat(2000) }));
  const page = renderMarkdown({ ...sampleRecord, cases });
  assert.ok(Buffer.byteLength(page) < 1024 * 1024, `${Buffer.byteLength(page)} bytes`);
  assert.match(page, /The report has the other 975 in full\./);
});
