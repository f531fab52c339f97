import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  type CaseRecord,
  type CertificateView,
  caseGroups,
  caseVerdicts,
  type Evidence,
  type LadderEntry,
  type MessageView,
  type OutputView,
  type ProfileView,
  parties,
  type RequirementView,
  type RunRecord,
  runStatuses,
  runVerdicts,
  type SubjectView,
  transports,
} from './run-record.ts';
import { sampleRecord } from './sample-record.ts';

/** The keywords of JSON Schema 2020-12 that the schema uses; `validate` refuses any other. */
interface Schema {
  $schema?: string;
  title?: string;
  description?: string;
  $ref?: string;
  $defs?: Record<string, Schema>;
  type?: string;
  const?: unknown;
  enum?: readonly unknown[];
  minimum?: number;
  properties?: Record<string, Schema>;
  required?: readonly string[];
  additionalProperties?: false;
  items?: Schema | false;
  prefixItems?: readonly Schema[];
  minItems?: number;
}

const schema = JSON.parse(readFileSync(new URL('./run-record.schema.json', import.meta.url), 'utf8')) as Schema;
const sample = (): Record<string, unknown> => JSON.parse(JSON.stringify(sampleRecord));

type Check = (rule: Schema, value: unknown, path: string) => string[];
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const types: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  array: Array.isArray,
  object: isObject,
};

const silent = () => [];
const keywords: Record<keyof Schema, Check> = {
  $schema: silent,
  title: silent,
  description: silent,
  $defs: silent,
  $ref: (rule, value, path) => validate(definition(rule.$ref ?? ''), value, path),
  type: (rule, value, path) => (types[rule.type ?? '']?.(value) ? [] : [`${path}: not of type ${rule.type}`]),
  const: (rule, value, path) => (value === rule.const ? [] : [`${path}: not ${JSON.stringify(rule.const)}`]),
  enum: (rule, value, path) => (rule.enum?.includes(value) ? [] : [`${path}: not one of ${rule.enum?.join(', ')}`]),
  minimum: (rule, value, path) =>
    typeof value === 'number' && value < (rule.minimum ?? 0) ? [`${path}: below ${rule.minimum}`] : [],
  properties: (rule, value, path) =>
    isObject(value)
      ? Object.entries(rule.properties ?? {}).flatMap(([name, inner]) =>
          name in value ? validate(inner, value[name], `${path}.${name}`) : [],
        )
      : [],
  required: (rule, value, path) =>
    isObject(value)
      ? (rule.required ?? []).filter((name) => !(name in value)).map((name) => `${path}.${name}: missing`)
      : [],
  additionalProperties: (rule, value, path) =>
    isObject(value)
      ? Object.keys(value)
          .filter((name) => !(name in (rule.properties ?? {})))
          .map((name) => `${path}.${name}: unknown`)
      : [],
  items: (rule, value, path) => {
    const rest = Array.isArray(value) ? value.slice(rule.prefixItems?.length ?? 0) : [];
    const inner = rule.items;
    if (inner === false) return rest.length > 0 ? [`${path}: too long`] : [];
    return inner === undefined ? [] : rest.flatMap((item, index) => validate(inner, item, `${path}[${index}]`));
  },
  prefixItems: (rule, value, path) =>
    Array.isArray(value)
      ? (rule.prefixItems ?? []).flatMap((inner, index) =>
          index < value.length ? validate(inner, value[index], `${path}[${index}]`) : [],
        )
      : [],
  minItems: (rule, value, path) =>
    Array.isArray(value) && value.length < (rule.minItems ?? 0) ? [`${path}: too short`] : [],
};

function definition(reference: string): Schema {
  const found = schema.$defs?.[reference.replace('#/$defs/', '')];
  assert.ok(found, `the schema refers to ${reference}, which it does not define`);
  return found;
}

function validate(rule: Schema, value: unknown, path = '$'): string[] {
  return Object.keys(rule).flatMap((keyword) => {
    const check = keywords[keyword as keyof Schema];
    assert.ok(check, `the schema uses ${keyword}, which this test does not know`);
    return check(rule, value, path);
  });
}

test('a run record validates against the schema', () => {
  assert.deepEqual(validate(schema, sample()), []);
});

test('a record without any one of its required fields does not validate', () => {
  for (const name of Object.keys(sampleRecord)) {
    const record = sample();
    delete record[name];
    assert.deepEqual(validate(schema, record), [`$.${name}: missing`]);
  }
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
  cases: 'required',
  requirements: 'required',
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
  durationMs: 'required',
  evidence: 'optional',
};
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
const message: Presence<MessageView> = { title: 'required', fields: 'required', raw: 'optional' };
const certificate: Presence<CertificateView> = { title: 'required', fields: 'required', pem: 'required' };
const output: Presence<OutputView> = { title: 'required', text: 'required' };
const profile: Presence<ProfileView> = { id: 'required', insecure: 'required', choices: 'required' };
const choice: Presence<ProfileView['choices'][number]> = { line: 'required', choice: 'required' };
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
    requirement: requirementView,
    evidence,
    ladderEntry,
    message,
    certificate,
    output,
    profile,
    choice,
    subject,
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
  assert.deepEqual(definition('party').enum, parties);
  assert.deepEqual(definition('ladderEntry').properties?.transport?.enum, transports);
  assert.deepEqual(definition('case').properties?.group?.enum, caseGroups);
  assert.deepEqual(schema.properties?.status?.enum, runStatuses);
  assert.deepEqual(schema.properties?.verdict?.enum, runVerdicts);
});
