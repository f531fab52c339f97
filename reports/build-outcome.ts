import { expectationText } from './baseline.ts';
import type { CaseRecord, RunRecord } from './run-record.ts';

/** What a case is to a build server. `error`: missing proof, a stale expectation, or ours; `failure`: the subject's. */
export type BuildOutcome = 'good' | 'failure' | 'error' | 'skipped';

const outcomes: Readonly<Record<CaseRecord['verdict'], BuildOutcome>> = {
  pass: 'good',
  warn: 'good',
  fail: 'failure',
  unverified: 'error',
  error: 'error',
  'unexpected-pass': 'error',
  'not-applicable': 'skipped',
  'expected-failure': 'skipped',
};

/** A case that is newer than the requirement set counts neither way. */
export function buildOutcomeOf({ scored, verdict }: CaseRecord): BuildOutcome {
  return scored === false ? 'skipped' : outcomes[verdict];
}

/** Its reason; and why it is skipped, where the profile does not exclude it. */
export function buildMessageOf(one: CaseRecord): string {
  const { scored, verdict, reason } = one;
  if (scored === false) return `not scored, since it is newer than the requirement set: ${verdict}: ${reason}`;
  return verdict === 'expected-failure' ? `expected: ${reason} ${expectationText(one) ?? ''}` : reason;
}

/** A case in some lines, for whoever reads a build server alone. */
export function buildDetailOf(one: CaseRecord): string {
  const lines = [one.reason];
  if (one.proof !== undefined) lines.push(`Proof: ${one.proof}`);
  const expectation = expectationText(one);
  if (expectation !== undefined) lines.push(`Baseline: ${expectation}`);
  if (one.repetitions) lines.push(`Repetitions: ${one.repetitions.join(', ')}`);
  lines.push(`Requirements: ${one.requirements.join(', ')}`, `Control: ${one.control}`);
  return lines.join('\n');
}

/**
 * Of a run that is not good though neither a case nor a stale entry says so (empty, not over, strict): a test of its own, so that no reader takes
 * the run for green. Undefined for any other.
 */
export function wholeRunOutcome({ verdict, cases, baseline }: RunRecord): 'failure' | 'error' | undefined {
  const isTold = baseline?.stale.length || cases.some((one) => ['failure', 'error'].includes(buildOutcomeOf(one)));
  if (verdict === 'pass' || isTold) return undefined;
  return verdict === 'fail' ? 'failure' : 'error';
}

/** The name of that test. */
export const wholeRunName = 'the run as a whole';
