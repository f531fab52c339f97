import type { Persona } from './persona.ts';

/** Of what a device was told to wait, at most so much comes on top. */
const mostOnTop = 0.5;

/**
 * Decision point: how long a device rests that was told to wait. A part comes on top by chance, so that devices that were told the
 * same at one moment do not come back at one moment (Muster protocol decisions, «The exchange: pace of polls»).
 */
export function restSeconds(
  { persona, chance }: { readonly persona: Persona; readonly chance: () => number },
  toldSeconds: number,
): number {
  if (persona.quirks.has('fast-polling')) return 0;
  if (persona.quirks.has('returns-in-step')) return toldSeconds;
  return toldSeconds * (1 + mostOnTop * chance());
}

/** 1.25 s: for people, without the digits that say nothing. */
export function secondsText(seconds: number): string {
  return `${Number(seconds.toFixed(2))} s`;
}
