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

/** Doubled so often at most: from a second to half a minute. */
const mostDoublings = 5;

/**
 * Decision point: how long a device is to wait before its next poll, at least: as long as its operator told it, and as long as the
 * server asks. While a server gives no answer at all, poll after poll, the time doubles.
 */
export function toldSeconds(intervalSeconds: number, retryAfterSeconds = 0, silences = 0): number {
  const doublings = retryAfterSeconds > 0 ? 0 : Math.min(Math.max(0, silences - 1), mostDoublings);
  return Math.max(intervalSeconds * 2 ** doublings, retryAfterSeconds);
}

/** 1.25 s: for people, without the digits that say nothing. */
export function secondsText(seconds: number): string {
  return `${Number(seconds.toFixed(2))} s`;
}
