import { setTimeout as delay } from 'node:timers/promises';

/** Time goes through a clock, so that expiry and polling can be tested without waiting. */
export interface Clock {
  now(): Date;
  /** Resolves after `seconds`; rejects with the signal's reason if aborted before. */
  sleep(seconds: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  sleep: (seconds, signal) => delay(seconds * 1000, undefined, signal ? { signal } : {}),
};

/** A clock that is wrong: it said `now` when it was made, and goes on from there. */
export function clockThatSays(now: Date): Clock {
  const behindMs = Date.now() - now.getTime();
  return { ...systemClock, now: () => new Date(Date.now() - behindMs) };
}

/** A clock that stands until it is advanced. A sleeper wakes at once, and the clock has then moved on by its seconds. */
export class ManualClock implements Clock {
  #now: number;

  constructor(start: Date) {
    this.#now = start.getTime();
  }

  now(): Date {
    return new Date(this.#now);
  }

  advance(seconds: number): void {
    this.#now += seconds * 1000;
  }

  async sleep(seconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.advance(seconds);
  }
}
