import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { LoadRecord } from '#reports/load-record.ts';
import { type Ended, MusterInFolder, type RunningMuster } from '../cli/spawned-muster.ts';
import type { SampleTarget } from '../fleet/sample-target.ts';

const lookEveryMs = 20;

export interface SampleLoad {
  readonly target: SampleTarget;
  readonly queue: string;
  /** Simulators of the whole fleet. */
  readonly fleet: number;
  readonly lostAfter: string;
  /** It is not killed but stopped, and goes on once its shard is another's. */
  readonly pauses?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /** For each worker the words that start it elsewhere, such as `ip netns exec NAME`. */
  readonly hosts?: readonly (readonly string[])[];
}

export interface SampleOutcome extends Ended {
  readonly record: LoadRecord;
  /** Names of the devices in the merged ledger. */
  readonly devices: readonly string[];
  /** From the kill until somebody saw it, and until the end, in milliseconds. */
  readonly seenMs: number;
  readonly endedMs: number;
  /** Everything that anybody printed. */
  readonly printed: string;
}

const shards = 3;

/** For tests and tools: three workers as processes at one queue, the one with the second shard lost in the middle of it. */
export async function loadWithLoss(sample: SampleLoad): Promise<SampleOutcome> {
  const muster = await MusterInFolder.create();
  try {
    const { environment = {}, hosts = [[], [], []], queue } = sample;
    const words = ['worker', '--queue', queue, '--lost-after', sample.lostAfter, '--workers', '1'];
    const workers = hosts.map((before) => muster.start(words, environment, before));
    const load = muster.start(await loadWords(sample, muster.folder), environment);
    const [lost, ...others] = await withSecondShard(workers, load);
    await inTheMiddle(sample);
    const killedMs = performance.now();
    if (!lost) throw new Error('No worker has the second shard.');
    if (sample.pauses) process.kill(lost.pid, 'SIGSTOP');
    else await lost.stop('SIGKILL');
    await load.until(/its worker was lost/);
    const seenMs = performance.now() - killedMs;
    if (sample.pauses) {
      await Promise.race(others.map((worker) => worker.until(/shard 2 of 3: .* delivery 2/)));
      await lost.signalUntil('SIGCONT', /not this worker’s any more|given to another worker/);
      others.push(lost);
    }
    const ended = await load.ended();
    const endedMs = performance.now() - killedMs;
    await Promise.all(others.map((worker) => worker.stop('SIGTERM')));
    const ledger = await readFile(join(muster.folder, 'muster-load', 'ledger.txt'), 'utf8').catch(() => '');
    return {
      ...ended,
      record: JSON.parse(ended.stdout || '{}') as LoadRecord,
      devices: ledger.split('\n').flatMap((line) => line.split(' ')[2] ?? []),
      seenMs,
      endedMs,
      printed: muster.printed.join('\n'),
    };
  } finally {
    await muster.remove();
  }
}

async function loadWords({ target, queue, fleet }: SampleLoad, folder: string): Promise<string[]> {
  const { tlsUrl, httpUrl, anchorPem, caFingerprint = '' } = target.target;
  const anchor = join(folder, 'anchor.pem');
  await writeFile(anchor, anchorPem);
  const at = ['--target', tlsUrl, '--cleartext', httpUrl, '--anchor', anchor, '--fingerprint', caFingerprint];
  const shared = ['--queue', queue, '--shards', String(shards), '--simulators', String(fleet), '--seed', '7'];
  return ['load', ...at, ...shared, '--in-flight', '2', '--loop-delay', '1m', '--json'];
}

/** The workers, the one with the second shard first, once all have begun. */
async function withSecondShard(workers: readonly RunningMuster[], load: RunningMuster): Promise<RunningMuster[]> {
  await load.until(/3 of 3 shards have a worker that is ready/);
  await Promise.all(workers.map((worker) => worker.until(/all begin at/)));
  const has = (worker: RunningMuster): boolean => worker.log().includes('shard 2 of 3');
  return [...workers.filter(has), ...workers.filter((worker) => !has(worker))];
}

/** A part of the second shard has certificates, and the rest has none. */
async function inTheMiddle({ target, fleet }: SampleLoad): Promise<void> {
  const [from, to] = [Math.floor(fleet / shards), Math.floor((2 * fleet) / shards)];
  const isOfShard = (device: string): boolean => {
    const number = Number(/^gw(\d+)\./.exec(device)?.[1]);
    return number > from && number <= to;
  };
  for (;;) {
    const issued = (await target.server.store.listCertificates()).filter(({ device }) => isOfShard(device)).length;
    if (issued >= to - from)
      throw new Error('The shard was over before its worker could be killed: make the server slower.');
    if (issued >= (to - from) / 3) return;
    await delay(lookEveryMs);
  }
}
