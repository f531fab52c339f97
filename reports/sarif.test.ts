import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonSchema } from './json-validity.ts';
import type { RunRecord } from './run-record.ts';
import { sampleCertification } from './sample-certification.ts';
import { sampleRecord } from './sample-record.ts';
import { renderSarif } from './sarif.ts';

interface Log {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly Rule[] } };
    readonly results: readonly Result[];
    readonly invocations: readonly Invocation[];
  }[];
}
interface Rule {
  readonly id: string;
  readonly help: { readonly text: string };
  readonly properties: { readonly tags: readonly string[] };
}
interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly kind: string;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly suppressions?: readonly { readonly justification: string }[];
}
interface Invocation {
  readonly executionSuccessful: boolean;
  readonly toolExecutionNotifications: readonly { readonly message: { readonly text: string } }[];
  readonly toolConfigurationNotifications: readonly { readonly message: { readonly text: string } }[];
}

const problems = jsonSchema('sarif-2.1.0.schema.json');
function read(record: RunRecord) {
  const [run] = (JSON.parse(renderSarif(record)) as Log).runs;
  const [invocation] = run?.invocations ?? [];
  assert.ok(run && invocation);
  return { rules: run.tool.driver.rules, results: run.results, invocation };
}

test('the log is valid against the schema of SARIF 2.1.0, and the schema can say no', () => {
  const text = renderSarif(sampleRecord);
  assert.deepEqual(problems(text), []);
  assert.notDeepEqual(problems(text.replace('"level": "error"', '"level": "grave"')), []);
  assert.deepEqual(problems(renderSarif({ ...sampleRecord, cases: [] })), []);
});

test('a broken MUST is an error, a SHOULD a warning, missing proof an open result; what is good is no result', () => {
  const { results, rules } = read(sampleRecord);
  assert.deepEqual(
    results.map(({ ruleId, kind, level }) => [ruleId, kind, level]),
    [
      ['DEV-TLS-004', 'fail', 'error'],
      ['DEV-TLS-009', 'open', 'none'],
      ['DEV-TLS-021', 'fail', 'warning'],
      ['SRV-REQ-014', 'fail', 'error'],
    ],
  );
  for (const { ruleId, ruleIndex } of results) assert.equal(rules[ruleIndex]?.id, ruleId);
});

test('a rule cites its requirements, says how to mend, and what others call it', () => {
  const rule = read(sampleRecord).rules.find(({ id }) => id === 'DEV-TLS-004');
  assert.match(rule?.help.text ?? '', /^ID-002 \(MUST\): The device verifies that .*step 340\]$/m);
  assert.match(rule?.help.text ?? '', /^To mend: .+$/m);
  assert.match(rule?.help.text ?? '', /^Again: muster certify --adapter \.\/adapter\.sh --case DEV-TLS-004 --seed/m);
  assert.deepEqual(rule?.properties.tags.slice(0, 2), ['security', 'external/cwe/cwe-295']);
});

test('a failure on a SHOULD alone is a warning', () => {
  const cases = sampleRecord.cases.map((one) => (one.verdict === 'warn' ? { ...one, verdict: 'fail' as const } : one));
  const { results } = read({ ...sampleRecord, cases });
  assert.equal(results.find(({ ruleId }) => ruleId === 'DEV-TLS-021')?.level, 'warning');
});

test('what the baseline expects is suppressed, with its reason; a stale entry and a broken bench are notifications', () => {
  const { results, invocation } = read({
    ...sampleRecord,
    baseline: { file: 'b.txt', digest: 'aa', stale: [{ entry: 'b.txt:7', why: 'it ended' }] },
  });
  const suppressed = results.filter(({ suppressions }) => suppressions);
  assert.deepEqual(
    suppressed.map(({ ruleId }) => ruleId),
    ['SRV-REQ-014'],
  );
  assert.match(suppressed[0]?.suppressions?.[0]?.justification ?? '', /\S/);
  const texts = (of: Invocation['toolExecutionNotifications']) => of.map(({ message }) => message.text);
  assert.match(texts(invocation.toolExecutionNotifications).join(), /^DEV-RET-002 /);
  assert.match(texts(invocation.toolConfigurationNotifications).join('\n'), /^SRV-CFG-004 .*\nb\.txt:7: it ended$/);
  assert.equal(invocation.executionSuccessful, true);
  assert.equal(read({ ...sampleRecord, status: 'incomplete' }).invocation.executionSuccessful, false);
});

test('a case that is not scored is no result', () => {
  assert.deepEqual(
    read(sampleCertification()).results.map(({ ruleId }) => ruleId),
    ['DEV-TLS-021'],
  );
});

test('a peer’s words make no link and no placeholder', () => {
  const cases = sampleRecord.cases.map((one) => ({ ...one, reason: 'see [here](https://evil.example.com) {0}' }));
  const { results } = read({ ...sampleRecord, cases });
  for (const { message } of results)
    assert.match(message.text, /see \[here\] \(https:\/\/evil\.example\.com\) \{\{0\}\}/);
});
