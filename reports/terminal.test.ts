import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sampleCertification } from './sample-certification.ts';
import { sampleRecord } from './sample-record.ts';
import { renderSummary } from './terminal.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);
const summary = renderSummary(sampleRecord, { color: false, reportPath: 'report/report.html' });

test('the verdict and its reasons come first', () => {
  const [first = '', second = ''] = summary.split('\n');
  assert.match(first, /FAIL .*Example Gateway 2\.4\.1.*profile modern.*seed 20261123/);
  assert.match(second, /1 case proved a violation: DEV-TLS-004\./);
});

test('a subject whose version nobody knows is called by its name', () => {
  const subject = [
    { role: 'server', name: 'https://ch.example.com/tep', version: 'unknown', capabilities: [] },
  ] as const;
  assert.match(
    renderSummary({ ...sampleRecord, subject }, { color: false }),
    /https:\/\/ch\.example\.com\/tep · profile/,
  );
});

test('a failure says what was expected, by which sentence, what was seen, and how to see it again', () => {
  const found = summary.slice(summary.indexOf('fail DEV-TLS-004'));
  const finding = found.slice(0, found.indexOf('\n\n')).replace(/\s+/g, ' ');
  assert.match(finding, /expected ID-002 \(MUST\) The device verifies that the server certificate bears the name/);
  assert.match(finding, /\[WO 01\/47232, Fig\. 3B step 340\]/);
  assert.match(finding, /seen Expected: no credential leaves the device/);
  assert.match(finding, /again muster certify --adapter \.\/adapter\.sh --case DEV-TLS-004 --seed 20261123/);
});

test('findings only are listed, worst first; good cases are counted', () => {
  const order = [...summary.matchAll(/^(fail|error|unverified|unexpected-pass|warn|pass) [A-Z]/gm)].map(([, v]) => v);
  assert.deepEqual(order, ['fail', 'error', 'unverified', 'unexpected-pass', 'warn']);
  assert.match(summary, /5 pass, 1 fail, 1 warn/);
  assert.match(summary, /report: report\/report\.html/);
});

test('an entry of the baseline that is not so any more is shown with its reason, and a flaky case is counted', () => {
  assert.match(summary, /\nbaseline known\.baseline:20\n {2}expired on 2026-10-31/);
  assert.match(summary, /baseline {2}known\.baseline:14 \(server team, until 2027-01-31[\s\S]*remove\s+the\s+entry/);
  const [first, ...others] = sampleRecord.cases;
  assert.ok(first);
  const cases = [{ ...first, verdict: 'fail', repetitions: ['pass', 'fail'] } as const, ...others];
  assert.match(renderSummary({ ...sampleRecord, cases }, { color: false }), /of them 1 flaky/);
  assert.doesNotMatch(summary, /flaky/);
});

test('legacy is marked as insecure', () => {
  const profile = { id: 'legacy', insecure: true, choices: [] };
  assert.match(renderSummary({ ...sampleRecord, profile }, { color: false }), /profile legacy \(INSECURE\)/);
  assert.doesNotMatch(summary, /INSECURE/);
});

test('colours are there when asked for, and only then', () => {
  const escapeCharacter = String.fromCharCode(27);
  assert.ok(renderSummary(sampleRecord, { color: true }).includes(`${escapeCharacter}[1;31m`));
  assert.ok(!summary.includes(escapeCharacter));
});

test('an escape sequence in what a peer sent is shown, never obeyed', () => {
  const first = sampleRecord.cases[1];
  assert.ok(first);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const hostile = { ...first, title: text, reason: `\u001b]0;${text}\u0007`, proof: text };
      const lines = renderSummary({ ...sampleRecord, cases: [hostile] }, { color: false });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the ones that a terminal obeys
      assert.doesNotMatch(lines, /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/);
    }),
    { seed },
  );
});

test('a certification says by which set; what is newer than the set is told apart, and what is not judged, too', () => {
  const unmet = [{ id: 'DEV-OLD-001', why: 'It is gone.' }];
  const record = sampleCertification();
  const set = { name: '2026-11', digest: 'ab' };
  const good = renderSummary(record, { color: false });
  assert.match(good, /^ PASS /);
  assert.match(good, /newer than the set, run and not scored: 1 \(DEV-TLS-009 unverified\)/);
  assert.doesNotMatch(good, /^unverified DEV-TLS-009/m);
  const lacking = renderSummary(sampleCertification({ requirementSet: { ...set, unmet } }), { color: false });
  assert.match(lacking, /^ INCONCLUSIVE [\s\S]*requirement set 2026-11, SHA-256 ab\n[\s\S]*DEV-OLD-001: It is gone\./);
});
