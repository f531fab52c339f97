import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Job } from 'bullmq';
import { MusterError, messageOf } from '#protocol/errors.ts';
import { type MergedLoad, mergeShards } from '../fleet/merge.ts';
import { moment } from '../fleet/moment.ts';
import type { FleetPlan } from '../fleet/plan.ts';
import type { ShardResult } from '../fleet/shards-of-run.ts';
import { sliceOf } from '../fleet/slice.ts';
import { withoutDevices } from './devices-mark.ts';
import type { QueueAccess, ShardQueue, ShardWorkerAtQueue } from './queue-access.ts';
import { aliveEveryMs, type ShardJob, type ShardProgress, type ShardReturn } from './shard-job.ts';

const lookEveryMs = 200;
/** From the last worker being ready until all begin: every one of them has to hear of it. */
const headStartMs = 1000;
/** Machines whose clocks differ by more do not begin together. */
const clockToleranceMs = 3000;
/** For how long a queue may be out of reach. */
const outageMs = 30_000;
const lostAfterMs = 5000;

export interface SharedLoadOptions {
  readonly shards: number;
  readonly onWorkerLoss: ShardJob['onWorkerLoss'];
  /** How long a shard waits for a worker, in milliseconds. */
  readonly workerTimeoutMs: number;
  readonly muster: string;
  readonly command: string;
  readonly say: (line: string) => void;
  /** Several times a second while it runs. */
  readonly onTick?: (shards: readonly (ShardProgress | undefined)[], elapsedMs: number) => void;
}

type QueuedShard = Job<ShardJob, ShardReturn>;

interface Shard {
  readonly id: string;
  readonly name: string;
  data: ShardJob;
  job: QueuedShard | undefined;
  losses: number;
  sawReady: boolean;
  /** When it was last without a worker. */
  waitingSinceMs: number;
  result?: ShardReturn;
  /** Why there is no result and will be none. */
  failure?: string;
}

/** Shares a load out to the workers at a queue, and puts together what they give back. */
export class SharedLoad {
  readonly #place: string;
  readonly #queue: ShardQueue;
  readonly #watcher: ShardWorkerAtQueue;
  readonly #options: SharedLoadOptions;
  readonly #shards: readonly Shard[];
  #beginAtMs: number | undefined;
  #aliveMs = 0;
  #isStopping = false;

