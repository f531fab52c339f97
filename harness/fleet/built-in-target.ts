import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { MusterError } from '#protocol/errors.ts';
import type { OperatorSettings } from '#simulators/operator.ts';
import { moduleFile } from '../module-file.ts';
import { type Approvals, approvalsOverApi } from './approvals.ts';
import type { FleetPlan, TargetAddress } from './plan.ts';

export interface TargetUsage {
  readonly cpuMs: number;
  readonly rssMiB: number;
  readonly peakRssMiB: number;
}

/** From the server's process to the fleet. */
export type TargetReport =
  | { readonly kind: 'listening'; readonly address: TargetAddress; readonly management: OperatorSettings }
  | { readonly kind: 'failed'; readonly reason: string }
  | ({ readonly kind: 'usage' } & TargetUsage);

/** Where the fleet enrolls. */
export interface FleetTarget {
  readonly name: string;
  readonly address: TargetAddress;
  /** Absent: nobody approves there. */
  readonly approvals?: Approvals;
  usage(): Promise<TargetUsage | undefined>;
  stop(): Promise<void>;
}

/** The reference server in a process of its own, with exactly the accounts of this slice of the fleet. @throws MusterError bench-broken */
export async function startBuiltInTarget(plan: FleetPlan): Promise<FleetTarget> {
  const child = fork(moduleFile(import.meta.dirname, 'target-process'), [], {
    // What it warns of is for whoever looks for a fault in it.
    stdio: ['ignore', 'ignore', process.env.MUSTER_DEBUG === '1' ? 'inherit' : 'ignore', 'ipc'],
    execArgv: [],
  });
  child.send(plan);
  const isDurable = plan.target.kind === 'built-in' && plan.target.store === 'sqlite';
  const said = await nextReport(child);
  if (said.kind !== 'listening') {
    child.kill();
    const why = said.kind === 'failed' ? said.reason : `unexpected «${said.kind}»`;
    throw new MusterError('bench-broken', `The built-in server does not start: ${why}`);
  }
  return {
    name: `built-in reference server${isDurable ? ' on SQLite' : ''}`,
    address: said.address,
    approvals: approvalsOverApi(said.management),
    usage: async () => {
      if (!child.connected) return undefined;
      child.send('usage');
      const usage = await nextReport(child);
      return usage.kind === 'usage' ? usage : undefined;
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const closed = once(child, 'exit');
      child.disconnect();
      await closed;
    },
  };
}

async function nextReport(child: ChildProcess): Promise<TargetReport> {
  const ended = new AbortController();
  try {
    return await Promise.race([
      once(child, 'message', { signal: ended.signal }).then(([report]) => report as TargetReport),
      once(child, 'exit', { signal: ended.signal }).then(([code]): TargetReport => {
        return { kind: 'failed', reason: `its process ended with exit code ${code}` };
      }),
    ]);
  } finally {
    ended.abort();
  }
}
