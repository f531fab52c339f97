import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allRequirements } from '#protocol/requirements/catalogue.ts';
import { readBaseline } from '#reports/baseline-file.ts';
import type { CaseRecord } from '#reports/run-record.ts';
import { schemaIn } from '#reports/schema-validity.ts';
import type { CaseListing } from './events.ts';
import { makeRecord, type RecordParts, requirementViews } from './record.ts';

const { schema, validate } = schemaIn('run-record.schema.json');

function listing(id: string, requirements: readonly string[] = ['ID-004']): CaseListing {
  return { id, version: 1, title: 'A sentence', group: 'device', requirements, mutants: ['m'], control: 'the control' };
}

function ended(listed: CaseListing, verdict: CaseRecord['verdict'] = 'pass'): CaseRecord {
  return { ...listed, verdict, reason: 'because', durationMs: 5 };
}

const one = listing('DEV-TLS-001');
const two = listing('DEV-TLS-002', ['ID-007', 'CRT-016']);
const network = { listen: '127.0.0.1', name: 'localhost', http: 0, tls: 0 };
const device = { device: { kind: 'built-in', persona: 'honest' } } as const;
const server = { server: { kind: 'built-in', flaw: 'honest' } } as const;

function partsOf(
  differs: Partial<Omit<RecordParts, 'plan'>>,
  plan: Partial<RecordParts['plan']> = device,
): RecordParts {
  return {
    plan: { profile: 'modern', seed: 5, network, workers: 1, caseTimeoutSeconds: 60, ...plan },
    subject: [],
    muster: '0.1.0',
    startedAt: new Date(0),
    durationMs: 12.6,
    command: 'muster certify',
    strict: false,
    status: 'complete',
    listed: [one, two],
    cases: [ended(one), ended(two)],
    ...differs,
  };
}

test('a run of good cases is complete, good and valid by the schema', () => {
  const { record, exitCode } = makeRecord(partsOf({}));
  assert.deepEqual(validate(schema, JSON.parse(JSON.stringify(record))), []);
  assert.equal(exitCode, 0);
  assert.equal(record.verdict, 'pass');
  assert.equal(record.counts.pass, 2);
  assert.equal(record.durationMs, 13);
  assert.equal(record.startedAt, '1970-01-01T00:00:00.000Z');
});

test('a listed case that never ended is an error of the bench, not forgotten', () => {
  const { record, exitCode } = makeRecord(partsOf({ cases: [ended(two)] }));
  assert.equal(exitCode, 3);
  assert.deepEqual(
    record.cases.map(({ id, verdict, reason }) => [id, verdict, reason]),
    [
      ['DEV-TLS-001', 'error', 'The case never ended.'],
      ['DEV-TLS-002', 'pass', 'because'],
    ],
  );
});

test('a run that is not over is incomplete, whatever its cases say, and never ends 0', () => {
  for (const cases of [[], [ended(one)], [ended(one), ended(two)]]) {
    const { record, exitCode } = makeRecord(partsOf({ status: 'incomplete', cases }));
    assert.equal(record.status, 'incomplete');
    assert.equal(record.verdict, 'incomplete');
    assert.notEqual(exitCode, 0);
    assert.deepEqual(validate(schema, JSON.parse(JSON.stringify(record))), []);
  }
  const { record } = makeRecord(partsOf({ status: 'incomplete', cases: [] }));
  assert.equal(record.cases[0]?.reason, 'The run was over before this case ended.');
});

test('a run without any case is not good', () => {
  assert.notEqual(makeRecord(partsOf({ listed: [], cases: [] })).exitCode, 0);
});

test('a SHOULD that is not met counts when the run is strict', () => {
  const cases = [ended(one, 'warn'), ended(two)];
  assert.equal(makeRecord(partsOf({ cases })).exitCode, 0);
  assert.equal(makeRecord(partsOf({ cases, strict: true })).exitCode, 1);
});

/** The roles of the requirements that a record shows. */
function rolesOf(plan: Partial<RecordParts['plan']>, listed: readonly CaseListing[] = []): readonly string[] {
  const { record } = makeRecord(partsOf({ listed, cases: listed.map((each) => ended(each)) }, plan));
  return [...new Set(record.requirements.map(({ role }) => role))].sort();
}

test('a record shows the requirements of the roles that were judged', () => {
  assert.deepEqual(rolesOf(device), ['both', 'device']);
  assert.deepEqual(rolesOf(server), ['both', 'server']);
  const { record } = makeRecord(partsOf({}, { ...device, ...server }));
  assert.deepEqual(
    record.requirements.map(({ id }) => id),
    allRequirements().map(({ id }) => id),
  );
  const untested = record.requirements.filter((each) => each.untested !== undefined);
  assert.ok(untested.length > 0 && record.requirements.some(({ quote }) => quote !== undefined));
});

test('a requirement that a case names is shown whatever its role', () => {
  assert.deepEqual(rolesOf(device, [listing('DEV-X-001', ['MSG-034'])]), ['both', 'device', 'server']);
});

test('a run of picked cases shows the requirements of these alone', () => {
  const { record } = makeRecord(
    partsOf({ listed: [two], cases: [ended(two)] }, { ...device, ...server, cases: ['DEV-TLS-002'] }),
  );
  assert.deepEqual(
    record.requirements.map(({ id }) => id),
    ['ID-007', 'CRT-016'],
  );
});

