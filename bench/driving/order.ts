import type { TargetAddress } from '#harness/fleet/plan.ts';

/** What a process of bench/driving enrolls with. */
export const drivingKinds = ['bytes alone', 'a simulator of the fleet'] as const;

export type DrivingKind = (typeof drivingKinds)[number];

export type DrivingOrder =
  | { readonly kind: 'begin'; readonly driving: DrivingKind; readonly address: TargetAddress }
  /** Enrolls the devices from `from` up to `to`, `atOnce` at a time. */
  | { readonly kind: 'enroll'; readonly from: number; readonly to: number; readonly atOnce: number };

/** CPU microseconds of the process for one order. */
export interface DrivingReport {
  readonly us: number;
}
