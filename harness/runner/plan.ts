import { availableParallelism } from 'node:os';
import { MusterError } from '#protocol/errors.ts';
import type { ProfileId } from '#protocol/pki/profiles.ts';
import type { Identity } from '../case/identity.ts';
import type { Statement } from '../profile/statement.ts';

/**
 * The device under test: the built-in gateway with one of its personas, one that an adapter drives, or one that only a
 * person could drive, who is not there.
 */
export type DevicePlan =
  | { readonly kind: 'built-in'; readonly persona: string }
  | { readonly kind: 'adapter'; readonly path: string; readonly timeoutSeconds: number }
  | { readonly kind: 'unattended' };

/** A server that runs elsewhere, and one device that it knows. */
export interface TargetPlan extends Identity {
  readonly kind: 'target';
  readonly tlsUrl: string;
  readonly httpUrl: string;
  readonly anchorPem: string;
  readonly caFingerprint?: string;
  readonly operatorPath?: string;
}

/** The server under test: the reference server with or without one of its flaws, or one at a URL. */
export type ServerPlan = { readonly kind: 'built-in'; readonly flaw: string } | TargetPlan;

/** A run that puts flawed subjects in the place of the honest ones. */
export interface MutationPlan {
  /** Every flawed subject by role; absent: those that each case names. */
  readonly all?: { readonly device: readonly string[]; readonly server: readonly string[] };
}

/** Everything a run of cases needs to know. It travels to the workers as JSON in MUSTER_PLAN. */
export interface Plan {
  readonly profile: ProfileId;
  /** What the vendor declares of the device under test, beyond the profile. */
  readonly statement?: Statement;
  readonly seed: number;
  /** How many inputs each property case makes; absent: as many as the case says. */
  readonly budget?: number;
  /** Only these cases; all when absent. */
  readonly cases?: readonly string[];
  readonly device?: DevicePlan;
  readonly server?: ServerPlan;
  /** Where it listens for a device. */
  readonly network: { readonly listen: string; readonly name: string; readonly http: number; readonly tls: number };
  /** Where the evidence of each case is left as files; absent: nowhere. An absolute path. */
  readonly outFolder?: string;
  /** A scratch folder of this run. */
  readonly workspace: string;
  readonly workers: number;
  readonly caseTimeoutSeconds: number;
  /** How often each case is played; once when absent. */
  readonly repeat?: number;
  readonly mutation?: MutationPlan;
}

/** Below that many cases, what one more worker saves is less than what it takes to start. */
const fewestCasesOfWorker = 6;

/** A case waits for the network as much as it works: one worker more than there are cores, and few in any case. */
export function builtInWorkers(cases?: readonly string[]): number {
  const useful = cases ? Math.ceil(cases.length / fewestCasesOfWorker) : Number.POSITIVE_INFINITY;
  return Math.min(5, availableParallelism() + 1, useful);
}

/** Is what this case judges something else than our own gateway or server? */
export function isExternal({ device, server }: Pick<Plan, 'device' | 'server'>, caseId: string): boolean {
  return (caseId.startsWith('DEV-') ? device : server)?.kind !== 'built-in';
}

/** A plan for the built-in gateway and the reference server, on free ports of the loopback address. */
export function builtInPlan(seed: number): Omit<Plan, 'workspace'> {
  return {
    profile: 'modern',
    seed,
    device: { kind: 'built-in', persona: 'honest' },
    server: { kind: 'built-in', flaw: 'honest' },
    network: { listen: '127.0.0.1', name: 'localhost', http: 0, tls: 0 },
    workers: builtInWorkers(),
    caseTimeoutSeconds: 60,
  };
}

const variable = 'MUSTER_PLAN';

export function planEnvironment(plan: Plan): Record<string, string> {
  return { [variable]: JSON.stringify(plan) };
}

/** The plan of this process. @throws MusterError when there is none: cases run through `muster certify` */
export function readPlan(): Plan {
  const text = process.env[variable];
  if (!text) {
    throw new MusterError('settings-invalid', `${variable} is not set: run the cases with "muster certify --case ID".`);
  }
  return JSON.parse(text) as Plan;
}
