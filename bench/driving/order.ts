import type { TargetAddress } from '#harness/fleet/plan.ts';

/** What a process of bench/driving enrolls with. */
export const drivingKinds = ['bytes alone', 'a simulator of the fleet'] as const;

export type DrivingKind = (typeof drivingKinds)[number];

/** What becomes of a device once it is enrolled. */
export const keepings = ['its key and certificate alone', 'kept', 'kept with its connection'] as const;

export type Keeping = (typeof keepings)[number];

export type DrivingOrder =
  | {
      readonly kind: 'begin';
      readonly driving: DrivingKind;
      readonly address: TargetAddress;
      /** Absent: it is forgotten. */
      readonly keeping?: Keeping;
    }
  /** Enrolls the devices from `from` up to `to`, `atOnce` at a time. */
  | { readonly kind: 'enroll'; readonly from: number; readonly to: number; readonly atOnce: number }
  | { readonly kind: 'collect' };

export interface DrivingReport {
  /** CPU microseconds of the process for one order. */
  readonly us: number;
  /** Of the process; of JavaScript alone, what its buffers hold included. After `collect`, without garbage. */
  readonly residentBytes: number;
  readonly heapBytes: number;
}
