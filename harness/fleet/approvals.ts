import { createOperator, type OperatorSettings } from '#simulators/operator.ts';
import type { TargetOperator } from '../subject/target-operator.ts';

/** How an administrator learns who waits, and approves. */
export interface Approvals {
  /** A simulator was told to wait. */
  tell(deviceName: string): void;
  /** What waits and was not approved yet; to be given to `approve`. */
  waiting(): Promise<readonly string[]>;
  /** @throws MusterError bench-broken, or why the administrator cannot */
  approve(waiting: string): Promise<void>;
}

/** By the management API of the built-in server, which lists what waits. */
export function approvalsOverApi(settings: OperatorSettings): Approvals {
  const operator = createOperator(settings);
  return {
    tell: () => {},
    waiting: async () => (await operator.list('pending')).map(({ id }) => id),
    approve: (id) => operator.approve(id),
  };
}

/** By the operator of a server elsewhere: an executable that approves a device by its name. Who waits, the simulators say. */
export function approvalsByOperator(operator: Pick<TargetOperator, 'approve'>): Approvals {
  let told: string[] = [];
  return {
    tell: (deviceName) => void told.push(deviceName),
    waiting: async () => {
      const waiting = told;
      told = [];
      return waiting;
    },
    approve: (deviceName) => operator.approve(deviceName),
  };
}
