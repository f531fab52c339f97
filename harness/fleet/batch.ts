import { type LoadCounter, type LoadEnd, type LoadStep, loadCounters } from '#reports/load-record.ts';
import { sumsOf } from './sums.ts';

/** One certificate that a simulator verified and keeps. */
export type IssuedRow = readonly [index: number, serial: string, keyFingerprint: string];

export interface FailureNote {
  readonly kind: string;
  readonly end: LoadEnd;
  readonly device: string;
  /** Redacted; only the first of its kind has one. */
  readonly transcript?: string;
}

/** What happened in one worker since its last batch: plain values that cross to another thread cheaply. */
export interface Batch extends Readonly<Record<LoadCounter, number>> {
  /** In milliseconds since 1970. */
  readonly atMs: number;
  /** Now. */
  readonly inFlight: number;
  readonly pending: number;
  /** Connections that are open, of devices that have nothing more to say. */
  readonly held: number;
  readonly ends: Readonly<Partial<Record<LoadEnd, number>>>;
  /** Microseconds, by step. */
  readonly samples: Readonly<Partial<Record<LoadStep, readonly number[]>>>;
  readonly issued: readonly IssuedRow[];
  /** Simulators that were told to wait. */
  readonly waiting: readonly number[];
  /** Simulators whose attempt ended while the server had them wait. */
  readonly leftPending: readonly number[];
  readonly failures: readonly FailureNote[];
  /** Delays of the event loop, in milliseconds. */
  readonly loopDelays: readonly number[];
}

/** Counts what happens in a worker until the next batch is taken. */
export class Tally {
  #now = emptied();
  inFlight = 0;
  pending = 0;
  readonly #knownKinds = new Set<string>();

  count(what: LoadCounter): void {
    this.#now[what]++;
  }

  took(step: LoadStep, milliseconds: number): void {
    const list = this.#now.samples[step] ?? [];
    this.#now.samples[step] = list;
    list.push(Math.round(milliseconds * 1000));
  }

  ended(end: LoadEnd): void {
    this.#now.ends[end] = (this.#now.ends[end] ?? 0) + 1;
  }

  issued(row: IssuedRow): void {
    this.#now.issued.push(row);
  }

  waits(index: number): void {
    this.#now.waiting.push(index);
  }

  leftPending(index: number): void {
    this.#now.leftPending.push(index);
  }

  /** `transcript` is asked for once for each kind. */
  failed(kind: string, end: LoadEnd, device: string, transcript: () => string): void {
    const isNew = !this.#knownKinds.has(kind);
    this.#knownKinds.add(kind);
    this.#now.failures.push({ kind, end, device, ...(isNew ? { transcript: transcript() } : {}) });
  }

  loopDelay(milliseconds: number): void {
    this.#now.loopDelays.push(milliseconds);
  }

  take(atMs: number, held: number): Batch {
    const batch = { ...this.#now, atMs, held, inFlight: this.inFlight, pending: this.pending };
    this.#now = emptied();
    return batch;
  }
}

function emptied() {
  return {
    ...sumsOf(loadCounters, []),
    ends: {} as Partial<Record<LoadEnd, number>>,
    samples: {} as Partial<Record<LoadStep, number[]>>,
    issued: [] as IssuedRow[],
    waiting: [] as number[],
    leftPending: [] as number[],
    failures: [] as FailureNote[],
    loopDelays: [] as number[],
  };
}
