/**
 * Prevents: a merged verdict that is wrong by the devices of a worker that died. Three workers share a load, and the one with the
 * second shard is killed with SIGKILL when a third of its devices have certificates. The load has to see it, deliver the shard again,
 * and come to a verdict that is right to the last device: each once in the ledger, and certified by the server.
 *
 * node tools/kill-worker.ts [--queue postgres|redis]… [--devices 600] [--lost-after 5s] [--hosts] [--pause]
 *
 * `--pause`: it is stopped, not killed, and goes on once its shard is another's: what it measured must not count.
 * `--hosts`: each worker is a host of its own, a network namespace behind a bridge (root and iproute2). redis: redis-server in the PATH.
 */
import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startSampleTarget } from '#harness/fleet/sample-target.ts';
import { QueueAccess } from '#harness/queue/queue-access.ts';
import { queueAddress } from '#harness/queue/queue-address.ts';
import { loadWithLoss } from '#harness/queue/sample-workers.ts';
import { listen } from '#protocol/http-server.ts';
import { ThrowAwayPostgres } from '#reference-server/store/throw-away-postgres.ts';
import { NamespaceHosts } from './killed-worker/hosts.ts';

/** Slow enough that a worker can be killed in the middle. */
const answerDelayMs = 100;

const { values } = parseArgs({
  options: {
    queue: { type: 'string', multiple: true, default: ['postgres', 'redis'] },
    devices: { type: 'string', default: '600' },
    'lost-after': { type: 'string', default: '5s' },
    hosts: { type: 'boolean', default: false },
    pause: { type: 'boolean', default: false },
  },
});
const fleet = Number(values.devices);

for (const kind of values.queue) {
  const hosts = values.hosts ? NamespaceHosts.make(3) : undefined;
  const host = hosts?.address ?? '127.0.0.1';
  const queue = kind === 'redis' ? await startRedis(host) : await startPostgres(host);
  try {
    const wrong = await killInTheMiddle(kind, queue.url, host, hosts?.commands);
    for (const line of wrong) console.error(`${kind}: ${line}`);
    if (wrong.length > 0) process.exitCode = 1;
  } finally {
    await queue.stop();
    hosts?.remove();
  }
}

async function killInTheMiddle(
  kind: string,
  url: string,
  host: string,
  hosts?: readonly (readonly string[])[],
): Promise<string[]> {
  const target = await startSampleTarget(fleet, {}, undefined, host);
  target.delayMs = answerDelayMs;
  try {
    const sample = {
      target,
      queue: url,
      fleet,
      lostAfter: values['lost-after'],
      pauses: values.pause,
      ...(hosts ? { hosts } : {}),
    };
    const { code, record, devices, seenMs, endedMs, printed } = await loadWithLoss(sample);
    const certified = new Set((await target.server.store.listCertificates()).map(({ device }) => device));
    const wrong: string[] = [];
    if (code !== 0) wrong.push(`exit code ${code}\n${printed}`);
    if (record.counts?.ends.enrolled !== fleet) wrong.push(`${record.counts?.ends.enrolled} of ${fleet} enrolled`);
    const ledger = new Set(devices);
    if (devices.length !== fleet || ledger.size !== fleet)
      wrong.push(`the ledger has ${devices.length} lines of ${ledger.size} devices`);
    for (const device of ledger)
      if (!certified.has(device)) wrong.push(`${device} is in the ledger, and has no certificate`);
    if (!/delivery \d counts/.test(record.reasons?.join() ?? ''))
      wrong.push('the report does not say what was delivered again');
    const seen = `lost worker seen after ${(seenMs / 1000).toFixed(1)} s, the whole over ${(endedMs / 1000).toFixed(1)} s after the kill`;
    console.log(
      `${kind}${hosts ? ', three hosts' : ''}: ${fleet} devices; ${seen}; ${ledger.size} in the ledger; ${wrong.length} wrong`,
    );
    return wrong;
  } finally {
    await target.close();
  }
}

interface Started {
  readonly url: string;
  stop(): Promise<void>;
}

async function startPostgres(host: string): Promise<Started> {
  const cluster = await ThrowAwayPostgres.start();
  if (host === '127.0.0.1') return { url: cluster.url(), stop: () => cluster.remove() };
  // The cluster listens at a socket alone; hosts reach it over the network.
  const folder = new URL(cluster.url().replace('@/', '@socket/')).searchParams.get('host');
  const relay = createServer((client) => {
    const server = connect(`${folder}/.s.PGSQL.5432`);
    client.on('error', () => server.destroy()).pipe(server);
    server.on('error', () => client.destroy()).pipe(client);
  });
  const port = await listen(relay, 0, host);
  return {
    url: `postgres://postgres@${host}:${port}/postgres`,
    stop: async () => {
      relay.close();
      await cluster.remove();
    },
  };
}

async function startRedis(host: string): Promise<Started> {
  const words = [
    '--port',
    '6399',
    '--bind',
    host,
    '--save',
    '',
    '--protected-mode',
    'no',
    '--maxmemory-policy',
    'noeviction',
  ];
  const server = spawn('redis-server', words, { stdio: 'ignore' });
  const url = `redis://${host}:6399/1`;
  await reachable(url);
  return { url, stop: async () => void server.kill() };
}

async function reachable(url: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await QueueAccess.open(queueAddress(url), () => {});
      return;
    } catch (thrown) {
      if (attempt === 100) throw thrown;
      await delay(100);
    }
  }
}
