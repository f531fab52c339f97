import { setTimeout as delay } from 'node:timers/promises';
import type { WorkerTask } from './messages.ts';

/**
 * The starts of an open run that fall to one worker. Its own time runs as fast as it is told: a run that is paused or slowed down
 * by hand keeps its plan, later.
 */
export class OpenClock {
  readonly #times: Iterator<number, void>;
  #next: number | undefined;
  #startedMs: number;
  #startedAt = 0;
  #factor = 1;
  #wake = new AbortController();

  constructor(atMs: number, { plan, worker }: Pick<WorkerTask, 'plan' | 'worker'>, times: Iterable<number, void>) {
    this.#startedMs = atMs;
    this.#times = everyNth(times, plan.shard.of * plan.workers, plan.shard.index * plan.workers + worker);
    this.#next = this.#advance();
  }

  get isRunning(): boolean {
    return this.#next !== undefined;
  }

  /** When the next start is due, in milliseconds since 1970. */
  nextMs(): number {
    if (this.#next === undefined || this.#factor === 0) return Number.POSITIVE_INFINITY;
    return this.#startedMs + (this.#next - this.#startedAt) / this.#factor;
  }

  /** What is due by now, in order. */
  *due(nowMs: number): Generator<number, void> {
    for (let dueMs = this.nextMs(); dueMs <= nowMs; dueMs = this.nextMs()) {
      this.#next = this.#advance();
      yield dueMs;
    }
  }

  speed(factor: number, nowMs: number): void {
    this.#startedAt += (nowMs - this.#startedMs) * this.#factor;
    this.#startedMs = nowMs;
    this.#factor = factor;
    this.#wake.abort();
  }

  end(): void {
    this.#next = undefined;
    this.#wake.abort();
  }

  /** For so long, or until something changes. */
  async sleep(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { signal: this.#wake.signal }).catch(() => {});
    if (this.#wake.signal.aborted) this.#wake = new AbortController();
  }

  #advance(): number | undefined {
    const { value, done } = this.#times.next();
    return done ? undefined : value;
  }
}

function* everyNth(times: Iterable<number, void>, of: number, first: number): Generator<number, void> {
  let number = 0;
  for (const time of times) {
    if (number % of === first) yield time;
    number++;
  }
}