  private constructor(access: QueueAccess, queue: ShardQueue, plan: FleetPlan, options: SharedLoadOptions) {
    this.#place = access.place;
    this.#queue = queue;
    // It takes no shard: it looks for those whose worker is lost, also when no other worker is left to look.
    this.#watcher = access.worker(null, 'muster load', lostAfterMs);
    this.#options = options;
    const run = randomBytes(6).toString('hex');
    const { shards: of, onWorkerLoss, muster, command } = options;
    this.#shards = Array.from({ length: of }, (_, index) => ({
      id: `${run}-${index + 1}`,
      name: `Shard ${index + 1} of ${of}`,
      data: { muster, command, ...withoutDevices(sliceOf(plan, { index, of })), onWorkerLoss, aliveAtMs: moment() },
      job: undefined,
      losses: 0,
      sawReady: false,
      waitingSinceMs: moment(),
    }));
  }

  /** Puts the shards into the queue. @throws MusterError as `QueueAccess` does */
  static async start(access: QueueAccess, plan: FleetPlan, options: SharedLoadOptions): Promise<SharedLoad> {
    const load = new SharedLoad(access, await access.queue(), plan, options);
    try {
      await load.#fill();
      return load;
    } catch (thrown) {
      await load.#close();
      throw load.#unreachable(thrown);
    }
  }

  async #fill(): Promise<void> {
    await this.#watcher.startStalledCheckTimer();
    const kept = { age: 3600 };
    await this.#queue.addBulk(
      this.#shards.map(({ id, data }) => ({
        name: 'shard',
        data,
        opts: { jobId: id, removeOnComplete: kept, removeOnFail: kept },
      })),
    );
  }

  /** Ends the run now: what the shards measured so far is put together, as incomplete. */
  stop(): void {
    this.#isStopping = true;
    this.#aliveMs = 0;
  }

  /**
   * Until every shard has ended, or cannot.
   * @throws MusterError bench-broken when a shard finds no worker, no shard gives a result, or the queue cannot be reached any more
   */
  async run(): Promise<MergedLoad> {
    try {
      let reachedMs = moment();
      while (this.#shards.some(isOpen)) {
        try {
          await this.#look();
          reachedMs = moment();
        } catch (thrown) {
          if (thrown instanceof MusterError || moment() - reachedMs > outageMs) throw this.#unreachable(thrown);
        }
        await delay(lookEveryMs);
      }
      return this.#merged();
    } finally {
      await this.#close();
    }
  }

  #unreachable(thrown: unknown): MusterError {
    if (thrown instanceof MusterError) return thrown;
    const message = `${this.#place}: ${messageOf(thrown)}; the queue cannot be used any more, so there is no verdict.`;
    return new MusterError('bench-broken', message, { cause: thrown });
  }

  async #look(): Promise<void> {
    for (const shard of this.#shards.filter(isOpen)) {
      shard.job = await this.#queue.getJob(shard.id);
      this.#see(shard);
    }
    const open = this.#shards.filter(isOpen);
    if (this.#beginAtMs === undefined) {
      if (this.#isStopping) throw new MusterError('bench-broken', 'The run was ended before it began.');
      this.#checkBarrier();
    } else {
      this.#options.onTick?.(
        this.#shards.map(({ job }) => progressOf(job)),
        moment() - this.#beginAtMs,
      );
      if (open.every(isWaiting)) for (const shard of open) this.#giveUpLate(shard);
    }
    if (moment() - this.#aliveMs >= aliveEveryMs) await this.#tell();
  }

  /** Says in every shard that somebody waits for it, when to begin, and when to stop. */
  async #tell(): Promise<void> {
    this.#aliveMs = moment();
    for (const shard of this.#shards.filter(isOpen)) {
      shard.data = {
        ...shard.data,
        aliveAtMs: this.#aliveMs,
        ...(this.#beginAtMs === undefined ? {} : { beginAtMs: this.#beginAtMs }),
        ...(this.#isStopping ? { isStopping: true } : {}),
      };
      await shard.job?.updateData(shard.data);
    }
  }

  #see(shard: Shard): void {
    if (!shard.job) {
      shard.failure = `${shard.name} is not in the queue any more: somebody removed it.`;
      return;
    }
    const losses = Math.max(shard.job.stalledCounter, shard.job.attemptsStarted - 1);
    if (losses > shard.losses) this.#seeLoss(shard, losses);
    if (shard.job.finishedOn !== undefined && isOpen(shard)) this.#seeEnd(shard, shard.job);
  }

  #seeLoss(shard: Shard, losses: number): void {
    shard.losses = losses;
    shard.waitingSinceMs = moment();
    const lost = `${shard.name}: its worker was lost`;
    const isOver = this.#beginAtMs !== undefined && this.#options.onWorkerLoss === 'inconclusive';
    if (isOver) shard.failure = `${lost} (--on-worker-loss inconclusive).`;
    this.#options.say(shard.failure ?? `${lost}; it goes to another`);
  }

  #seeEnd(shard: Shard, { processedBy, failedReason, returnvalue, attemptsStarted }: QueuedShard): void {
    const { name } = shard;
    if (failedReason) shard.failure = `${name} failed at ${processedBy}: ${failedReason}`;
    else if (returnvalue?.attempt === attemptsStarted) shard.result = returnvalue;
    else
      shard.failure = `${name}: the result of delivery ${attemptsStarted} is expected, seen ${returnvalue?.attempt}.`;
    // A worker is free now: whoever waits has got another chance.
    for (const other of this.#shards) other.waitingSinceMs = moment();
    this.#options.say(shard.failure ?? `${name} is over, at ${processedBy}`);
    if (shard.failure !== undefined && this.#beginAtMs === undefined)
      throw new MusterError('bench-broken', shard.failure);
  }

  /** Nobody begins before every shard has a worker that is ready. @throws MusterError bench-broken */
  #checkBarrier(): void {
    const ready = this.#shards.filter(({ job }) => isReady(job));
    for (const shard of this.#shards) {
      if (isReady(shard.job)) this.#checkClock(shard);
      shard.sawReady = isReady(shard.job);
    }
    this.#reportReady(ready.length);
    if (ready.length === this.#shards.length) {
      this.#beginAtMs = moment() + headStartMs;
      this.#aliveMs = 0;
      return;
    }
    const alone = this.#shards.filter((shard) => isWaiting(shard) && this.#hasWaitedTooLong(shard));
    if (alone.length === 0) return;
    const { workerTimeoutMs, shards } = this.#options;
    throw new MusterError(
      'bench-broken',
      `${shards} workers are expected at the queue, one for each shard; ${alone.length} of the shards found none within ${workerTimeoutMs / 1000} s. Start muster worker --queue … on more machines (or a longer --worker-timeout).`,
    );
  }

  #lastReady = -1;

  /** At the first sight of it: it was said a moment ago. @throws MusterError bench-broken */
  #checkClock({ job, name, sawReady }: Shard): void {
    const aheadMs = (progressOf(job)?.atMs ?? 0) - moment();
    if (sawReady || Math.abs(aheadMs) <= clockToleranceMs) return;
    throw new MusterError(
      'bench-broken',
      `${name}: the clock of its worker ${job?.processedBy} differs by ${(aheadMs / 1000).toFixed(1)} s from the one here, so that shards would not begin together; have both set by NTP.`,
    );
  }

  #reportReady(count: number): void {
    if (count === this.#lastReady) return;
    this.#lastReady = count;
    this.#options.say(`${count} of ${this.#shards.length} shards have a worker that is ready`);
  }

  #giveUpLate(shard: Shard): void {
    if (!this.#hasWaitedTooLong(shard) && !this.#isStopping) return;
    const within = this.#isStopping ? 'before the end' : `within ${this.#options.workerTimeoutMs / 1000} s`;
    shard.failure = `${shard.name} found no other worker ${within}.`;
    this.#options.say(shard.failure);
  }

  #hasWaitedTooLong({ waitingSinceMs }: Shard): boolean {
    return moment() - waitingSinceMs > this.#options.workerTimeoutMs;
  }

  #merged(): MergedLoad {
    const results = this.#shards.flatMap(({ result, name }): ShardResult[] =>
      result ? [{ name, record: result.record, ledger: result.ledger }] : [],
    );
    const problems = this.#shards.flatMap(({ failure }) => failure ?? []);
    const notes = this.#shards.flatMap(({ result, name, losses }) =>
      result && losses > 0
        ? [`${name}: its worker was lost, and it was delivered again: delivery ${result.attempt} counts.`]
        : [],
    );
    const merged = mergeShards(results, { problems, notes });
    if (merged) return merged;
    throw new MusterError('bench-broken', `No shard gave a result.\n${problems.join('\n')}`);
  }

  /** Nothing of this run stays in the queue but what a worker still has: that is told to end. */
  async #close(): Promise<void> {
    try {
      this.#isStopping = true;
      await this.#tell();
      for (const { id } of this.#shards) await this.#queue.remove(id);
    } catch (thrown) {
      this.#options.say(`The queue was not cleaned: ${messageOf(thrown)}`);
    }
    await this.#watcher.close(true);
    await this.#queue.close();
  }
}

const isOpen = ({ result, failure }: Shard): boolean => result === undefined && failure === undefined;

/** Not taken by a worker, or not again since the last was lost. */
const isWaiting = ({ job }: Shard): boolean => !job || job.attemptsStarted <= job.stalledCounter;

function progressOf(job: QueuedShard | undefined): ShardProgress | undefined {
  const progress = job?.progress;
  return typeof progress === 'object' && 'attempt' in progress ? (progress as ShardProgress) : undefined;
}

function isReady(job: QueuedShard | undefined): boolean {
  const progress = progressOf(job);
  return (
    progress?.phase === 'ready' && progress.attempt === job?.attemptsStarted && progress.attempt > job.stalledCounter
  );
}
