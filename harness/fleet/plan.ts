import type { KeyKind } from '#protocol/pki/keys.ts';
import type { ProfileId } from '#protocol/pki/profiles.ts';
import type { Identity } from '../case/identity.ts';

/** A stretch of an open run: the rate moves in a line from where it was to `perSecond`. */
export interface Stage {
  readonly seconds: number;
  readonly perSecond: number;
}

/** Closed: as many at once as `inFlight` allows, each next when one has ended. Open: starts by the clock, whatever is in flight. */
export type FleetModel =
  | { readonly kind: 'closed' }
  | { readonly kind: 'open'; readonly perSecond: number; readonly stages: readonly Stage[] };

/** What each simulator does in its life. */
export interface FleetLife {
  /** How often it polls while it is pending, in seconds, and how often at most. */
  readonly pollSeconds: number;
  readonly polls: number;
  /** Renewals after the enrollment, each when the certificate is due for it. */
  readonly renewals: number;
  /** All renew at one moment, once all have enrolled. */
  readonly storm: boolean;
  /** How long a kept connection stays open once its device has nothing more to say, in seconds. */
  readonly holdSeconds: number;
}

/** What an enrolled device does with its certificate: asks where a call may go, and reports what became of it. */
export interface FleetCalls {
  /** After each certificate. */
  readonly each: number;
  /** From the end of one call of a device to its next. */
  readonly everySeconds: number;
  readonly calledNumber: string;
}

/** The built-in server, with exactly the accounts and devices of the fleet. */
export interface BuiltInTarget {
  readonly kind: 'built-in';
  readonly approval: 'auto' | 'manual';
  readonly validitySeconds?: number;
  readonly proofOfPossession: 'pkcs10' | 'challenge';
  /** A flaw of the reference server by its id. */
  readonly flaw: string;
  /** Where it keeps what it knows: as benches do, or as `muster serve` does. */
  readonly store: 'memory' | 'sqlite';
}

/** A server elsewhere, with the devices that it knows. */
export interface TargetAt {
  readonly kind: 'at';
  readonly tlsUrl: string;
  readonly httpUrl: string;
  readonly anchorPem: string;
  readonly caFingerprint?: string;
  /** Absent: the identities of the seed. */
  readonly devices?: readonly Identity[];
  /** An executable that approves a device (docs/device-adapter.md, «An operator for a server»). */
  readonly operatorPath?: string;
}

/** A fleet, as plain JSON: what one process needs to know to run its slice. */
export interface FleetPlan {
  readonly seed: number;
  readonly prefix: string;
  /** Simulators of the whole fleet, and the slice of it that runs here: from `from` up to `to`, without it. */
  readonly fleet: number;
  readonly from: number;
  readonly to: number;
  readonly shard: { readonly index: number; readonly of: number };
  readonly model: FleetModel;
  /** Attempts at once, on all workers together. One that is told to wait for approval does not count. */
  readonly inFlight: number;
  readonly workers: number;
  readonly profile: ProfileId;
  readonly keyKind: KeyKind;
  readonly timeoutSeconds: number;
  /** For each message over TLS: a new connection, the one of the message before, or a new one that resumes its session. */
  readonly connections: 'new' | 'kept' | 'resumed';
  readonly life: FleetLife;
  /** Absent: nobody calls. */
  readonly calls?: FleetCalls;
  /** By persona: how many of a hundred. */
  readonly mix: readonly { readonly persona: string; readonly share: number }[];
  readonly target: BuiltInTarget | TargetAt;
  /** How many an operator approves each second; absent when nobody has to. */
  readonly approvalsPerSecond?: number;
  readonly thresholds: readonly string[];
  readonly limits: FleetLimits;
  /** When all shards begin, in milliseconds since 1970. */
  readonly startAtMs?: number;
}

export interface FleetLimits {
  /** A start is late above this. */
  readonly lateMs: number;
  /** A start that could not begin for so long is dropped. */
  readonly dropSeconds: number;
  /** The generator is saturated when the 99th percentile of its event loop's delay is above this. */
  readonly loopDelayMs: number;
}

/** Where a running target is, and what a device is told of it. */
export interface TargetAddress {
  readonly tlsUrl: string;
  readonly httpUrl: string;
  readonly anchorPem: string;
  readonly caFingerprint?: string;
}

/** The number of the persona among a hundred shares. */
export const wholeMix = [{ persona: 'honest', share: 1 }] as const;
