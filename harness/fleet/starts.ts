import type { Tally } from './batch.ts';
import type { FleetLimits } from './plan.ts';

/** One attempt that is due. */
export interface Start<What> {
  readonly what: What;
  /** Milliseconds since 1970. */
  readonly intendedMs: number;
  /** Of an open run: another comes anyway. */
  readonly mayDrop: boolean;
}

export interface StartHandlers<What> {
  /** Calls `release` when the attempt needs its room no longer. */
  readonly begin: (start: Start<What>, release: () => void) => void;
  readonly drop: (start: Start<What>) => void;
}

/**
 * Begins what is due while there is room, and keeps the rest in line. What waited is late, and is timed from when it should have
 * begun; what waited too long is dropped.
 */
export class Starts<What> {
  readonly #room: number;
  readonly #limits: FleetLimits;
  readonly #tally: Tally;
  readonly #now: () => number;
  readonly #handlers: StartHandlers<What>;
  #line: Start<What>[] = [];
  #head = 0;

  constructor(room: number, limits: FleetLimits, tally: Tally, now: () => number, handlers: StartHandlers<What>) {
    this.#room = room;
    this.#limits = limits;
    this.#tally = tally;
    this.#now = now;
    this.#handlers = handlers;
  }

  get hasRoom(): boolean {
    return this.#tally.inFlight < this.#room && this.waiting === 0;
  }

  get waiting(): number {
    return this.#line.length - this.#head;
  }

  offer(start: Start<What>): void {
    this.#tally.count('due');
    this.#line.push(start);
    this.#next();
  }

  /** What is in line will not begin any more. */
  clear(): void {
    const waiting = this.#line.slice(this.#head);
    this.#line = [];
    this.#head = 0;
    for (const start of waiting) this.#drop(start);
  }

  #drop(start: Start<What>): void {
    this.#tally.count('dropped');
    this.#handlers.drop(start);
  }

  #next(): void {
    while (this.#tally.inFlight < this.#room) {
      const start = this.#line[this.#head];
      if (start === undefined) break;
      this.#head++;
      const lagMs = Math.max(0, this.#now() - start.intendedMs);
      if (start.mayDrop && lagMs > this.#limits.dropSeconds * 1000) {
        this.#drop(start);
        continue;
      }
      this.#tally.count('started');
      this.#tally.took('lag', lagMs);
      if (lagMs > this.#limits.lateMs) this.#tally.count('late');
      this.#tally.inFlight++;
      let isReleased = false;
      this.#handlers.begin(start, () => {
        if (isReleased) return;
        isReleased = true;
        this.#tally.inFlight--;
        this.#next();
      });
    }
    if (this.#head > 1024 && this.#head * 2 > this.#line.length) {
      this.#line = this.#line.slice(this.#head);
      this.#head = 0;
    }
  }
}
