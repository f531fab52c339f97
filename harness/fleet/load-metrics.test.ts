import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSteps } from '#reports/load-record.ts';
import { Fleet } from './fleet.ts';
import { LoadMetrics } from './load-metrics.ts';
import { samplePlan, startSampleTarget } from './sample-target.ts';

/** The value of each series, by its name with its labels. */
async function scrape(url: string): Promise<ReadonlyMap<string, number>> {
  const answer = await fetch(url);
  assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  const lines = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

test('a load is read while it runs: what has ended, each step, rate and event loop; in the end as in its record', async (context) => {
  const sample = await startSampleTarget(14);
  context.after(() => sample.close());
  const model = { kind: 'open', perSecond: 10, stages: [{ seconds: 1.4, perSecond: 10 }] } as const;
  const plan = samplePlan(sample.target, { fleet: 14, model });
  const metrics = new LoadMetrics('0');
  metrics.begin(plan);
  const url = await metrics.open({ address: '127.0.0.1', port: 0 });
  context.after(() => metrics.close());
  const before = await scrape(url);
  assert.deepEqual([before.get('muster_load_simulators'), before.get('muster_load_started_total')], [14, 0]);
  assert.equal((await fetch(url.replace('metrics', 'readyz'))).status, 503);
  let during: ReturnType<typeof scrape> | undefined;
  const fleet = new Fleet(plan, {
    muster: '0',
    command: 'test',
    onTick: (collector, _elapsedMs, approved) => {
      metrics.watch(collector, approved);
      if (collector.counts(0).ends.enrolled > 0) during ??= scrape(url);
    },
    onSamples: (step, list) => metrics.sample(step, list),
  });
  const { record } = await fleet.run();
  const seen = await during;
  assert.ok((seen?.get('muster_load_attempts_total{end="enrolled"}') ?? 0) > 0, 'it was read while it ran');
  assert.ok(seen?.has('muster_load_event_loop_delay_seconds{quantile="0.99"}'));
  assert.ok((seen?.get('process_cpu_seconds_total') ?? 0) > 0);
  const devices = 'muster_load_devices{state="held"}';
  assert.deepEqual([seen?.get('muster_load_running'), seen?.has(devices)], [1, true]);
  metrics.end();
  const end = await scrape(url);
  assert.deepEqual([end.get('muster_load_running'), end.get(devices)], [0, 0]);
  assert.equal(end.get('muster_load_attempts_total{end="enrolled"}'), record.counts.ends.enrolled);
  assert.equal(end.get('muster_load_started_total'), record.counts.started);
  for (const step of loadSteps) {
    const count = end.get(`muster_load_step_duration_seconds_count{step="${step}"}`);
    assert.equal(count, record.steps[step]?.count, step);
  }
  for (const name of end.keys()) assert.doesNotMatch(name, /canary|example\.com/);

  metrics.begin({ ...plan, shard: { index: 1, of: 2 } });
  const next = await scrape(url);
  assert.equal(next.get('muster_load_started_total'), 0);
  assert.ok(next.has('muster_load_info{seed="7",shard="2/2",muster="0",model="open"}'));
  assert.ok(![...next.keys()].some((name) => name.startsWith('muster_load_step_duration_seconds_count')));
});
