import { MusterError } from '#protocol/errors.ts';
import type { Persona } from '#simulators/gateway/persona.ts';
import { findPersona, honest } from '#simulators/gateway/personas.ts';
import { drawn } from './identities.ts';
import type { FleetPlan } from './plan.ts';

/** How one kind of simulator behaves in a fleet, and what a good server makes of it. */
export interface FleetPersona {
  readonly id: string;
  readonly explanation: string;
  readonly gateway: Persona;
  /** After it has its answer it asks again under the same nonce, with another key. */
  readonly replays: boolean;
  /** How its attempt must end: enrolled, or refused with that status (WO 01/47232 names none; Muster protocol decisions, «Refusals»). */
  readonly expected: 'enrolled' | number;
}

const brokenProof: Persona = findPersona('breaks-proof-of-possession') ?? honest;

const own: readonly FleetPersona[] = [
  { id: 'honest', explanation: honest.explanation, gateway: honest, replays: false, expected: 'enrolled' },
  {
    id: 'replay',
    explanation:
      'Enrolls, then sends another PKCS#10 under the nonce that it used; it is to be refused with status 10.',
    gateway: honest,
    replays: true,
    expected: 10,
  },
  {
    id: 'bad-pop',
    explanation: 'Alters the signature of its PKCS#10; it is to be refused with status 5.',
    gateway: brokenProof,
    replays: false,
    expected: 5,
  },
];

/** One of the fleet's own personas, or any gateway persona, which a server is expected to enroll. @throws MusterError not-found */
export function fleetPersona(id: string): FleetPersona {
  const found = own.find((each) => each.id === id);
  if (found) return found;
  const gateway = findPersona(id);
  if (gateway) return { id, explanation: gateway.explanation, gateway, replays: false, expected: 'enrolled' };
  const ids = own.map((each) => each.id).join(', ');
  throw new MusterError(
    'not-found',
    `--mix: there is no persona "${id}"; expected ${ids}, or one of: muster list personas.`,
  );
}

/** Which persona a simulator has: drawn from the mix, by seed and number alone. */
export function personaOf({ mix, seed }: Pick<FleetPlan, 'mix' | 'seed'>, index: number): string {
  const total = mix.reduce((sum, { share }) => sum + share, 0);
  let left = mix.length === 1 ? 0 : drawn(seed, index, 'persona') * total;
  for (const { persona, share } of mix) {
    left -= share;
    if (left < 0) return persona;
  }
  return mix.at(-1)?.persona ?? 'honest';
}
