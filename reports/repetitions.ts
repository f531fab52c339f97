import { type CaseRecord, type CaseVerdict, deviceMsOf } from './run-record.ts';
import { worstVerdict } from './verdict.ts';

/** Verdicts that prove nothing when the same case also had another. */
const goodVerdicts: ReadonlySet<CaseVerdict> = new Set(['pass', 'warn', 'not-applicable', 'expected-failure']);

/** Did a case have more than one verdict when it was repeated? */
export function isFlaky({ repetitions = [] }: Pick<CaseRecord, 'repetitions'>): boolean {
  return new Set(repetitions).size > 1;
}

/**
 * One record of the repetitions of a case: the worst of them, and what each came to. When they differ the case is flaky and
 * says so; where even the worst of them is good, it is unverified: it proves neither.
 */
export function repeated(repetitions: readonly CaseRecord[]): CaseRecord | undefined {
  const verdicts = repetitions.map(({ verdict }) => verdict);
  const worst = worstVerdict(verdicts);
  const shown = repetitions.find(({ verdict }) => verdict === worst);
  if (worst === undefined || shown === undefined || repetitions.length === 1) return shown;
  const others = repetitions.filter((one) => one !== shown);
  const files = [shown, ...others].flatMap(({ evidence }) => evidence?.files ?? []);
  const whole: CaseRecord = {
    ...shown,
    durationMs: repetitions.reduce((sum, { durationMs }) => sum + durationMs, 0),
    ...(shown.deviceMs === undefined ? {} : { deviceMs: deviceMsOf(repetitions) }),
    ...(shown.evidence && files.length > 0 ? { evidence: { ...shown.evidence, files } } : {}),
    repetitions: verdicts,
  };
  if (!isFlaky(whole)) return whole;
  const told = { ...whole, reason: `Flaky: ${tally(verdicts)}. ${shown.reason}` };
  if (!goodVerdicts.has(worst)) return told;
  const { proof: _proof, ...unproved } = told;
  return { ...unproved, verdict: 'unverified' };
}

/** How often each verdict was had: `pass 4 times, fail once, of 5`. */
function tally(verdicts: readonly CaseVerdict[]): string {
  const counts = new Map<CaseVerdict, number>();
  for (const verdict of verdicts) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const parts = [...counts].map(([verdict, count]) => `${verdict} ${count === 1 ? 'once' : `${count} times`}`);
  return `${parts.join(', ')}, of ${verdicts.length}`;
}
