import { badRequest } from './failure.ts';

/** A whole number of a query, within its bounds. @throws a bad request */
export function wholeNumber(
  query: URLSearchParams,
  name: string,
  { least = 1, most, instead }: { readonly least?: number; readonly most: number; readonly instead: number },
): number {
  const word = query.get(name);
  if (word === null || word === '') return instead;
  const number = /^\d{1,15}$/.test(word) ? Number(word) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw badRequest(`${name}: a whole number from ${least} to ${most} is expected.`);
}
