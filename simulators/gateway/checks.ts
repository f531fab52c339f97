import type { CheckOutcome, GatewayObserver } from './observer.ts';
import { refuseServer } from './outcome.ts';
import type { Persona } from './persona.ts';

/** One check of one subject: the sentence that must hold, its source, and the function that says why it does not. */
export interface Check<Subject> {
  readonly id: string;
  readonly sentence: string;
  readonly citation: string;
  /** The precise reason, or undefined when the sentence holds. */
  readonly failure: (subject: Subject) => string | undefined;
}

/** Makes every check of a list. */
export function makeChecks<Subject>(checks: readonly Check<Subject>[], subject: Subject): CheckOutcome[] {
  return checks.map(({ id, sentence, citation, failure }) => {
    const reason = failure(subject);
    return { id, citation, ok: reason === undefined, detail: reason ?? sentence };
  });
}

/**
 * The decision point of every verification: the checks that this device does not leave out are shown to the observer,
 * and the first that failed ends the attempt. @throws Ended refused-server
 */
export function judge(results: readonly CheckOutcome[], persona: Persona, observer: GatewayObserver): void {
  let failed: CheckOutcome | undefined;
  for (const result of results) {
    if (persona.omits.has(result.id)) continue;
    observer.check(result);
    if (!result.ok) failed ??= result;
  }
  if (failed) throw refuseServer(failed.id, failed.detail);
}
