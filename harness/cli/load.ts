import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArgumentsCamelCase, CommandModule } from 'yargs';
import { ensureFolder } from '#protocol/text-file.ts';
import { exitCodes } from './exit-codes.ts';
import { onInterruption } from './interruption.ts';
import { type LoadWords, loadOptions } from './load-options.ts';
import { loadPlan } from './load-plan.ts';
import { commandLine } from './repeatable.ts';
import { musterVersion } from './version.ts';

export const loadCommand: CommandModule<object, LoadWords> = {
  command: 'load',
  describe: 'Enroll a fleet of simulated gateways, each with its own identity, key and certificate',
  builder: (y) =>
    y
      .options(loadOptions)
      .example('$0 load --simulators 1000', 'a thousand gateways with the built-in server, as fast as they can')
      .example(
        "$0 load --rate 50/s --duration 10m --threshold 'enroll.p95<2s'",
        'starts by the clock; exit 1 when too slow',
      )
      .example('$0 load --target https://ch.example.com:1443/tep … --devices devices', 'a server elsewhere')
      .example('$0 load --target … --queue postgres://load@db/load --shards 3', 'shared out to three muster worker')
      .example('$0 load --simulators 500 --approvals 20/s', 'each waits until an administrator approves it')
      .epilogue(
        `On a terminal: p pauses and goes on, + and - change the rate of an open run, d drains, q stops.\n\nEnds ${exitCodes.good} all is well, ${exitCodes.findings} a threshold does not hold or something is wrong, ${exitCodes.bench} the server does not work, ${exitCodes.inconclusive} the generator was saturated.`,
      ),
  handler: load,
};

async function load(words: ArgumentsCamelCase<LoadWords>): Promise<void> {
  const plan = await loadPlan(words);
  if (words.queue !== undefined) return (await import('./load-queue.ts')).loadOverQueue(words.queue, plan, words);
  const slice = plan.shard.of > 1 ? `, shard ${plan.shard.index + 1} of ${plan.shard.of}` : '';
  process.stderr.write(`Seed ${plan.seed}. ${plan.to - plan.from} simulators${slice}, ${plan.workers} threads.\n`);
  // What a run needs takes longer to load than a person waits for a first line.
  const [{ Fleet }, { viewOn }, { printLoad, writeLoad }] = await Promise.all([
    import('../fleet/fleet.ts'),
    import('./load-view.ts'),
    import('./load-output.ts'),
  ]);
  await ensureFolder(words.out, 'the folder of the report');
  const samples = words.keepSamples ? await open(join(words.out, 'samples.txt'), 'w') : undefined;
  const view = viewOn(process.stderr, plan);
  const metrics = words.metrics && new (await import('../fleet/load-metrics.ts')).LoadMetrics(musterVersion());
  metrics?.begin(plan);
  const fleet = new Fleet(plan, {
    muster: musterVersion(),
    command: commandLine(),
    onPhase: view.phase,
    onTick: (collector, elapsedMs, approved) => {
      view.tick(collector, elapsedMs, approved);
      metrics?.watch(collector, approved);
    },
    onSamples: (step, list) => {
      samples?.write(list.map((one) => `${step} ${one}\n`).join(''));
      metrics?.sample(step, list);
    },
  });
  const interruption = onInterruption(() => fleet.stop());
  const releaseKeys = view.keys(process.stdin, fleet);
  try {
    if (words.metrics && metrics) view.phase('metrics', `at ${await metrics.open(words.metrics)}`);
    const { record, exitCode, ledger } = await fleet.run();
    view.end();
    await samples?.close();
    await writeLoad(words.out, record, [...ledger].join(''));
    printLoad(record, words.out, words.json);
    process.exitCode = interruption.exitCode() ?? exitCode;
  } finally {
    releaseKeys();
    await metrics?.close();
    interruption.release();
  }
}
