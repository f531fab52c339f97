import { availableParallelism } from 'node:os';
import { UnrecoverableError, WaitingError } from 'bullmq';
import { MusterError, messageOf } from '#protocol/errors.ts';
import type { Identity } from '../case/identity.ts';
import type { LoadMetrics } from '../fleet/load-metrics.ts';
import { moment } from '../fleet/moment.ts';
import type { FleetPlan } from '../fleet/plan.ts';
import { type DeliveredJob, DeliveredShard, silenceOf } from './delivered-shard.ts';
import { withDevices } from './devices-mark.ts';
import type { QueueAccess, ShardQueue, ShardWorkerAtQueue } from './queue-access.ts';
import { type ShardReturn, silentAfterMs } from './shard-job.ts';

/** A ledger of many devices takes seconds to get into the queue, and nobody renews the lease meanwhile. */
const handOverMs = 60_000;

export interface ShardWorkerOptions {
  /** By which others know it. */
  readonly name: string;
  readonly muster: string;
  /** Absent: by the cores of this machine. */
  readonly threads?: number;
  readonly devices?: readonly Identity[];
  readonly lostAfterMs: number;
  readonly say: (line: string) => void;
  /** Are told of each shard. */
  readonly metrics?: LoadMetrics | undefined;
}

/** Takes shards of loads from a queue, one at a time, and gives back what they measured. */
export class ShardWorker {
  readonly #options: ShardWorkerOptions;
  readonly #queue: ShardQueue;
  readonly #worker: ShardWorkerAtQueue;
  readonly #first = Promise.withResolvers<void>();
  #shard: DeliveredShard | undefined;

  private constructor(access: QueueAccess, queue: ShardQueue, options: ShardWorkerOptions) {
    this.#options = options;
    this.#queue = queue;
    this.#worker = access.worker((job, token) => this.#deliver(job, token), options.name, options.lostAfterMs);
    this.#worker.on('lockRenewalFailed', () => {
      this.#shard?.giveUp('The shard is not this worker’s any more: nothing was heard of it for too long.');
    });
    for (const end of ['completed', 'failed'] as const) this.#worker.on(end, () => this.#first.resolve());
    this.#worker.run().catch((thrown: unknown) => options.say(messageOf(thrown)));
  }

  /** @throws MusterError as `QueueAccess` does */
  static async start(access: QueueAccess, options: ShardWorkerOptions): Promise<ShardWorker> {
    return new ShardWorker(access, await access.queue(), options);
  }

  /** Resolves when one shard was delivered and is over. */
  get once(): Promise<void> {
    return this.#first.promise;
  }

  /** At once: a shard under way is given to another worker, as when this one is killed. */
  async stop(): Promise<void> {
    this.#shard?.giveUp('This worker is told to end: its shard goes to another.');
    await this.#worker.close(true);
    await this.#queue.close();
  }

  async #deliver(job: DeliveredJob, token = ''): Promise<ShardReturn> {
    const { lostAfterMs, metrics } = this.#options;
    const { shard } = job.data.plan;
    const say = (line: string): void => this.#options.say(`shard ${shard.index + 1} of ${shard.of}: ${line}`);
    try {
      const plan = this.#planOf(job);
      const again = job.attemptsStarted > 1 ? `, delivery ${job.attemptsStarted}` : '';
      say(`${plan.to - plan.from} simulators, ${plan.workers} threads${again}`);
      this.#shard = new DeliveredShard(job, plan, { queue: this.#queue, lostAfterMs, say, metrics });
      const measured = await this.#shard.run();
      await job.extendLock(token, handOverMs);
      return measured;
    } catch (thrown) {
      if (thrown instanceof WaitingError) throw thrown;
      const message = thrown instanceof MusterError ? thrown.message : `a bug in muster: ${messageOf(thrown)}`;
      say(message);
      throw new UnrecoverableError(message);
    } finally {
      this.#shard = undefined;
    }
  }

  /** The plan as this machine can carry it out. @throws MusterError settings-invalid why it cannot */
  #planOf({ data, attemptsStarted }: DeliveredJob): FleetPlan {
    const { muster, threads, devices } = this.#options;
    if (data.muster !== muster) {
      throw new MusterError(
        'settings-invalid',
        `This worker is Muster ${muster}, and the load was planned by ${data.muster}: the same version is expected on every machine.`,
      );
    }
    const silentMs = moment() - data.aliveAtMs;
    if (silentMs > silentAfterMs) throw new MusterError('settings-invalid', silenceOf(silentMs));
    if (attemptsStarted > 1 && data.beginAtMs !== undefined && data.onWorkerLoss === 'inconclusive') {
      throw new MusterError(
        'bench-broken',
        'Its worker was lost, and --on-worker-loss inconclusive does not allow another.',
      );
    }
    const cores = availableParallelism();
    const plan = withDevices(data.plan, data.devices, devices);
    const most = threads ?? (plan.target.kind === 'built-in' ? Math.max(1, cores - 1) : cores);
    return { ...plan, workers: Math.min(most, Math.max(1, plan.to - plan.from)) };
  }
}
