import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { MusterError } from '#protocol/errors.ts';
import { ThrowAwayPostgres } from '#reference-server/store/throw-away-postgres.ts';
import type { Identity } from '../case/identity.ts';
import { fleetIdentity } from '../fleet/identities.ts';
import { LoadMetrics } from '../fleet/load-metrics.ts';
import { moment } from '../fleet/moment.ts';
import type { FleetPlan } from '../fleet/plan.ts';
import { type SampleTarget, samplePlan, startSampleTarget } from '../fleet/sample-target.ts';
import { QueueAccess } from './queue-access.ts';
import { queueAddress } from './queue-address.ts';
import { silentAfterMs } from './shard-job.ts';
import { ShardWorker, type ShardWorkerOptions } from './shard-worker.ts';
import { SharedLoad, type SharedLoadOptions } from './shared-load.ts';

const fleet = 8;
const muster = '1.2.3';

let cluster: ThrowAwayPostgres;
let sample: SampleTarget;
let access: QueueAccess;
let plan: FleetPlan;
let devices: readonly Identity[];
const running: ShardWorker[] = [];
before(async () => {
  [cluster, sample] = await Promise.all([ThrowAwayPostgres.start(), startSampleTarget(fleet)]);
  access = await QueueAccess.open(queueAddress(cluster.url()), () => {});
  plan = samplePlan(sample.target, { fleet, inFlight: 1 });
  devices = Array.from({ length: fleet }, (_, index) => fleetIdentity(plan.seed, index));
});
after(async () => {
  await Promise.all([cluster.remove(), sample.close()]);
});

/** Resolves when one of the lines says so. */
class Said {
  readonly lines: string[] = [];
  readonly say = (line: string): void => void this.lines.push(line);

  async until(text: RegExp): Promise<void> {
    const deadline = moment() + 20_000;
    while (!text.test(this.lines.join('\n'))) {
      if (moment() > deadline) throw new Error(`Waited in vain for ${text}; seen:\n${this.lines.join('\n')}`);
      await delay(20);
    }
  }
}

async function worker(said: Said, differs: Partial<ShardWorkerOptions> = {}): Promise<ShardWorker> {
  const options = { name: `worker-${running.length + 1}`, muster, threads: 1, lostAfterMs: 1000, say: said.say };
  const started = await ShardWorker.start(access, { ...options, ...differs });
  running.push(started);
  return started;
}

afterEach(() => Promise.all(running.splice(0).map((each) => each.stop())));

function share(said: Said, differs: Partial<SharedLoadOptions> = {}, of: FleetPlan = plan): Promise<SharedLoad> {
  const options = {
    shards: 2,
    onWorkerLoss: 'redeliver',
    workerTimeoutMs: 20_000,
    muster,
    command: 'muster load',
  } as const;
  return SharedLoad.start(access, of, { ...options, say: said.say, ...differs });
}

const broken =
  (why: RegExp) =>
  (error: unknown): boolean =>
    error instanceof MusterError && error.code === 'bench-broken' && why.test(error.message);

test('nobody begins before every shard has a worker, no password goes through the queue, and a worker has metrics of its shard', async () => {
  const said = new Said();
  const load = await share(said, {}, { ...plan, target: { ...sample.target, devices } });
  const over = load.run();
  await worker(said, { devices });
  await said.until(/1 of 2 shards have a worker that is ready/);
  assert.equal((await sample.server.store.listCertificates()).length, 0);
  const [queued] = await cluster.query('SELECT string_agg(job::text, chr(10)) AS jobs FROM muster_queue.job');
  const jobs = String(queued?.jobs);
  assert.match(jobs, /tlsUrl/, 'the shards are in the queue');
  for (const { password } of devices) assert.ok(!jobs.includes(password));

  const metrics = new LoadMetrics(muster);
  await worker(said, { devices, metrics });
  const { record, exitCode, ledger } = await over;
  assert.deepEqual([exitCode, record.verdict, record.counts.ends.enrolled], [0, 'pass', fleet], said.lines.join('\n'));
  assert.equal(new Set(ledger.trimEnd().split('\n')).size, fleet);

  const { text } = await metrics.exposition();
  assert.match(text, /^muster_load_info\{seed="7",shard="\d\/2",muster="1\.2\.3",model="closed"\} 1$/m);
  assert.match(text, /^muster_load_attempts_total\{end="enrolled"\} 4$/m);
  assert.match(text, /^muster_load_step_duration_seconds_count\{step="enroll"\} 4$/m);
  assert.match(text, /^muster_load_running 0$/m);
});

test('--on-worker-loss inconclusive: a shard whose worker was lost is missing, and the verdict says so', async () => {
  const said = new Said();
  sample.delayMs = 150;
  const load = await share(said, { onWorkerLoss: 'inconclusive' });
  const over = load.run();
  const lost = await worker(said);
  await worker(said);
  await said.until(/all begin at[\s\S]*all begin at/);
  await lost.stop();
  running.shift();
  const { record, exitCode } = await over;
  sample.delayMs = 0;
  assert.deepEqual([exitCode, record.verdict, record.status], [4, 'incomplete', 'incomplete']);
  assert.match(record.reasons.join('\n'), /Shard \d of 2: its worker was lost \(--on-worker-loss inconclusive\)/);
  assert.match(record.reasons.join('\n'), /Shard \d of 2 is missing/);
});

test('a shard that finds no worker in time ends the load before it begins, with what to do', async () => {
  const load = await share(new Said(), { workerTimeoutMs: 300 });
  await assert.rejects(
    load.run(),
    broken(/2 workers are expected .* 2 of the shards found none within 0.3 s\. Start muster worker/),
  );
});

const misfits: readonly [what: string, differs: Partial<ShardWorkerOptions>, why: RegExp][] = [
  ['of another version', { muster: '1.2.4' }, /failed at \S+: This worker is Muster 1\.2\.4, .* planned by 1\.2\.3/],
  ['without the list of devices', {}, /The list of 8 devices .* is expected here too .* seen none/],
  ['with another list', { devices: [fleetIdentity(1, 1)] }, /seen 1 devices that differ/],
];
for (const [what, differs, why] of misfits) {
  test(`a worker ${what} is refused`, async () => {
    const said = new Said();
    const load = await share(said, {}, { ...plan, target: { ...sample.target, devices } });
    const over = assert.rejects(load.run(), broken(why));
    await worker(said, differs);
    await over;
  });
}

test('a shard that nobody waits for any more is not run', async () => {
  const said = new Said();
  const queue = await access.queue();
  const data = {
    muster,
    command: '',
    plan,
    onWorkerLoss: 'redeliver',
    aliveAtMs: moment() - silentAfterMs - 1,
  } as const;
  const job = await queue.add('shard', data, { jobId: 'left-behind' });
  await worker(said);
  await said.until(/Nobody waits for this shard: muster load was last there 30 s ago/);
  while (!(await job.isFailed())) await delay(20);
  await job.remove();
  await queue.close();
});
