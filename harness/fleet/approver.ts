import { setTimeout as delay } from 'node:timers/promises';
import type { Approvals } from './approvals.ts';

const lookEveryMs = 250;

/** An administrator who approves what waits, so many a second, until told to stop. */
export class Approver {
  approved = 0;
  readonly #stopping = new AbortController();
  readonly #working: Promise<void>;

  /** `onBroken`: nobody will be approved any more; whoever stops it hears why. */
  constructor(approvals: Approvals, perSecond: number, onBroken: () => void) {
    this.#working = this.#work(approvals, perSecond);
    this.#working.catch(onBroken);
  }

  /** @throws MusterError bench-broken when the administrator does not work */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#working;
  }

  async #work(approvals: Approvals, perSecond: number): Promise<void> {
    const { signal } = this.#stopping;
    const pause = (milliseconds: number): Promise<void> => delay(milliseconds, undefined, { signal }).catch(() => {});
    let nextMs = performance.now();
    while (!signal.aborted) {
      const waiting = await approvals.waiting();
      if (waiting.length === 0) await pause(lookEveryMs);
      for (const one of waiting) {
        nextMs = Math.max(nextMs + 1000 / perSecond, performance.now() - 1000);
        if (nextMs > performance.now()) await pause(nextMs - performance.now());
        if (signal.aborted) return;
        await approvals.approve(one);
        this.approved++;
      }
    }
  }
}
