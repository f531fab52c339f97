import type { Batch } from './batch.ts';
import type { FleetPlan, TargetAddress } from './plan.ts';

/** What a worker is given when it is made. It has every `of`-th simulator of the plan, beginning with number `worker`. */
export interface WorkerTask {
  readonly plan: FleetPlan;
  readonly address: TargetAddress;
  readonly worker: number;
}

/** From the fleet to a worker. */
export type WorkerOrder =
  | { readonly kind: 'go'; readonly atMs: number }
  | { readonly kind: 'storm'; readonly atMs: number }
  /** Of an open run: 0 pauses, 1 is the rate of the plan. */
  | { readonly kind: 'speed'; readonly factor: number }
  | { readonly kind: 'drain' }
  | { readonly kind: 'stop' };

/** From a worker to the fleet. */
export type WorkerReport =
  | { readonly kind: 'keys'; readonly made: number }
  | { readonly kind: 'ready' }
  | { readonly kind: 'batch'; readonly batch: Batch }
  /** Every simulator has had its first attempt. */
  | { readonly kind: 'all-tried' }
  | { readonly kind: 'done'; readonly batch: Batch };
