import type { Clock } from '#protocol/clock.ts';
import type { AuditEvent } from '../audit.ts';
import { Budgets } from '../limits.ts';

/** What peers can make happen as often as the network carries it. Calls have records of their own, every one of them. */
const frequent: ReadonlySet<AuditEvent['event']> = new Set([
  'getcacert',
  'refused',
  'sign-in-refused',
  'authorized',
  'authorization-refused',
  'usage',
  'usage-refused',
  'call-refused',
  'internal-error',
]);
/** So many at once, and then one each tenth of a second: a flood fills no disk. */
const burst = 1_000;
const secondsEach = 0.1;

/** Counts what is not written one by one, and why. */
export class Abridgement {
  readonly #budgets: Budgets;
  readonly #counts = new Map<string, number>();

  constructor(clock: Clock) {
    this.#budgets = new Budgets(clock, burst, secondsEach);
  }

  /** Is it one of a flood? Then it is counted. */
  takes({ event, status }: AuditEvent): boolean {
    if (!frequent.has(event)) return false;
    const name = status === undefined ? event : `${event} status=${status}`;
    if (this.#budgets.waitSeconds(event) > 0) {
      this.count(`${name} (more than are written one by one)`);
      return true;
    }
    this.#budgets.spend(event);
    return false;
  }

  count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  /** What was counted, as events of their own; counting begins anew. */
  drain(): readonly AuditEvent[] {
    const events = [...this.#counts].map(
      ([what, count]) => ({ event: 'abridged', detail: `${count} × ${what}` }) as const,
    );
    this.#counts.clear();
    return events;
  }
}
