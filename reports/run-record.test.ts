import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type BaselineView,
  baselineFailures,
  type CaseRecord,
  type CertificateView,
  type ChapterView,
  caseGroups,
  caseVerdicts,
  type Evidence,
  type ExpectationView,
  type FaultView,
  type FaultyField,
  type LadderEntry,
  type MessageView,
  type MutantView,
  type OutputView,
  type ProfileView,
  parties,
  type RequirementSetView,
  type RequirementView,
  type RerunView,
  type RunRecord,
  runStatuses,
  runVerdicts,
  type StatementView,
  type SubjectView,
  type TlsView,
  transports,
} from './run-record.ts';
import { sampleCertification } from './sample-certification.ts';
import { sampleRecord } from './sample-record.ts';
import { type Schema, schemaIn } from './schema-validity.ts';

const { schema, definition, validate } = schemaIn('run-record.schema.json');

const sample = (): Record<string, unknown> => JSON.parse(JSON.stringify(sampleRecord));

test('a run record validates against the schema', () => {
  assert.deepEqual(validate(schema, sample()), []);
});

test('a record without any one of its required fields does not validate', () => {
  for (const name of schema.required ?? []) {
    const record = sample();
    delete record[name];
    assert.deepEqual(validate(schema, record), [`$.${name}: missing`]);
  }
});

test('the record of a certification validates, too', () => {
  const requirementSet = { name: '2026-11', digest: 'ab', unmet: [{ id: 'DEV-OLD-001', why: 'It is gone.' }] };
  assert.deepEqual(validate(schema, JSON.parse(JSON.stringify(sampleCertification({ requirementSet })))), []);
});

test('an unknown field, a wrong type and an unknown verdict do not validate', () => {
  assert.deepEqual(validate(schema, { ...sample(), password: 'x' }), ['$.password: unknown']);
  assert.deepEqual(validate(schema, { ...sample(), schemaVersion: 2 }), ['$.schemaVersion: not 1']);
  assert.equal(validate(schema, { ...sample(), seed: '1' }).length, 1);
  const [first, ...others] = sample().cases as Record<string, unknown>[];
  assert.deepEqual(validate(schema, { ...sample(), cases: [{ ...first, verdict: 'ok' }, ...others] }), [
    `$.cases[0].verdict: not one of ${caseVerdicts.join(', ')}`,
  ]);
  assert.equal(validate(schema, { ...sample(), cases: [{ ...first, surplus: 1 }] }).length, 1);
  assert.equal(validate(definition('#/$defs/field'), ['name']).length, 1);
  assert.equal(validate(definition('#/$defs/field'), ['name', 'value', 'more']).length, 1);
});

/** The compiler computes this from the types: a field added, removed or made optional there must be changed here. */
type Presence<T> = { [K in keyof T]-?: Record<never, never> extends Pick<T, K> ? 'optional' : 'required' };

