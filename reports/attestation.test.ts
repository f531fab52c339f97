import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type CertificationPredicate,
  predicateType,
  type StatedCase,
  statementOf,
  statementType,
  whyNoStatement,
} from './attestation.ts';
import { sampleCertification, sampleSet } from './sample-certification.ts';
import { sampleRecord } from './sample-record.ts';
import { type Schema, schemaIn } from './schema-validity.ts';
import { disagreements } from './statement-check.ts';
import { type Unproved, unprovedBy, unprovedKinds } from './unproved.ts';

const { schema, definition, validate } = schemaIn('certification-statement.schema.json');
const record = sampleCertification();
const files = [{ name: 'run.json', digest: { sha256: 'ab'.repeat(32) } }];
const stated = (of = record) => statementOf(of, files) ?? assert.fail(whyNoStatement(of));

test('the statement of a certification is an in-toto statement about one firmware, and follows its schema', () => {
  const statement = stated();
  assert.deepEqual([statement._type, statement.predicateType], [statementType, predicateType]);
  assert.deepEqual(statement.subject, [{ name: 'Example Gateway 2.4.1', digest: { sha256: '9f'.repeat(32) } }]);
  assert.deepEqual(validate(schema, JSON.parse(JSON.stringify(statement))), []);
  const unmet = sampleCertification({
    requirementSet: { name: 'x', digest: 'y', unmet: [{ id: 'A-1', why: 'gone' }] },
  });
  assert.deepEqual(validate(schema, JSON.parse(JSON.stringify(stated(unmet)))), []);
  assert.notDeepEqual(validate(schema, { ...statement, surplus: 1 }), []);
});

/** The compiler computes this from the types: a field added, removed or made optional there must be changed here. */
type Presence<T> = {
  readonly [Name in keyof Required<T>]: object extends Pick<T, Name & keyof T> ? 'optional' : 'required';
};
const predicate: Presence<CertificationPredicate> = {
  verdict: 'required',
  reasons: 'required',
  counts: 'required',
  subject: 'required',
  profile: 'required',
  requirementSet: 'required',
  muster: 'required',
  seed: 'required',
  startedAt: 'required',
  durationMs: 'required',
  command: 'required',
  cases: 'required',
  unproved: 'required',
  files: 'required',
};
const statedCase: Presence<StatedCase> = {
  id: 'required',
  version: 'required',
  requirements: 'required',
  verdict: 'required',
  reason: 'required',
  profileLine: 'optional',
  scored: 'optional',
};
const open: Presence<Unproved> = { kind: 'required', about: 'required', why: 'required' };

test('schema and types name the same fields; what the run record has too, both schemas describe alike', () => {
  const pairs: [Schema | undefined, Record<string, string>][] = [
    [schema.properties?.predicate, predicate],
    [definition('case'), statedCase],
    [definition('unproved'), open],
  ];
  for (const [found, fields] of pairs) {
    assert.deepEqual(Object.keys(found?.properties ?? {}).sort(), Object.keys(fields).sort());
    const required = Object.keys(fields).filter((name) => fields[name] === 'required');
    assert.deepEqual([...(found?.required ?? [])].sort(), required.sort());
  }
  assert.deepEqual(definition('unproved').properties?.kind?.enum, unprovedKinds);
  const { definition: inRecord } = schemaIn('run-record.schema.json');
  const shared = ['subject', 'profile', 'choice', 'statement', 'statementLine', 'caseVerdict', 'unmet'];
  for (const name of shared) assert.deepEqual(definition(name), inRecord(name), name);
});

test('there is no statement of a run that was not over, by no set, about two subjects, or of a firmware without a digest', () => {
  const none = (change: Parameters<typeof sampleCertification>[0], why: RegExp): void => {
    const changed = sampleCertification(change);
    assert.equal(statementOf(changed, files), undefined);
    assert.match(whyNoStatement(changed) ?? '', why);
  };
  none({ status: 'incomplete' }, /not over/);
  none({ subject: sampleRecord.subject }, /2 subjects/);
  none({ subject: sampleRecord.subject.filter(({ role }) => role === 'device') }, /no digest/);
  assert.match(whyNoStatement(sampleRecord) ?? '', /no requirement set/);
  assert.equal(whyNoStatement(record), undefined);
});

test('what a run cannot prove is told with its reason, each kind apart, and never without what no run can show', () => {
  const of = (kind: Unproved['kind'], run = record) => unprovedBy(run).filter((one) => one.kind === kind);
  assert.match(of('excluded')[0]?.why ?? '', /revocation/);
  assert.deepEqual(
    of('not scored').map(({ about }) => about),
    ['DEV-TLS-009'],
  );
  assert.ok(of('no case').length > 0);
  assert.ok(of('method').length > 3);
  const whole = sampleCertification({ cases: sampleRecord.cases.filter(({ group }) => group === 'device') });
  assert.deepEqual(
    of('no proof', whole).map(({ about }) => about),
    ['DEV-TLS-009', 'DEV-RET-002'],
  );
  assert.deepEqual(
    of('undeclared', whole).map(({ about }) => about),
    ['DEV-TLS-033'],
  );
});

test('a statement agrees with its run whatever the order of its names, and is found when any word of it is another', () => {
  const statement = stated();
  assert.deepEqual(disagreements(statement, record, sampleSet()), []);
  const { predicate: said } = statement;
  const reordered = { ...statement, predicate: Object.fromEntries(Object.entries(said).reverse()) as typeof said };
  assert.deepEqual(disagreements(reordered, record, sampleSet()), []);
  for (const name of Object.keys(said).filter((one) => !['unproved', 'files', 'cases'].includes(one))) {
    const forged = { ...statement, predicate: { ...said, [name]: 'other' } };
    assert.deepEqual(disagreements(forged, record, sampleSet()), [`"${name}" is not that of run.json`]);
  }
  const cases = said.cases.map((one) => ({ ...one, version: 9 }));
  assert.match(
    disagreements({ ...statement, predicate: { ...said, cases } }, record, sampleSet())[0] ?? '',
    /otherwise of DEV-TLS-001/,
  );
});

test('a case that a run does not score, and its set does, is found; so is one that the run has left out', () => {
  const hidden = sampleCertification({
    cases: record.cases.map((one) => (one.id === 'DEV-TLS-001' ? { ...one, scored: false as const } : one)),
  });
  const told = (run: typeof record) => disagreements(stated(run), run, sampleSet());
  assert.deepEqual(told(hidden), ['run.json does not score DEV-TLS-001; by its set it is otherwise']);
  const without = sampleCertification({ cases: record.cases.filter(({ id }) => id !== 'DEV-TLS-005') });
  assert.match(told(without).join('\n'), /^run\.json does not say of DEV-TLS-005: This Muster has no such case/);
});
