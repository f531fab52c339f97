import type { RunStatus, RunVerdict } from './run-record.ts';

/**
 * What one run of `muster load` leaves behind as load.json; `load-record.schema.json` says the same for other programs.
 * Every report of a load is a pure function of it. It holds no password and no private key.
 */

/**
 * What is timed. `tcp` and `tls`: until a connection may be written to (with the server verified); `getcacert`, `request`,
 * `retrieve`: from the bytes written to the whole answer; `wait`: from the first "pending" to the certificate; `enroll`,
 * `renew`, `call`: the whole of it, from its intended start; `authorize`, `usage`: the two messages of a call; `lag`: how long
 * after its intended start it began. `told`, `rest`: how long a device was told to wait before it sends again (by its operator,
 * or by Retry-After), and how long it did.
 */
export const loadSteps = [
  'enroll',
  'renew',
  'call',
  'tcp',
  'tls',
  'getcacert',
  'request',
  'wait',
  'retrieve',
  'authorize',
  'usage',
  'told',
  'rest',
  'lag',
] as const;
export type LoadStep = (typeof loadSteps)[number];

/** How an attempt to enroll, to renew or to call ended. `called`: authorized, and its usage taken down; `refused`: by the server; `unexpected`: the device refused the server, or a hostile device was not refused. */
export const loadEnds = [
  'enrolled',
  'renewed',
  'called',
  'expected',
  'pending',
  'refused',
  'timeout',
  'unreachable',
  'unexpected',
] as const;
export type LoadEnd = (typeof loadEnds)[number];

/** The ends that a threshold on `failed` counts. `expected`: a hostile device was refused as it should be. */
export const failedEnds: ReadonlySet<LoadEnd> = new Set(['pending', 'refused', 'timeout', 'unreachable', 'unexpected']);

/** The percentiles of one step, in milliseconds, and the histogram that they were read from. */
export interface LatencyView {
  readonly count: number;
  readonly minMs: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
  /** An HDR histogram of microseconds, three significant digits, in its compressed base64 form. */
  readonly histogram: string;
}

/** What is counted of attempts and messages, as `LoadCounts` says. */
export const loadCounters = ['due', 'started', 'late', 'dropped', 'retried', 'polls', 'early'] as const;
export type LoadCounter = (typeof loadCounters)[number];

export interface LoadCounts {
  readonly simulators: number;
  /** Attempts that were due, begun or not. */
  readonly due: number;
  readonly started: number;
  /** Began later than the limit after their intended start. */
  readonly late: number;
  /** Never begun: the cap on what is in flight held them too long. */
  readonly dropped: number;
  /** Messages that were sent again since no answer came. */
  readonly retried: number;
  readonly polls: number;
  /** Messages that were sent before the time was over that the device was told to wait. */
  readonly early: number;
  readonly approved: number;
  readonly ends: Readonly<Record<LoadEnd, number>>;
}

/** One second of the run, from its start on. */
export interface LoadSecond {
  readonly second: number;
  /** Starts that the plan wanted in it; absent in the closed model. */
  readonly wanted?: number;
  readonly started: number;
  readonly succeeded: number;
  readonly failed: number;
  /** At its end. */
  readonly inFlight: number;
  readonly pending: number;
  /** Connections that are open, of devices that have nothing more to say. */
  readonly held: number;
  /** Polls for a certificate that was not there yet. */
  readonly polls: number;
  /** Memory of the generator and of the built-in server at its end; absent where nobody looked. */
  readonly generatorMiB?: number;
  readonly targetMiB?: number;
  /** Of attempts that ended in it, whole. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Their HDR histogram, with two digits, so that shards can be merged; absent when there was none. */
  readonly histogram?: string;
}

/** Failures of one kind, with what went over the wire in one of them. */
export interface LoadFailure {
  readonly kind: string;
  readonly end: LoadEnd;
  readonly count: number;
  readonly device: string;
  /** Redacted. */
  readonly transcript: string;
}

/** Is every key and every serial number there exactly once, and what was left pending? Lists are cut, counts are whole. */
export interface LedgerView {
  readonly certificates: number;
  readonly doubleSerials: readonly string[];
  readonly doubleKeys: readonly string[];
  /** Devices that were told to wait and never got an answer. */
  readonly neverRetrieved: readonly string[];
  readonly doubleSerialCount: number;
  readonly doubleKeyCount: number;
  readonly neverRetrievedCount: number;
}

export interface ThresholdView {
  readonly text: string;
  readonly met: boolean;
  /** What was seen, in words. */
  readonly seen: string;
}

/** Could the generator itself keep up? */
export interface GeneratorView {
  readonly workers: number;
  readonly cores: number;
  /** CPU seconds of the whole generator by its wall time: 1 is one core. */
  readonly cpu: number;
  readonly cpuMsEach: number;
  readonly loopDelayP99Ms: number;
  readonly loopDelayMaxMs: number;
  readonly peakRssMiB: number;
  /** Why what was measured may be the generator's own; empty when it kept up. */
  readonly saturated: readonly string[];
}

export interface LoadRecord {
  readonly schemaVersion: 1;
  readonly status: RunStatus;
  readonly verdict: RunVerdict;
  readonly reasons: readonly string[];
  readonly muster: string;
  readonly command: string;
  readonly seed: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly target: {
    readonly name: string;
    readonly builtIn: boolean;
    readonly cpuMsEach?: number;
    readonly peakRssMiB?: number;
  };
  readonly plan: LoadPlanView;
  /** Which simulators of the whole fleet this record is about; `of` is 1 for a run in one piece. */
  readonly shard: {
    readonly index: number;
    readonly of: number;
    readonly from: number;
    readonly to: number;
    readonly fleet: number;
  };
  readonly counts: LoadCounts;
  readonly steps: Readonly<Partial<Record<LoadStep, LatencyView>>>;
  readonly seconds: readonly LoadSecond[];
  readonly failures: readonly LoadFailure[];
  readonly ledger: LedgerView;
  readonly thresholds: readonly ThresholdView[];
  readonly generator: GeneratorView;
}

/** The plan in words. */
export interface LoadPlanView {
  readonly model: 'closed' | 'open';
  readonly lines: readonly (readonly [name: string, value: string])[];
}
