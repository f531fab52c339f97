import type { TestDetails } from '@playwright/test';
import type { MutationPlan } from '../runner/plan.ts';
import { type CaseDetails, caseDetailsOf } from './details.ts';

const annotationType = 'muster-mutant';

type Annotations = Parameters<typeof caseDetailsOf>[0];
type Declare = (title: string, details: TestDetails, body: unknown) => void;

/**
 * In a run of mutants each case is declared once for each flawed subject that takes the place of the honest one; in any
 * other run this is the `test` that was given. Playwright's own repetition starts new workers for each round of it, and runs
 * the rounds that a case has no mutant for.
 */
export function againstMutants<Test extends object>(test: Test, mutation: MutationPlan | undefined): Test {
  if (!mutation) return test;
  return new Proxy(test, {
    apply: (declare, _this, [title, details, body]: Parameters<Declare>) => {
      const own = [details.annotation ?? []].flat();
      for (const mutant of mutantsOf(own, mutation)) {
        const annotation = [...own, { type: annotationType, description: mutant }];
        (declare as Test & Declare)(`${title} (${mutant})`, { ...details, annotation }, body);
      }
    },
  });
}

function mutantsOf(annotations: Annotations, { all }: MutationPlan): readonly string[] {
  const details = caseDetailsOf(annotations);
  if (!details) return [];
  return all?.[roleOf(details)] ?? details.mutants;
}

function roleOf({ id }: CaseDetails): 'device' | 'server' {
  return id.startsWith('DEV-') ? 'device' : 'server';
}

/** The flawed subject of this test; undefined in a run that certifies. */
export function mutantOf(annotations: Annotations): string | undefined {
  return annotations.find(({ type }) => type === annotationType)?.description;
}
