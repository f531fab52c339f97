import { type Job, WaitingError } from 'bullmq';
import { MusterError } from '#protocol/errors.ts';
import { failedEnds, loadEnds } from '#reports/load-record.ts';
import type { Collector } from '../fleet/collector.ts';
import { Fleet } from '../fleet/fleet.ts';
import type { LoadMetrics } from '../fleet/load-metrics.ts';
import { moment } from '../fleet/moment.ts';
import type { FleetPlan } from '../fleet/plan.ts';
import type { ShardQueue } from './queue-access.ts';
import { type ShardJob, type ShardProgress, type ShardReturn, silentAfterMs } from './shard-job.ts';

const lookEveryMs = 150;
const tellEveryMs = 1000;

export type DeliveredJob = Job<ShardJob, ShardReturn>;

interface DeliveredShardParts {
  readonly queue: ShardQueue;
  readonly lostAfterMs: number;
  readonly say: (line: string) => void;
  readonly metrics?: LoadMetrics | undefined;
}

/**
 * One delivery of one shard, from its fleet being made ready to what is given back. It ends itself when the shard is not its own any
 * more: given to another worker, removed, or asked for by nobody.
 */
export class DeliveredShard {
  readonly #job: DeliveredJob;
  readonly #queue: ShardQueue;
  readonly #fleet: Fleet;
  readonly #lostAfterMs: number;
  readonly #attempt: number;
  readonly #say: (line: string) => void;
  readonly #metrics: LoadMetrics | undefined;
  readonly #begin = Promise.withResolvers<number | undefined>();
  #data: ShardJob;
  #counts: Omit<ShardProgress, 'attempt' | 'atMs'> = { phase: 'preparing', started: 0, succeeded: 0, failed: 0 };
  #isOver = false;
  /** Why what it measured is nobody's any more. */
  #lost: Error | undefined;

  constructor(job: DeliveredJob, plan: FleetPlan, parts: DeliveredShardParts) {
    this.#job = job;
    this.#data = job.data;
    this.#queue = parts.queue;
    this.#lostAfterMs = parts.lostAfterMs;
    this.#say = parts.say;
    this.#metrics = parts.metrics;
    this.#attempt = job.attemptsStarted;
    // Whoever waits for it hears of it.
    this.#begin.promise.catch(() => {});
    // One that is delivered after all have begun begins at once.
    const isLate = job.data.beginAtMs !== undefined;
    parts.metrics?.begin(plan);
    this.#fleet = new Fleet(plan, {
      muster: job.data.muster,
      command: job.data.command,
      onTick: (collector, _elapsedMs, approved) => {
        this.#count(collector);
        parts.metrics?.watch(collector, approved);
      },
      onSamples: (step, list) => parts.metrics?.sample(step, list),
      barrier: () => {
        this.#counts = { ...this.#counts, phase: isLate ? 'running' : 'ready' };
        return isLate ? Promise.resolve(undefined) : this.#begin.promise;
      },
      onPhase: (phase, detail) => {
        if (phase !== 'running' && phase !== 'keys') this.#say(detail === '' ? phase : `${phase}: ${detail}`);
      },
    });
  }

  /** @throws MusterError bench-broken; WaitingError when the shard is to go to another worker, as if this one were dead */
  async run(): Promise<ShardReturn> {
    const watching = this.#watch();
    try {
      const { record, ledger } = await this.#fleet.run();
      if (this.#lost !== undefined) throw this.#lost;
      this.#say(`${record.verdict}: ${record.reasons[0] ?? ''}`);
      return { attempt: this.#attempt, record, ledger: [...ledger].join('') };
    } catch (thrown) {
      throw this.#lost ?? thrown;
    } finally {
      this.#isOver = true;
      this.#metrics?.end();
      await watching;
    }
  }

  /** What this worker measures does not count any more: its shard goes to another. */
  giveUp(why: string): void {
    this.#lose(new WaitingError(why));
  }

  #lose(why: Error): void {
    if (this.#lost !== undefined || this.#isOver) return;
    this.#lost = why;
    this.#say(why.message);
    this.#begin.reject(why);
    this.#fleet.stop();
  }

  #count(collector: Collector): void {
    const { started, ends } = collector.counts(0);
    const sum = (failed: boolean): number =>
      loadEnds.reduce((all, end) => all + (failedEnds.has(end) === failed ? ends[end] : 0), 0);
    this.#counts = { phase: 'running', started, succeeded: sum(false), failed: sum(true) };
  }

  /** Looks at the job, which says when to begin and when to stop, and tells in it how far this is. */
  async #watch(): Promise<void> {
    let seenMs = moment();
    let toldMs = 0;
    let told = '';
    while (!this.#isOver) {
      try {
        const { phase } = this.#counts;
        if (phase !== told || (phase === 'running' && moment() - toldMs >= tellEveryMs)) {
          toldMs = moment();
          await this.#job.updateProgress({ ...this.#counts, attempt: this.#attempt, atMs: toldMs });
          told = phase;
        }
        const job: DeliveredJob | undefined = await this.#queue.getJob(this.#job.id ?? '');
        seenMs = moment();
        this.#obey(job);
      } catch {
        // The queue does not answer: its errors are told where the connection is.
        if (moment() - seenMs > this.#lostAfterMs) this.giveUp('The queue does not answer: this shard is given up.');
      }
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  }

  #obey(job: DeliveredJob | undefined): void {
    const wasStopping = this.#data.isStopping === true;
    const why = this.#whyOver(job);
    if (why !== undefined) this.#lose(new MusterError('bench-broken', why));
    if (why !== undefined || !job) return;
    if (job.attemptsStarted !== this.#attempt)
      this.giveUp('The shard was given to another worker, since nothing was heard of this one.');
    this.#data = job.data;
    if (job.data.isStopping && !wasStopping) this.#fleet.stop();
    if (job.data.beginAtMs !== undefined) this.#begin.resolve(job.data.beginAtMs);
  }

  #whyOver(job: DeliveredJob | undefined): string | undefined {
    if (!job) return 'The shard is not in the queue any more: this run is over.';
    const { aliveAtMs, isStopping, beginAtMs } = job.data;
    const silentMs = moment() - aliveAtMs;
    if (silentMs > silentAfterMs) return silenceOf(silentMs);
    return isStopping && beginAtMs === undefined ? 'The run was ended before it began.' : undefined;
  }
}

export function silenceOf(silentMs: number): string {
  return `Nobody waits for this shard: muster load was last there ${Math.round(silentMs / 1000)} s ago by the clock of this machine.`;
}
