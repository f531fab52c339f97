import { flaws } from '#reference-server/flaws.ts';
import type { CaseRecord, MutantView } from '#reports/run-record.ts';
import { flawedPersonas } from '#simulators/gateway/personas.ts';

/** What the flawed devices and servers are that these cases name. */
export function mutantViews(cases: readonly Pick<CaseRecord, 'mutants'>[]): MutantView[] {
  const named = new Set(cases.flatMap(({ mutants }) => mutants));
  return [...flawedPersonas, ...flaws]
    .filter(({ id }) => named.has(id))
    .map(({ id, explanation }) => ({ id, explanation }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}
