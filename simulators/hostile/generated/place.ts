import fc from 'fast-check';

/** A place in bytes or in a list, whatever its length: 0 is the beginning, 65,535 the end. */
export const place = fc.nat(65_535);

export function positionIn(length: number, where: number): number {
  return Math.floor((where * length) / 65_536);
}
