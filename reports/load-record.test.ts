import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type GeneratorView,
  type LatencyView,
  type LedgerView,
  type LoadCounts,
  type LoadFailure,
  type LoadPlanView,
  type LoadRecord,
  type LoadSecond,
  loadEnds,
  loadSteps,
  type ThresholdView,
} from './load-record.ts';
import { sampleLoad } from './sample-load.ts';
import { type Schema, schemaIn } from './schema-validity.ts';

const { schema, definition, validate } = schemaIn('load-record.schema.json');

test('a load record validates against the schema; with a field more, one less, or of another version it does not', () => {
  assert.deepEqual(validate(schema, sampleLoad), []);
  assert.deepEqual(validate(schema, { ...sampleLoad, password: 'x' }), ['$.password: unknown']);
  assert.deepEqual(validate(schema, { ...sampleLoad, schemaVersion: 2 }), ['$.schemaVersion: not 1']);
  for (const name of Object.keys(sampleLoad)) {
    const { [name as keyof LoadRecord]: _left, ...rest } = sampleLoad;
    assert.deepEqual(validate(schema, rest), [`$.${name}: missing`]);
  }
});

/** The compiler computes this from the types: a field added, removed or made optional there must be changed here. */
type Presence<T> = { [K in keyof T]-?: Record<never, never> extends Pick<T, K> ? 'optional' : 'required' };
const all = <T>(...names: (keyof T)[]) => Object.fromEntries(names.map((name) => [name, 'required']));

const load: Presence<LoadRecord> = {
  schemaVersion: 'required',
  status: 'required',
  verdict: 'required',
  reasons: 'required',
  muster: 'required',
  command: 'required',
  seed: 'required',
  startedAt: 'required',
  durationMs: 'required',
  target: 'required',
  plan: 'required',
  shard: 'required',
  counts: 'required',
  steps: 'required',
  seconds: 'required',
  failures: 'required',
  ledger: 'required',
  thresholds: 'required',
  generator: 'required',
};
const second: Presence<LoadSecond> = {
  second: 'required',
  wanted: 'optional',
  started: 'required',
  succeeded: 'required',
  failed: 'required',
  inFlight: 'required',
  pending: 'required',
  held: 'required',
  polls: 'required',
  generatorMiB: 'optional',
  targetMiB: 'optional',
  p50Ms: 'required',
  p99Ms: 'required',
  histogram: 'optional',
};
const counts: Presence<LoadCounts> = {
  simulators: 'required',
  due: 'required',
  started: 'required',
  late: 'required',
  dropped: 'required',
  retried: 'required',
  polls: 'required',
  early: 'required',
  approved: 'required',
  ends: 'required',
};
const generator: Presence<GeneratorView> = {
  workers: 'required',
  cores: 'required',
  cpu: 'required',
  cpuMsEach: 'required',
  loopDelayP99Ms: 'required',
  loopDelayMaxMs: 'required',
  peakRssMiB: 'required',
  saturated: 'required',
};
const ledger: Presence<LedgerView> = {
  certificates: 'required',
  doubleSerials: 'required',
  doubleKeys: 'required',
  neverRetrieved: 'required',
  doubleSerialCount: 'required',
  doubleKeyCount: 'required',
  neverRetrievedCount: 'required',
};
const failure: Presence<LoadFailure> = {
  kind: 'required',
  end: 'required',
  count: 'required',
  device: 'required',
  transcript: 'required',
};
const latency: Presence<LatencyView> = {
  count: 'required',
  minMs: 'required',
  meanMs: 'required',
  p50Ms: 'required',
  p90Ms: 'required',
  p95Ms: 'required',
  p99Ms: 'required',
  p999Ms: 'required',
  maxMs: 'required',
  histogram: 'required',
};
const target: Presence<LoadRecord['target']> = {
  name: 'required',
  builtIn: 'required',
  cpuMsEach: 'optional',
  peakRssMiB: 'optional',
};

test('schema and types name the same fields and words, and agree on which are optional', () => {
  const byName: Record<string, Record<string, string>> = {
    second,
    counts,
    generator,
    ledger,
    failure,
    latency,
    target,
    threshold: all<ThresholdView>('text', 'met', 'seen'),
    plan: all<LoadPlanView>('model', 'lines'),
    shard: all<LoadRecord['shard']>('index', 'of', 'from', 'to', 'fleet'),
    ends: Object.fromEntries(loadEnds.map((end) => [end, 'required'])),
  };
  const pairs: [Schema, Record<string, string>][] = Object.entries(byName).map(([name, fields]) => [
    definition(name),
    fields,
  ]);
  const whole: [Schema, Record<string, string>] = [schema, load];
  for (const [found, fields] of [whole, ...pairs]) {
    assert.equal(found.additionalProperties, false);
    assert.deepEqual(Object.keys(found.properties ?? {}).sort(), Object.keys(fields).sort());
    const required = Object.keys(fields).filter((name) => fields[name] === 'required');
    assert.deepEqual([...(found.required ?? [])].sort(), required.sort());
  }
  const objects = Object.values(schema.$defs ?? {}).filter(({ type }) => type === 'object');
  assert.equal(objects.length, pairs.length);
  assert.deepEqual(definition('end').enum, loadEnds);
  assert.deepEqual(Object.keys(schema.properties?.steps?.properties ?? {}), loadSteps);
});
