import { createHash } from 'node:crypto';
import { MusterError } from '#protocol/errors.ts';
import type { Identity } from '../case/identity.ts';
import type { FleetPlan } from '../fleet/plan.ts';

/** By what a list of devices is known again, without what is secret in it. */
export interface DevicesMark {
  readonly count: number;
  /** SHA-256 of everything but the passwords. */
  readonly sha256: string;
}

function markOf(devices: readonly Identity[]): DevicesMark {
  const hash = createHash('sha256');
  for (const { customer, device, deviceName, username } of devices)
    hash.update(`${JSON.stringify([customer, device, deviceName, username])}\n`);
  return { count: devices.length, sha256: hash.digest('hex') };
}

/** The plan without the list, for the queue. */
export function withoutDevices(plan: FleetPlan): { plan: FleetPlan; devices?: DevicesMark } {
  if (plan.target.kind !== 'at' || plan.target.devices === undefined) return { plan };
  const { devices, ...target } = plan.target;
  return { plan: { ...plan, target }, devices: markOf(devices) };
}

/** The plan with the list that this machine has. @throws MusterError settings-invalid when that is not the one it was made for */
export function withDevices(
  plan: FleetPlan,
  mark: DevicesMark | undefined,
  devices: readonly Identity[] | undefined,
): FleetPlan {
  if (mark === undefined || plan.target.kind !== 'at') return plan;
  const seen = devices && markOf(devices);
  if (devices && seen?.sha256 === mark.sha256) return { ...plan, target: { ...plan.target, devices } };
  const what = seen ? `${seen.count} devices that differ from it` : 'none';
  throw new MusterError(
    'settings-invalid',
    `The list of ${mark.count} devices that muster load was given is expected here too (muster worker --devices FILE: passwords do not go through the queue); seen ${what}.`,
  );
}
