import { hostname } from 'node:os';
import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes } from 'yargs';
import { MusterError } from '#protocol/errors.ts';
import { readTextFile } from '#protocol/text-file.ts';
import { parseDevices } from '../fleet/devices-file.ts';
import { codeOf, exitCodes } from './exit-codes.ts';
import { countOption, durationOption, endpointOption, flagOption, named, textOption } from './options.ts';
import { musterVersion } from './version.ts';

const workerOptions = named({
  queue: {
    ...textOption('postgres://USER@HOST/NAME or redis://HOST; the password may be in PGPASSWORD or REDISCLI_AUTH'),
    demandOption: true,
  },
  devices: textOption('The file of devices that muster load is given: passwords do not go through the queue'),
  workers: countOption('Threads (one for each core; one less beside the built-in server)'),
  'lost-after': {
    ...durationOption('When nothing is heard of this worker for so long, its shard goes to another'),
    default: '5s',
  },
  once: flagOption('End after one shard'),
  metrics: endpointOption('Port, or ADDRESS:PORT, for /metrics (Prometheus); none when absent'),
} as const);

type WorkerWords = InferredOptionTypes<typeof workerOptions>;

export const workerCommand: CommandModule<object, WorkerWords> = {
  command: 'worker',
  describe: 'Run shards of loads that muster load --queue shares out',
  builder: (y) =>
    y
      .options(workerOptions)
      .example('$0 worker --queue postgres://load@db.example.com/load', 'on each machine, until it is stopped')
      .epilogue(
        `Ends ${exitCodes.good} after one shard with --once, whatever it measured (muster load has the verdict), ${exitCodes.bench} the queue cannot be reached, ${exitCodes.interrupted} or ${exitCodes.terminated} when it is stopped.`,
      ),
  handler: work,
};

async function work(words: ArgumentsCamelCase<WorkerWords>): Promise<void> {
  const { queue, devices, workers, lostAfter, once: endsAfterOne } = words;
  if (lostAfter < 1) throw new MusterError('settings-invalid', '--lost-after: at least 1s is expected.');
  const [{ QueueAccess }, { queueAddress }, { ShardWorker }, { once }] = await Promise.all([
    import('../queue/queue-access.ts'),
    import('../queue/queue-address.ts'),
    import('../queue/shard-worker.ts'),
    import('./load-queue.ts'),
  ]);
  const listed =
    devices === undefined ? undefined : parseDevices(await readTextFile(devices, 'a list of devices'), devices);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const address = queueAddress(queue);
  const access = await QueueAccess.open(address, once(say));
  const metrics = words.metrics && new (await import('../fleet/load-metrics.ts')).LoadMetrics(musterVersion());
  if (words.metrics && metrics) say(`Metrics are at ${await metrics.open(words.metrics)}.`);
  const name = `${hostname()}:${process.pid}`;
  const worker = await ShardWorker.start(access, {
    name,
    muster: musterVersion(),
    lostAfterMs: lostAfter * 1000,
    say,
    metrics,
    ...(workers === undefined ? {} : { threads: workers }),
    ...(listed === undefined ? {} : { devices: listed }),
  });
  say(`Worker ${name} is at ${address.place}.`);
  const signalled = new Promise<NodeJS.Signals>((resolve) => {
    process.once('SIGINT', resolve).once('SIGTERM', resolve);
  });
  const signal = await (endsAfterOne ? Promise.race([signalled, worker.once]) : signalled);
  await worker.stop();
  // Threads of a shard that was given up may still be at work.
  process.exit(signal === undefined ? exitCodes.good : codeOf(signal));
}
