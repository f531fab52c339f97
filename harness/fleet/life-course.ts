import { parseCertificate } from '#protocol/pki/certificate.ts';
import { drawn } from './identities.ts';
import { moment } from './moment.ts';
import type { FleetPlan } from './plan.ts';
import type { AttemptKind, Simulator } from './simulator.ts';

/** An attempt of a simulator, and what it still has to do in its life after that. */
export interface Due {
  readonly simulator: Simulator;
  readonly kind: AttemptKind;
  /** The first attempt of its life, or a call that follows from it. */
  readonly isFirst: boolean;
  readonly renewalsLeft: number;
  readonly callsLeft: number;
}

/** What a simulator does next, and when, in milliseconds since 1970. */
export interface Following {
  readonly due: Due;
  readonly dueMs: number;
}

/** What comes after an attempt of a simulator that has a certificate: its calls, then the renewal; nothing when it is done. */
export async function nextInLife(
  due: Due,
  { calls, seed }: Pick<FleetPlan, 'calls' | 'seed'>,
): Promise<Following | undefined> {
  const { simulator, renewalsLeft, callsLeft } = due;
  if (calls && callsLeft > 0) {
    const pauseMs = due.kind === 'call' ? calls.everySeconds * 1000 : 0;
    return { due: { ...due, kind: 'call', callsLeft: callsLeft - 1 }, dueMs: moment() + pauseMs };
  }
  const der = renewalsLeft > 0 ? await simulator.certificate() : undefined;
  if (der === undefined) return undefined;
  // Decision point: a device renews after two thirds of what is left, moved by up to a tenth, so that a fleet spreads.
  const leftMs = parseCertificate(der).notAfter.getTime() - moment();
  const share = 2 / 3 + (drawn(seed, simulator.index, `renewal ${renewalsLeft}`) - 0.5) / 5;
  const next = { simulator, kind: 'renew', isFirst: false, renewalsLeft: renewalsLeft - 1 } as const;
  return { due: { ...next, callsLeft: calls?.each ?? 0 }, dueMs: moment() + leftMs * share };
}