test('a record says which profile ran, and that legacy is insecure', () => {
  const modern = makeRecord(partsOf({})).record.profile;
  const legacy = makeRecord(partsOf({}, { ...device, profile: 'legacy' })).record.profile;
  assert.deepEqual([modern.id, modern.insecure], ['modern', false]);
  assert.deepEqual([legacy.id, legacy.insecure], ['legacy', true]);
  const lines = (view: typeof modern) => view.choices.map(({ line }) => line);
  assert.deepEqual(lines(modern), lines(legacy));
  assert.match(legacy.choices.find(({ line }) => line === 'signatures')?.choice ?? '', /rsa-md5/);
  assert.doesNotMatch(modern.choices.find(({ line }) => line === 'signatures')?.choice ?? '', /md5|sha1/);
});

test('a case that is repeated is judged by all of its repetitions, and one that is missing is an error', () => {
  const plan = { ...device, repeat: 2 };
  const both = [ended(one), ended(one), ended(two), ended(two, 'fail')];
  const { record, exitCode } = makeRecord(partsOf({ cases: both }, plan));
  assert.deepEqual(
    record.cases.map(({ verdict, repetitions }) => [verdict, repetitions]),
    [
      ['pass', ['pass', 'pass']],
      ['fail', ['pass', 'fail']],
    ],
  );
  assert.equal(exitCode, 1);
  assert.deepEqual(validate(schema, JSON.parse(JSON.stringify(record))), []);
  const short = makeRecord(partsOf({ cases: both.slice(0, 3) }, plan));
  assert.deepEqual([short.exitCode, short.record.cases[1]?.repetitions], [3, ['pass', 'error']]);
});

test('a baseline is held against each repetition: a failure that comes and goes is not what it expects', () => {
  const baseline = readBaseline(
    'expect DEV-TLS-002 ID-007\n  fails fail\n  seen because\n  owner o\n  reason r\n  expires 1970-01-01\n',
    'known',
  );
  const run = (...verdicts: readonly CaseRecord['verdict'][]) =>
    makeRecord(
      partsOf(
        { cases: [ended(one), ...verdicts.map((verdict) => ended(two, verdict))], baseline, listed: [two] },
        { ...device, repeat: verdicts.length },
      ),
    );
  const steady = run('fail', 'fail');
  assert.deepEqual([steady.exitCode, steady.record.cases[0]?.verdict], [0, 'expected-failure']);
  assert.deepEqual(steady.record.baseline, { file: 'known', digest: baseline.digest, stale: [] });
  assert.deepEqual(validate(schema, JSON.parse(JSON.stringify(steady.record))), []);
  const flaky = run('fail', 'pass');
  assert.deepEqual([flaky.exitCode, flaky.record.cases[0]?.verdict], [5, 'unexpected-pass']);
  const { exitCode, record } = makeRecord(
    partsOf({ cases: [ended(two, 'fail')], baseline, listed: [two], startedAt: new Date('1970-01-02') }),
  );
  assert.deepEqual([exitCode, record.verdict, record.baseline?.stale[0]?.entry], [5, 'inconclusive', 'known:1']);
});

test('what is out of reach is admitted by the statement where the bench found it so, and excuses nothing else', () => {
  const statement = {
    file: 'gw.profile',
    role: 'device',
    subject: 'GW',
    profile: 'modern',
    lines: {},
    outOfReach: { words: ['DEV-TLS-001', 'DEV-TLS-002'], line: 3 },
  } as const;
  const cases = [ended(one, 'not-applicable'), ended(two, 'fail')];
  const { record, exitCode } = makeRecord(partsOf({ cases }, { ...device, statement }));
  const lines = record.cases.map(({ profileLine }) => profileLine);
  assert.deepEqual(lines, ['gw.profile, line 3, declares "out-of-reach DEV-TLS-001"', undefined]);
  assert.equal(exitCode, 1);
});

test('a certification has the requirements as they were frozen, and its cases scored', () => {
  const [first, ...others] = requirementViews().filter(({ role }) => role !== 'server');
  assert.ok(first);
  const frozen = { ...first, level: 'SHOULD', sentence: 'As it was.' } as const;
  const profiles = [{ id: 'modern', choices: makeRecord(partsOf({})).record.profile.choices }];
  const cases = [{ id: one.id, version: 1, role: 'device' }] as const;
  const set = { schemaVersion: 1, name: 'x', date: '', muster: '', profiles, requirements: [frozen], cases } as const;
  const parts = { requirementSet: { set, text: '', digest: 'ab' }, cases: [ended(one), ended(two, 'fail')] };
  const { record, exitCode } = makeRecord(partsOf(parts));
  assert.deepEqual(validate(schema, JSON.parse(JSON.stringify(record))), []);
  assert.deepEqual(record.requirementSet, { name: 'x', digest: 'ab' });
  assert.deepEqual(
    record.cases.map(({ scored }) => scored),
    [undefined, false],
  );
  assert.equal(exitCode, 0, 'what fails is newer');
  assert.deepEqual(
    record.requirements.find(({ id }) => id === first.id),
    frozen,
  );
  const unnamed = others.find(({ id }) => ![...one.requirements, ...two.requirements].includes(id));
  assert.ok(
    !record.requirements.some(({ id }) => id === unnamed?.id),
    'a requirement that is newer, and that no case names',
  );
});
