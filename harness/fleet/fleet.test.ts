import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { LoadStep } from '#reports/load-record.ts';
import { schemaIn } from '#reports/schema-validity.ts';
import { Fleet, type FleetParts, type FleetResult } from './fleet.ts';
import { fleetIdentity } from './identities.ts';
import type { FleetPlan } from './plan.ts';
import { type SampleTarget, samplePlan, startSampleTarget } from './sample-target.ts';

const { schema, validate } = schemaIn('load-record.schema.json');

const slowness = 'request.p50<600ms';

let honest: SampleTarget;
before(async () => {
  honest = await startSampleTarget(66);
});
after(() => honest.close());

function run(differs: Partial<FleetPlan> = {}, parts: Partial<FleetParts> = {}): Promise<FleetResult> {
  return new Fleet(samplePlan(honest.target, differs), { muster: '0', command: 'test', ...parts }).run();
}

test('a fleet enrolls: every device once, every step timed, percentiles those of the raw samples, no password anywhere', async () => {
  const raw = new Map<LoadStep, number[]>();
  const onSamples: FleetParts['onSamples'] = (step, samples) => raw.set(step, [...(raw.get(step) ?? []), ...samples]);
  const { record, exitCode, ledger } = await run(
    { fleet: 20, workers: 2, thresholds: [slowness, 'failed<1'] },
    { onSamples },
  );
  assert.deepEqual(
    [exitCode, record.verdict, record.counts.ends.enrolled],
    [0, 'pass', 20],
    JSON.stringify(record.reasons),
  );
  assert.deepEqual(validate(schema, JSON.parse(JSON.stringify(record))), []);
  assert.deepEqual(Object.keys(record.steps).sort(), ['enroll', 'getcacert', 'lag', 'request', 'tcp', 'tls']);
  for (const [step, view] of Object.entries(record.steps)) {
    const sorted = (raw.get(step as LoadStep) ?? []).sort((a, b) => a - b);
    assert.equal(view.count, sorted.length);
    assert.equal(sorted.length, 20);
    for (const [percentile, seen] of [
      [50, view.p50Ms],
      [95, view.p95Ms],
      [99, view.p99Ms],
    ] as const) {
      const rank = (sorted[Math.ceil((percentile / 100) * 20) - 1] ?? 0) / 1000;
      assert.ok(Math.abs(seen - rank) <= rank / 1000 + 0.001, `${step} p${percentile}: ${seen}, raw ${rank}`);
    }
  }
  assert.ok(
    record.seconds.every(({ held }) => held === 0),
    'new connections are none to hold',
  );
  const lines = [...ledger];
  assert.equal(new Set(lines.map((line) => line.split(' ')[0])).size, 20);
  assert.deepEqual(
    lines.map((line) => line.trim().split(' ')[2]).sort(),
    Array.from({ length: 20 }, (_, index) => fleetIdentity(7, index).deviceName).sort(),
  );
  assert.doesNotMatch(JSON.stringify(record), /canary/);
});

test('a slow server breaks a threshold (control: the same threshold holds above)', async (context) => {
  context.after(() => {
    honest.delayMs = 0;
  });
  honest.delayMs = 650;
  const { record, exitCode } = await run({ from: 24, to: 26, fleet: 28, thresholds: [slowness] });
  assert.equal(exitCode, 1);
  assert.match(record.reasons.join(), /request\.p50<600ms does not hold: 6\d\d/);
});

test('a generator that is late itself is inconclusive (control: the first test is not)', async () => {
  const block = 'setInterval(() => { const until = performance.now() + 45; while (performance.now() < until); }, 10);';
  const workerPreload = `data:text/javascript,${encodeURIComponent(block)}`;
  const limits = { lateMs: 10, dropSeconds: 10, loopDelayMs: 20 };
  const { exitCode, record } = await run({ from: 28, to: 36, fleet: 36, inFlight: 2, limits }, { workerPreload });
  assert.equal(exitCode, 4, JSON.stringify(record.generator));
  assert.match(record.reasons.join(), /generator is saturated/);
});

test('a serial number that is issued twice is named with both devices (control: an honest server, above)', async (context) => {
  const flawed = await startSampleTarget(3, {}, 'serial-always-one');
  context.after(() => flawed.close());
  const { exitCode, record } = await new Fleet(samplePlan(flawed.target, { fleet: 3 }), {
    muster: '0',
    command: '',
  }).run();
  assert.equal(exitCode, 1);
  assert.equal(record.ledger.doubleSerialCount, 2);
  assert.match(record.ledger.doubleSerials[0] ?? '', /serial 01: gw\d\.fleet-7\S+, gw\d\.fleet-7/);
});

