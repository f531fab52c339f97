import type { CaseRecord } from '#reports/run-record.ts';

/** What one case is called, before it ran. */
export type CaseListing = Pick<
  CaseRecord,
  'id' | 'version' | 'title' | 'group' | 'requirements' | 'mutants' | 'control'
>;

/** How the runner ends when a case was asked for that there is not: before any case begins, so that no device is met. */
export const unknownCaseExitCode = 64;

/** What the runner's reporter tells the process that started it. `mutant`: the flawed subject of a mutation run. */
export type RunnerEvent =
  | { readonly kind: 'listed'; readonly cases: readonly CaseListing[]; readonly problems: readonly string[] }
  | { readonly kind: 'began'; readonly id: string }
  | { readonly kind: 'ended'; readonly record: CaseRecord; readonly mutant?: string }
  | { readonly kind: 'broken'; readonly message: string };
