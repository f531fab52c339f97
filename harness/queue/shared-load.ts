import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { MusterError, messageOf } from '#protocol/errors.ts';
import { type MergedLoad, mergeShards } from '../fleet/merge.ts';
import { moment } from '../fleet/moment.ts';
import type { FleetPlan } from '../fleet/plan.ts';
import type { ShardResult } from '../fleet/shards-of-run.ts';
import { sliceOf } from '../fleet/slice.ts';
import { withoutDevices } from './devices-mark.ts';
import type { QueueAccess, ShardQueue, ShardWorkerAtQueue } from './queue-access.ts';
import { QueuedShard } from './queued-shard.ts';
import { aliveEveryMs, type ShardJob, type ShardProgress } from './shard-job.ts';

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

/** Shares a load out to the workers at a queue, and puts together what they give back. */
export class SharedLoad {
  readonly #place: string;
  readonly #queue: ShardQueue;
  readonly #watcher: ShardWorkerAtQueue;
  readonly #options: SharedLoadOptions;
  readonly #shards: readonly QueuedShard[];
  /** Of the shards those that were ready when somebody looked last. */
  #ready: ReadonlySet<QueuedShard> | undefined;
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
    this.#shards = Array.from({ length: of }, (_, index) => {
      const slice = withoutDevices(sliceOf(plan, { index, of }));
      return new QueuedShard(`${run}-${index + 1}`, { muster, command, ...slice, onWorkerLoss, aliveAtMs: moment() });
    });
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
      while (this.#open.length > 0) {
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

  get #open(): readonly QueuedShard[] {
    return this.#shards.filter(({ isOpen }) => isOpen);
  }

  async #look(): Promise<void> {
    for (const shard of this.#open) {
      await shard.look(this.#queue);
      if (shard.countLoss()) this.#seeLoss(shard);
      if (shard.isOpen && shard.hasEnded) this.#seeEnd(shard);
    }
    if (this.#beginAtMs === undefined) {
      if (this.#isStopping) throw new MusterError('bench-broken', 'The run was ended before it began.');
      this.#checkBarrier();
    } else {
      this.#options.onTick?.(
        this.#shards.map(({ progress }) => progress),
        moment() - this.#beginAtMs,
      );
      const open = this.#open;
      if (open.every(({ isWaiting }) => isWaiting)) for (const shard of open) this.#giveUpLate(shard);
    }
    if (moment() - this.#aliveMs >= aliveEveryMs) await this.#tell();
  }

  /** Says in every shard that somebody waits for it, when to begin, and when to stop. */
  async #tell(): Promise<void> {
    this.#aliveMs = moment();
    for (const shard of this.#open) {
      await shard.tell({
        aliveAtMs: this.#aliveMs,
        ...(this.#beginAtMs === undefined ? {} : { beginAtMs: this.#beginAtMs }),
        ...(this.#isStopping ? { isStopping: true } : {}),
      });
    }
  }

  #seeLoss(shard: QueuedShard): void {
    const lost = `${shard.name}: its worker was lost`;
    const isOver = this.#beginAtMs !== undefined && this.#options.onWorkerLoss === 'inconclusive';
    if (isOver) shard.failure = `${lost} (--on-worker-loss inconclusive).`;
    this.#options.say(shard.failure ?? `${lost}; it goes to another`);
  }

  #seeEnd(shard: QueuedShard): void {
    shard.takeEnd();
    // A worker is free now: whoever waits has got another chance.
    for (const other of this.#shards) other.waitAnew();
    this.#options.say(shard.failure ?? `${shard.name} is over, at ${shard.worker}`);
    if (shard.failure !== undefined && this.#beginAtMs === undefined)
      throw new MusterError('bench-broken', shard.failure);
  }

  /** Nobody begins before every shard has a worker that is ready. @throws MusterError bench-broken */
  #checkBarrier(): void {
    const ready = this.#shards.filter(({ isReady }) => isReady);
    for (const shard of ready) if (!this.#ready?.has(shard)) checkClock(shard);
    if (ready.length !== this.#ready?.size)
      this.#options.say(`${ready.length} of ${this.#shards.length} shards have a worker that is ready`);
    this.#ready = new Set(ready);
    if (ready.length === this.#shards.length) {
      this.#beginAtMs = moment() + headStartMs;
      this.#aliveMs = 0;
      return;
    }
    const alone = this.#shards.filter((shard) => shard.isWaiting && this.#hasWaitedTooLong(shard));
    if (alone.length === 0) return;
    const { workerTimeoutMs, shards } = this.#options;
    throw new MusterError(
      'bench-broken',
      `${shards} workers are expected at the queue, one for each shard; ${alone.length} of the shards found none within ${workerTimeoutMs / 1000} s. Start muster worker --queue … on more machines (or a longer --worker-timeout).`,
    );
  }

  #giveUpLate(shard: QueuedShard): void {
    if (!this.#hasWaitedTooLong(shard) && !this.#isStopping) return;
    const within = this.#isStopping ? 'before the end' : `within ${this.#options.workerTimeoutMs / 1000} s`;
    shard.failure = `${shard.name} found no other worker ${within}.`;
    this.#options.say(shard.failure);
  }

  #hasWaitedTooLong(shard: QueuedShard): boolean {
    return shard.waitedMs() > this.#options.workerTimeoutMs;
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

/** When it is first seen to be ready: it was said a moment ago. @throws MusterError bench-broken */
function checkClock({ progress, name, worker }: QueuedShard): void {
  const aheadMs = (progress?.atMs ?? 0) - moment();
  if (Math.abs(aheadMs) <= clockToleranceMs) return;
  throw new MusterError(
    'bench-broken',
    `${name}: the clock of its worker ${worker} differs by ${(aheadMs / 1000).toFixed(1)} s from the one here, so that shards would not begin together; have both set by NTP.`,
  );
}
