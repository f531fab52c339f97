import type { LoadRecord } from '#reports/load-record.ts';
import type { FleetPlan } from '../fleet/plan.ts';
import type { DevicesMark } from './devices-mark.ts';

export const queueName = 'muster-load';

/** How often somebody looks for shards whose worker is lost. The same for all: BullMQ has one of them look in each interval. */
export const lookForLostMs = 1000;
/** How often the one who shares a load out says that it is still there, and for how long a worker believes it. */
export const aliveEveryMs = 2000;
export const silentAfterMs = 30_000;
/** A shard is given to so many workers, one after the other, before it is taken for what kills them. */
export const lossesAtMost = 3;

/** One shard as it is in the queue, where others may read it: no password is in it. */
export interface ShardJob {
  readonly muster: string;
  readonly command: string;
  /** Without the list of devices: passwords are in it. */
  readonly plan: FleetPlan;
  /** Of the list that the worker has to have itself. */
  readonly devices?: DevicesMark;
  readonly onWorkerLoss: 'redeliver' | 'inconclusive';
  /** When whoever shares it out was there last, in milliseconds since 1970. */
  readonly aliveAtMs: number;
  /** Once every shard has a worker: when all begin. */
  readonly beginAtMs?: number;
  readonly isStopping?: boolean;
}

/** What a worker says of the shard that it has. `attempt` counts deliveries, from 1. */
export interface ShardProgress {
  readonly attempt: number;
  /** By the clock of the worker. */
  readonly atMs: number;
  readonly phase: 'preparing' | 'ready' | 'running';
  readonly started: number;
  readonly succeeded: number;
  readonly failed: number;
}

export interface ShardReturn {
  readonly attempt: number;
  readonly record: LoadRecord;
  readonly ledger: string;
}
