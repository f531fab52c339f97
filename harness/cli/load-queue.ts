import type { ArgumentsCamelCase } from 'yargs';
import { MusterError, messageOf } from '#protocol/errors.ts';
import type { FleetPlan } from '../fleet/plan.ts';
import { QueueAccess } from '../queue/queue-access.ts';
import { queueAddress } from '../queue/queue-address.ts';
import type { ShardProgress } from '../queue/shard-job.ts';
import { SharedLoad } from '../queue/shared-load.ts';
import { onInterruption } from './interruption.ts';
import type { LoadWords } from './load-options.ts';
import { printLoad, writeLoad } from './load-output.ts';
import { commandLine } from './repeatable.ts';
import { musterVersion } from './version.ts';

const lineEveryMs = 5000;

/** `muster load --queue`: the workers at the queue run the shards, and one verdict comes out. */
export async function loadOverQueue(url: string, plan: FleetPlan, words: ArgumentsCamelCase<LoadWords>): Promise<void> {
  const { shards, workerTimeout = 60, onWorkerLoss = 'redeliver' } = words;
  if (shards === undefined) throw new MusterError('settings-invalid', '--queue needs also: --shards N.');
  if (words.keepSamples) throw new MusterError('settings-invalid', '--keep-samples belongs to a load without --queue.');
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const address = queueAddress(url);
  say(`Seed ${plan.seed}. ${plan.fleet} simulators in ${shards} shards, at ${address.place}.`);
  const access = await QueueAccess.open(address, once(say));
  const load = await SharedLoad.start(access, plan, {
    shards,
    onWorkerLoss,
    workerTimeoutMs: workerTimeout * 1000,
    muster: musterVersion(),
    command: commandLine(),
    say,
    onTick: lines(say),
  });
  const interruption = onInterruption(() => {
    say('stopping: what is under way is cut off');
    load.stop();
  });
  try {
    const { record, exitCode, ledger } = await load.run();
    await writeLoad(words.out, record, ledger);
    printLoad(record, words.out, words.json);
    process.exitCode = interruption.exitCode() ?? exitCode;
  } catch (thrown) {
    const code = interruption.exitCode();
    if (code === undefined) throw thrown;
    say(messageOf(thrown));
    process.exitCode = code;
  } finally {
    interruption.release();
  }
}

/** A queue that is out of reach says so often: each word once. */
export function once(say: (line: string) => void): (line: string) => void {
  const said = new Set<string>();
  return (line) => {
    if (said.has(line)) return;
    said.add(line);
    say(line);
  };
}

function lines(say: (line: string) => void) {
  let nextMs = 0;
  return (shards: readonly (ShardProgress | undefined)[], elapsedMs: number): void => {
    if (elapsedMs < nextMs) return;
    nextMs = elapsedMs + lineEveryMs;
    const sum = (of: (progress: ShardProgress) => number): number =>
      shards.reduce((all, progress) => all + (progress ? of(progress) : 0), 0);
    const seconds = String(Math.max(0, Math.round(elapsedMs / 1000))).padStart(4);
    say(
      `${seconds} s  started ${sum((p) => p.started)}  ok ${sum((p) => p.succeeded)}  failed ${sum((p) => p.failed)}`,
    );
  };
}