const runRecord: Presence<RunRecord> = {
  schemaVersion: 'required',
  status: 'required',
  verdict: 'required',
  reasons: 'required',
  counts: 'required',
  profile: 'required',
  seed: 'required',
  subject: 'required',
  muster: 'required',
  startedAt: 'required',
  durationMs: 'required',
  command: 'required',
  shard: 'optional',
  baseline: 'optional',
  reruns: 'optional',
  requirementSet: 'optional',
  cases: 'required',
  requirements: 'required',
  mutants: 'optional',
};
const caseRecord: Presence<CaseRecord> = {
  id: 'required',
  version: 'required',
  title: 'required',
  group: 'required',
  requirements: 'required',
  mutants: 'required',
  control: 'required',
  verdict: 'required',
  proof: 'optional',
  reason: 'required',
  profileLine: 'optional',
  scored: 'optional',
  durationMs: 'required',
  deviceMs: 'optional',
  expectation: 'optional',
  repetitions: 'optional',
  evidence: 'optional',
};
const expectation: Presence<ExpectationView> = {
  entry: 'required',
  fails: 'required',
  seen: 'required',
  owner: 'required',
  reason: 'required',
  expires: 'required',
};
const baseline: Presence<BaselineView> = { file: 'required', digest: 'required', stale: 'required' };
const staleEntry: Presence<BaselineView['stale'][number]> = { entry: 'required', why: 'required' };
const rerunCase: Presence<RerunView['cases'][number]> = { id: 'required', was: 'required' };
const rerun: Presence<RerunView> = { at: 'required', durationMs: 'required', command: 'required', cases: 'required' };
const requirementView: Presence<RequirementView> = {
  id: 'required',
  role: 'required',
  level: 'required',
  sentence: 'required',
  quote: 'optional',
  citation: 'required',
  untested: 'optional',
};
const evidence: Presence<Evidence> = {
  done: 'required',
  seen: 'required',
  ladder: 'required',
  certificates: 'required',
  outputs: 'required',
  chapters: 'optional',
  tls: 'optional',
  files: 'optional',
};
const ladderEntry: Presence<LadderEntry> = {
  atMs: 'required',
  from: 'required',
  to: 'required',
  label: 'required',
  transport: 'required',
  message: 'optional',
  note: 'optional',
};
const message: Presence<MessageView> = { title: 'required', fields: 'required', fault: 'optional', raw: 'optional' };
const certificate: Presence<CertificateView> = {
  title: 'required',
  fields: 'required',
  fault: 'optional',
  pem: 'required',
};
const fault: Presence<FaultView> = { id: 'required', explanation: 'required', fields: 'required' };
const faultyField: Presence<FaultyField> = { name: 'required', good: 'optional' };
const tls: Presence<TlsView> = { atMs: 'required', fields: 'required' };
const chapter: Presence<ChapterView> = { atMs: 'required', kind: 'required', title: 'required' };
const mutant: Presence<MutantView> = { id: 'required', explanation: 'required', caughtBy: 'optional' };
const output: Presence<OutputView> = { title: 'required', text: 'required' };
const profile: Presence<ProfileView> = {
  id: 'required',
  insecure: 'required',
  choices: 'required',
  statement: 'optional',
};
const statement: Presence<StatementView> = { file: 'required', subject: 'required', lines: 'required' };
const statementLine: Presence<StatementView['lines'][number]> = {
  line: 'required',
  declared: 'required',
  discovered: 'optional',
};
const choice: Presence<ProfileView['choices'][number]> = { line: 'required', choice: 'required' };
const requirementSet: Presence<RequirementSetView> = { name: 'required', digest: 'required', unmet: 'optional' };
const unmet: Presence<NonNullable<RequirementSetView['unmet']>[number]> = { id: 'required', why: 'required' };
const subject: Presence<SubjectView> = {
  role: 'required',
  name: 'required',
  version: 'required',
  firmware: 'optional',
  capabilities: 'required',
};

test('schema and types name the same fields, and agree on which are optional', () => {
  const counts = Object.fromEntries(caseVerdicts.map((verdict) => [verdict, 'required']));
  const pairs: [Schema | undefined, Record<string, string>][] = [
    [schema, runRecord],
    [schema.properties?.counts, counts],
  ];
  const byName = {
    case: caseRecord,
    expectation,
    baseline,
    staleEntry,
    rerun,
    rerunCase,
    requirement: requirementView,
    evidence,
    ladderEntry,
    message,
    certificate,
    fault,
    faultyField,
    tls,
    chapter,
    mutant,
    output,
    profile,
    choice,
    statement,
    statementLine,
    subject,
    requirementSet,
    unmet,
  };
  for (const [name, fields] of Object.entries(byName)) pairs.push([definition(name), fields]);
  for (const [found, fields] of pairs) {
    assert.equal(found?.additionalProperties, false);
    assert.deepEqual(Object.keys(found?.properties ?? {}).sort(), Object.keys(fields).sort());
    const required = Object.keys(fields).filter((name) => fields[name] === 'required');
    assert.deepEqual([...(found?.required ?? [])].sort(), required.sort());
  }
  const objects = Object.values(schema.$defs ?? {}).filter(({ type }) => type === 'object');
  assert.equal(objects.length, Object.keys(byName).length);
});

test('schema and types name the same words', () => {
  assert.deepEqual(definition('caseVerdict').enum, caseVerdicts);
  assert.deepEqual(definition('expectation').properties?.fails?.enum, baselineFailures);
  assert.deepEqual(definition('party').enum, parties);
  assert.deepEqual(definition('ladderEntry').properties?.transport?.enum, transports);
  assert.deepEqual(definition('case').properties?.group?.enum, caseGroups);
  assert.deepEqual(schema.properties?.status?.enum, runStatuses);
  assert.deepEqual(schema.properties?.verdict?.enum, runVerdicts);
});
