import type { TestDetails } from '@playwright/test';
import type { RequirementId } from '#protocol/requirements/catalogue.ts';
import type { Variation } from '../bench/variation.ts';
import type { Assumptions } from '../profile/statement.ts';

/** What a case is about, and so does not leave to its number. */
export type FixedAxes = Partial<Pick<Variation, 'leafKey' | 'phase' | 'reach'>>;

/** What every conformance case declares of itself. Ids are permanent; the version moves when the behaviour does. */
export interface CaseDetails {
  readonly id: string;
  readonly version: number;
  readonly requirements: readonly [RequirementId, ...RequirementId[]];
  /** What brackets the case: the same without the one fault, and seen to be accepted. */
  readonly control: string;
  /** What the case takes for granted of a device; where its statement says otherwise, the case is not applicable. */
  readonly assumes?: Assumptions;
  /** Flawed devices or servers, by id, that must fail this case. */
  readonly mutants: readonly [string, ...string[]];
  readonly fixes?: FixedAxes;
}

const annotationType = 'muster-case';

/** The second argument of Playwright's `test()` for a conformance case. */
export function conformanceCase(details: CaseDetails): TestDetails {
  return {
    tag: `@${details.id}`,
    annotation: { type: annotationType, description: JSON.stringify(details) },
  };
}

/** Reads back what `conformanceCase` declared; undefined for a test that is no case. */
export function caseDetailsOf(
  annotations: readonly { readonly type: string; readonly description?: string }[],
): CaseDetails | undefined {
  const found = annotations.find((annotation) => annotation.type === annotationType);
  return found?.description === undefined ? undefined : (JSON.parse(found.description) as CaseDetails);
}