test('an open run starts by the clock: with room for one and a slow server starts are late, and timed from when they were due', async (context) => {
  context.after(() => {
    honest.delayMs = 0;
  });
  honest.delayMs = 60;
  const model = { kind: 'open', perSecond: 50, stages: [{ seconds: 0.2, perSecond: 50 }] } as const;
  const limits = { lateMs: 10, dropSeconds: 0.6, loopDelayMs: 60_000 };
  const { record } = await run({ from: 36, to: 46, fleet: 46, model, inFlight: 1, limits });
  const { due, started, late, dropped, ends } = record.counts;
  assert.equal(due, 10);
  assert.equal(started + dropped, 10);
  assert.ok(dropped > 0 && late > 0, JSON.stringify(record.counts));
  assert.equal(ends.enrolled, started);
  assert.deepEqual(record.seconds.map(({ wanted }) => wanted).slice(0, 1), [10]);
  // Each takes 120 ms at least; the last that began waited for all before it.
  assert.ok((record.steps.enroll?.maxMs ?? 0) > (record.steps.request?.maxMs ?? 0) + 120);
});

test('hostile devices of a mix are refused as they should be, and a server that takes one is found out', async (context) => {
  const mix = [
    { persona: 'replay', share: 1 },
    { persona: 'bad-pop', share: 1 },
  ];
  const good = await run({ from: 46, to: 52, fleet: 52, mix });
  assert.deepEqual([good.exitCode, good.record.counts.ends.expected], [0, 6], JSON.stringify(good.record.failures));
  const flawed = await startSampleTarget(3, {}, 'no-proof-of-possession');
  context.after(() => flawed.close());
  const plan = samplePlan(flawed.target, { fleet: 3, mix: [{ persona: 'bad-pop', share: 1 }] });
  const bad = await new Fleet(plan, { muster: '0', command: '' }).run();
  assert.equal(bad.exitCode, 1);
  assert.match(bad.record.failures[0]?.kind ?? '', /a hostile device was enrolled/);
  assert.match(
    bad.record.failures[0]?.transcript ?? '',
    /sent over tls[\s\S]*operation=request[\s\S]*password=\[redacted\]/,
  );
});

test('devices renew when their certificates are due, each with a new key', async (context) => {
  const short = await startSampleTarget(4, { validitySeconds: 2 });
  context.after(() => short.close());
  const life = { pollSeconds: 0.05, polls: 10, renewals: 1, storm: false, holdSeconds: 0 };
  const { record, exitCode } = await new Fleet(samplePlan(short.target, { fleet: 4, life }), {
    muster: '0',
    command: '',
  }).run();
  assert.deepEqual(
    [exitCode, record.counts.ends.enrolled, record.counts.ends.renewed],
    [0, 4, 4],
    JSON.stringify(record.reasons),
  );
  assert.equal(record.ledger.certificates, 8);
  assert.ok(record.durationMs > 400, 'they waited for two thirds of the lifetime');
});

test('a storm: all renew at one moment, timed from it', async () => {
  const life = { pollSeconds: 0.05, polls: 10, renewals: 0, storm: true, holdSeconds: 0 };
  const { record, exitCode } = await run({ from: 52, to: 60, fleet: 60, life, workers: 2, inFlight: 2 });
  assert.deepEqual([exitCode, record.counts.ends.renewed], [0, 8], JSON.stringify(record.reasons));
  assert.equal(record.steps.renew?.count, 8);
});

test('enrolled devices call: authorization and usage with the certificate, timed; a server that routes nothing refuses', async (context) => {
  const calls = { each: 2, everySeconds: 0.02, calledNumber: '14045550100' };
  const life = { pollSeconds: 0.05, polls: 10, renewals: 0, storm: true, holdSeconds: 0 };
  const routing = ['routing enabled', 'cdrs enabled', `route fleet "" ${fleetIdentity(7, 0).deviceName} 1`];
  const able = await startSampleTarget(3, {}, undefined, 'localhost', routing);
  context.after(() => able.close());
  const { record, exitCode } = await run({ target: able.target, fleet: 3, calls, life });
  const { ends } = record.counts;
  assert.deepEqual([exitCode, ends.enrolled, ends.renewed, ends.called], [0, 3, 3, 12], JSON.stringify(record.reasons));
  for (const step of ['call', 'authorize', 'usage'] as const) assert.equal(record.steps[step]?.count, 12, step);
  assert.equal(record.ledger.certificates, 6, 'a call is no certificate');
  assert.equal((await able.server.calls.listUsage()).length, 12);
  const unable = await startSampleTarget(2);
  context.after(() => unable.close());
  const refused = await run({ target: unable.target, fleet: 2, calls });
  assert.deepEqual([refused.exitCode, refused.record.counts.ends.refused], [1, 4]);
  assert.match(refused.record.failures[0]?.kind ?? '', /refused an authorization of calls: status 503/);
});

