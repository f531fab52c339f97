import type { Clock } from '#protocol/clock.ts';
import { messageOf } from '#protocol/errors.ts';
import type { AuditEvent } from '../audit.ts';
import type { Database, Row, Sql } from '../store/database.ts';
import { selectRows } from '../store/sql-select.ts';
import { Abridgement } from './abridgement.ts';
import type { Journal, JournalEntry, JournalFilter, JournalVerdict } from './journal.ts';
import { extendChain, type LooseEntry, verifyChain } from './sql-chain.ts';

/** What happens meanwhile is written in one transaction: that is what a crash may cost. */
const gatherMs = 50;
const againMs = 1_000;
/** What was counted is written so often at most. */
const countMs = 10_000;
/** While the database is away, no more than so many wait for it. */
const waitingAtMost = 50_000;

export interface JournalParts {
  readonly database: Database;
  readonly clock: Clock;
  /** Entries older than so many seconds are removed; undefined: none is. */
  readonly keptSeconds?: number | undefined;
  /** Told once when the database takes no entries any more; they wait. */
  readonly onTrouble?: (why: string) => void;
}

/** A journal in a database. Servers on one database write one chain. */
export class SqlJournal implements Journal {
  readonly #parts: JournalParts;
  readonly #abridgement: Abridgement;
  #waiting: LooseEntry[] = [];
  #timer: NodeJS.Timeout | undefined;
  #countTimer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #troubled = false;

  constructor(parts: JournalParts) {
    this.#parts = parts;
    this.#abridgement = new Abridgement(parts.clock);
  }

  append(event: AuditEvent, by?: string): void {
    if (this.#waiting.length >= waitingAtMost) this.#abridgement.count(`${event.event} (the database was away)`);
    else if (!this.#abridgement.takes(event)) {
      this.#waiting.push(this.#entryOf(event, by));
      this.#writeIn(gatherMs);
      return;
    }
    this.#countTimer ??= setTimeout(() => {
      this.#countTimer = undefined;
      this.#takeCounts();
    }, countMs).unref();
  }

  flush(): Promise<void> {
    clearTimeout(this.#countTimer);
    this.#countTimer = undefined;
    this.#takeCounts();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return this.#write();
  }

  list(filter: JournalFilter = {}): Promise<readonly JournalEntry[]> {
    return this.#parts.database.atomically(async (sql) => {
      const { device, event, from, to, before, limit } = filter;
      const conditions = [
        ['device = ?', device],
        ['name = ?', event],
        ['at >= ?', from],
        ['at <= ?', to],
        ['number < ?', before],
      ] as const;
      const rows = await selectRows(sql, 'journal', conditions, 'number DESC', limit);
      return rows.map(entryOf);
    });
  }

  verify(): Promise<JournalVerdict> {
    return verifyChain(this.#parts.database);
  }

  #entryOf(event: AuditEvent, by?: string): LooseEntry {
    const { event: name, device } = event;
    return {
      at: this.#parts.clock.now().getTime(),
      name,
      device: device === undefined ? null : device.toWellFormed().replaceAll('\0', '\ufffd'),
      body: JSON.stringify(by === undefined ? { event } : { event, by }),
    };
  }

  #writeIn(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#write().catch(() => this.#writeIn(againMs));
    }, ms).unref();
  }

  #takeCounts(): void {
    const counted = this.#abridgement.drain().map((event) => this.#entryOf(event));
    if (counted.length === 0) return;
    this.#waiting.push(...counted);
    this.#writeIn(gatherMs);
  }

  #write(): Promise<void> {
    const turn = this.#writing.then(() => this.#writeWaiting());
    this.#writing = turn.catch(() => {});
    return turn;
  }

  async #writeWaiting(): Promise<void> {
    const batch = this.#waiting;
    if (batch.length === 0) return;
    this.#waiting = [];
    try {
      await this.#parts.database.atomically((sql) => this.#extend(sql, batch));
      this.#troubled = false;
    } catch (thrown) {
      this.#waiting = [...batch, ...this.#waiting];
      if (!this.#troubled) this.#parts.onTrouble?.(messageOf(thrown));
      this.#troubled = true;
      throw thrown;
    }
  }

  #extend(sql: Sql, batch: readonly LooseEntry[]): Promise<void> {
    const { database, keptSeconds, clock } = this.#parts;
    if (keptSeconds === undefined) return extendChain(sql, database.dialect, batch);
    return extendChain(sql, database.dialect, batch, {
      oldest: clock.now().getTime() - keptSeconds * 1000,
      slackMs: keptSeconds * 100,
      removedUpTo: (number) =>
        this.#entryOf({ event: 'abridged', detail: `entries up to ${number} were removed for their age` }),
    });
  }
}

function entryOf(row: Row): JournalEntry {
  const { event, by } = JSON.parse(String(row.body)) as Pick<JournalEntry, 'event' | 'by'>;
  return {
    number: Number(row.number),
    at: Number(row.at),
    event,
    ...(by === undefined ? {} : { by }),
    hash: String(row.hash),
    previous: String(row.previous),
  };
}
