import type { Job } from 'bullmq';
import { moment } from '../fleet/moment.ts';
import type { ShardQueue } from './queue-access.ts';
import type { ShardJob, ShardProgress, ShardReturn } from './shard-job.ts';

/** One shard of a load, as whoever shares it out sees it: what the queue says of it, and what became of it. */
export class QueuedShard {
  readonly id: string;
  readonly name: string;
  /** How often its worker was lost. */
  losses = 0;
  result: ShardReturn | undefined;
  /** Why there is no result and will be none. */
  failure: string | undefined;
  #data: ShardJob;
  #job: Job<ShardJob, ShardReturn> | undefined;
  #waitingSinceMs = moment();

  constructor(id: string, data: ShardJob) {
    const { index, of } = data.plan.shard;
    this.id = id;
    this.name = `Shard ${index + 1} of ${of}`;
    this.#data = data;
  }

  get data(): ShardJob {
    return this.#data;
  }

  get isOpen(): boolean {
    return this.result === undefined && this.failure === undefined;
  }

  /** Not taken by a worker, or not again since the last was lost. */
  get isWaiting(): boolean {
    return !this.#job || this.#job.attemptsStarted <= this.#job.stalledCounter;
  }

  /** The worker that has it now waits for all to begin. */
  get isReady(): boolean {
    const { attempt, phase } = this.progress ?? {};
    return phase === 'ready' && attempt === this.#job?.attemptsStarted && !this.isWaiting;
  }

  get progress(): ShardProgress | undefined {
    const progress = this.#job?.progress;
    return typeof progress === 'object' && 'attempt' in progress ? (progress as ShardProgress) : undefined;
  }

  /** The name of its worker. */
  get worker(): string | undefined {
    return this.#job?.processedBy;
  }

  /** There is a result in the queue, or a failure. */
  get hasEnded(): boolean {
    return this.#job?.finishedOn !== undefined;
  }

  waitedMs(): number {
    return moment() - this.#waitingSinceMs;
  }

  /** From now on its patience begins anew. */
  waitAnew(): void {
    this.#waitingSinceMs = moment();
  }

  async look(queue: ShardQueue): Promise<void> {
    this.#job = await queue.getJob(this.id);
    if (!this.#job) this.failure = `${this.name} is not in the queue any more: somebody removed it.`;
  }

  /** Was a worker of it lost that was not counted yet? */
  countLoss(): boolean {
    const losses = this.#job ? Math.max(this.#job.stalledCounter, this.#job.attemptsStarted - 1) : 0;
    if (losses <= this.losses) return false;
    this.losses = losses;
    this.waitAnew();
    return true;
  }

  /** Takes what its worker gave back: a result counts from the last delivery alone. */
  takeEnd(): void {
    const { failedReason, returnvalue, attemptsStarted } = this.#job ?? {};
    if (failedReason) this.failure = `${this.name} failed at ${this.worker}: ${failedReason}`;
    else if (returnvalue?.attempt === attemptsStarted) this.result = returnvalue;
    else
      this.failure = `${this.name}: the result of delivery ${attemptsStarted} is expected, seen ${returnvalue?.attempt}.`;
  }

  /** Tells its worker, of now or of later. */
  async tell(change: Partial<ShardJob>): Promise<void> {
    this.#data = { ...this.#data, ...change };
    await this.#job?.updateData(this.#data);
  }
}