test('a server elsewhere has its own administrator approve: an executable that is told each device by its name', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-fleet-'));
  context.after(() => rm(folder, { recursive: true }));
  const told = join(folder, 'told');
  const operatorPath = join(folder, 'operator');
  await writeFile(operatorPath, `#!/bin/sh\n[ "$1" = approve ] && echo "$MUSTER_DEVICE_NAME" >> '${told}'\n`, {
    mode: 0o755,
  });
  const manual = await startSampleTarget(3, { approval: 'manual' });
  context.after(() => manual.close());
  const target = { ...manual.target, operatorPath };
  const { engine } = manual.server;
  const asTold = async (): Promise<void> => {
    const names = (await readFile(told, 'utf8').catch(() => '')).split('\n');
    for (const { id, device } of await engine.list('pending'))
      if (names.includes(device)) await engine.decide(id, { kind: 'approve' });
  };
  const { record, exitCode } = await run({ target, fleet: 3, approvalsPerSecond: 50 }, { onTick: () => void asTold() });
  assert.deepEqual([exitCode, record.counts.ends.enrolled, record.counts.approved], [0, 3, 3], JSON.stringify(record));
  assert.equal(
    new Set((await readFile(told, 'utf8')).trim().split('\n')).size,
    3,
    'each was approved once, by its name',
  );
});

test('an administrator that does not work ends the run, and is no finding of the server', async (context) => {
  const manual = await startSampleTarget(1, { approval: 'manual' });
  context.after(() => manual.close());
  const target = { ...manual.target, operatorPath: '/bin/false' };
  await assert.rejects(run({ target, fleet: 1, approvalsPerSecond: 50 }), /operator adapter, approve: exit status 1/);
});

test('connections that are kept are held open after all is said, and counted', async () => {
  const life = { pollSeconds: 0.05, polls: 10, renewals: 0, storm: false, holdSeconds: 1 };
  const { record, exitCode } = await run({ from: 60, to: 66, fleet: 66, life, connections: 'kept' });
  assert.deepEqual([exitCode, record.counts.ends.enrolled], [0, 6], JSON.stringify(record.reasons));
  const held = Math.max(...record.seconds.map((second) => second.held));
  assert.ok(held > 0 && held <= 6, `${held} held`);
});

test('a threshold that may end the run ends it: devices that the server does not know', async () => {
  const model = { kind: 'open', perSecond: 40, stages: [{ seconds: 60, perSecond: 40 }] } as const;
  const { record, exitCode } = await run({
    from: 1000,
    to: 3400,
    fleet: 3400,
    model,
    thresholds: ['failed<10%:abort'],
  });
  assert.deepEqual([exitCode, record.status], [1, 'complete']);
  assert.ok(record.durationMs < 30_000 && record.counts.due < 2400, `${record.durationMs} ms`);
  assert.match(record.thresholds[0]?.seen ?? '', /^100\.00 %, \d+ s into the run$/);
  assert.match(record.failures[0]?.kind ?? '', /the server refused: status 3/);
});

test('a server that is not there is no finding of its', async () => {
  const target = { ...honest.target, httpUrl: 'http://127.0.0.1:1/tep', tlsUrl: 'https://127.0.0.1:1/tep' };
  const { exitCode, record } = await run({ target, fleet: 2 });
  assert.deepEqual([exitCode, record.verdict], [3, 'error'], JSON.stringify(record.failures));
});

test('an open run with more starts than simulators comes round: who has a certificate renews, each once at a time', async () => {
  const model = { kind: 'open', perSecond: 20, stages: [{ seconds: 0.6, perSecond: 20 }] } as const;
  const { record } = await run({ from: 0, to: 4, fleet: 4, model });
  const { due, started, dropped, ends } = record.counts;
  assert.deepEqual([due, started + dropped, ends.enrolled], [12, 12, 4], JSON.stringify(record.counts));
  assert.equal(ends.enrolled + ends.renewed, started);
  assert.equal(record.ledger.doubleKeyCount, 0);
});
