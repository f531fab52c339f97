import {
  type BaselineView,
  type CaseRecord,
  type CaseVerdict,
  caseVerdicts,
  type RequirementSetView,
  type RunStatus,
  type RunVerdict,
} from './run-record.ts';

/** Worst first: the order in which findings are shown, and in which one verdict stands for many. */
export const verdictsWorstFirst = [
  'fail',
  'error',
  'unverified',
  'unexpected-pass',
  'warn',
  'expected-failure',
  'pass',
  'not-applicable',
] as const satisfies readonly CaseVerdict[];

/** The worst verdict of several; undefined when there is none. */
export function worstVerdict(verdicts: Iterable<CaseVerdict>): CaseVerdict | undefined {
  const present = new Set(verdicts);
  return verdictsWorstFirst.find((verdict) => present.has(verdict));
}

/** The verdicts that a reader has to do something about. */
export const findingVerdicts: ReadonlySet<CaseVerdict> = new Set([
  'fail',
  'error',
  'unverified',
  'unexpected-pass',
  'warn',
]);

/** What a reader has to do something about, worst first. */
export function findingsOf(record: { readonly cases: readonly CaseRecord[] }): readonly CaseRecord[] {
  const rank = (one: CaseRecord) => verdictsWorstFirst.indexOf(one.verdict);
  const found = record.cases.filter(({ verdict, scored }) => findingVerdicts.has(verdict) && scored !== false);
  return found.sort((a, b) => rank(a) - rank(b));
}

export interface Judgement {
  readonly verdict: RunVerdict;
  /** One sentence each, the weightiest first; never empty. */
  readonly reasons: readonly string[];
  readonly counts: Readonly<Record<CaseVerdict, number>>;
  /** 0 good, 1 findings, 2 nothing was selected, 3 the bench broke, 4 inconclusive, 5 an expectation is stale. */
  readonly exitCode: 0 | 1 | 2 | 3 | 4 | 5;
}

interface Rule {
  readonly verdict: RunVerdict;
  readonly exitCode: Judgement['exitCode'];
  /** The cases that it is about: those of a verdict, or others. */
  readonly caseVerdict?: CaseVerdict;
  readonly named?: (scored: readonly JudgedCase[], options: JudgeOptions) => readonly string[];
  /** When it names a case, unless it says otherwise. */
  readonly applies?: (named: number, options: JudgeOptions, total: number) => boolean;
  readonly say: (number: number) => string;
}

export interface JudgeOptions {
  /** A SHOULD that was not met then counts as a failure. */
  readonly strict: boolean;
  readonly status: RunStatus;
  /** Entries of the baseline that are not so any more. */
  readonly stale?: BaselineView['stale'] | undefined;
  /** Of a certification. */
  readonly requirementSet?: RequirementSetView | undefined;
}

/** What a verdict needs to know of a case. */
export type JudgedCase = Pick<CaseRecord, 'id' | 'verdict' | 'scored' | 'profileLine' | 'expectation'>;

const cases = (number: number): string => (number === 1 ? '1 case' : `${number} cases`);

/** Every rule that applies gives a reason; the first that applies gives verdict and exit code. */
const rules: readonly Rule[] = [
  {
    verdict: 'fail',
    exitCode: 1,
    named: (scored) => idsOf(scored, (one) => one.verdict === 'fail' && !one.expectation),
    say: (n) => `${cases(n)} proved a violation`,
  },
  {
    verdict: 'fail',
    exitCode: 1,
    named: (scored, { strict }) => idsOf(scored, (one) => strict && one.verdict === 'warn' && !one.expectation),
    say: (n) => `${cases(n)} found a SHOULD that is not met, and the run is strict`,
  },
  {
    verdict: 'fail',
    exitCode: 1,
    caseVerdict: 'expected-failure',
    applies: (named, { requirementSet }) => requirementSet !== undefined && named > 0,
    say: (n) => `${cases(n)} failed as a baseline expects, and a requirement set knows no baseline`,
  },
  {
    // A violation that somebody knows of, and not the one that is known: the entry is to be written anew, or the fault mended.
    verdict: 'fail',
    exitCode: 5,
    named: (scored, { strict }) =>
      idsOf(scored, (one) => (one.verdict === 'fail' || (strict && one.verdict === 'warn')) && !!one.expectation),
    say: (n) => `${cases(n)} failed in another way than the baseline expects`,
  },
  {
    verdict: 'error',
    exitCode: 3,
    caseVerdict: 'error',
    say: (n) => `${cases(n)} could not be judged, because the bench, the adapter or the harness broke`,
  },
  {
    verdict: 'inconclusive',
    exitCode: 4,
    caseVerdict: 'unverified',
    say: (n) => `${cases(n)} delivered the stimulus, but proof is missing either way`,
  },
  {
    verdict: 'inconclusive',
    exitCode: 5,
    caseVerdict: 'unexpected-pass',
    say: (n) => `${cases(n)} passed that the baseline expects to fail: the expectation is stale`,
  },
  {
    verdict: 'inconclusive',
    exitCode: 5,
    named: (_scored, { stale = [] }) => stale.map(({ entry }) => entry),
    say: (n) => `${n === 1 ? '1 entry' : `${n} entries`} of the baseline must be looked at`,
  },
  {
    // An empty run is never a pass; naming no case is the caller's mistake.
    verdict: 'inconclusive',
    exitCode: 2,
    applies: (_named, { status }, total) => total === 0 && status === 'complete',
    say: () => 'No case was selected: nothing was judged',
  },
  {
    // Nor is a run in which the profile excluded everything.
    verdict: 'inconclusive',
    exitCode: 4,
    caseVerdict: 'not-applicable',
    applies: (named, _options, total) => total > 0 && named === total,
    say: () => 'No case is applicable under this profile: nothing was judged',
  },
  {
    verdict: 'inconclusive',
    exitCode: 4,
    named: (_scored, { requirementSet }) => requirementSet?.unmet?.map(({ id }) => id) ?? [],
    say: (n) => `${n} of the requirement set could not be judged as it was frozen`,
  },
  {
    // A certificate leaves out what is declared, and nothing else.
    verdict: 'inconclusive',
    exitCode: 4,
    named: (scored, { requirementSet }) => (requirementSet ? idsOf(scored, isUndeclared) : []),
    say: (n) => `${cases(n)} of the requirement set did not apply, and no line of the profile says so`,
  },
];

function idsOf(scored: readonly JudgedCase[], isMeant: (one: JudgedCase) => boolean): string[] {
  return scored.filter(isMeant).map(({ id }) => id);
}

/** Not applicable, but by no line of the profile: something that the subject or the bench cannot do. */
export function isUndeclared({ verdict, profileLine }: Pick<CaseRecord, 'verdict' | 'profileLine'>): boolean {
  return verdict === 'not-applicable' && profileLine === undefined;
}

/**
 * Judges a whole run by its cases. A run that is not complete is `incomplete`, whatever its cases say, and never ends 0;
 * a failure that it has proved already still counts for its exit code. A case that is not scored counts for nothing.
 */
export function judgeRun(records: readonly JudgedCase[], options: JudgeOptions): Judgement {
  const scored = records.filter((one) => one.scored !== false);
  const ids = new Map<CaseVerdict, string[]>(caseVerdicts.map((verdict) => [verdict, []]));
  for (const { id, verdict } of scored) ids.get(verdict)?.push(id);
  const counts = Object.fromEntries(
    caseVerdicts.map((verdict) => [verdict, ids.get(verdict)?.length ?? 0]),
  ) as Judgement['counts'];

  const applying = rules.flatMap(({ caseVerdict, named, applies = (number) => number > 0, ...rule }) => {
    const about = named?.(scored, options) ?? (caseVerdict === undefined ? [] : (ids.get(caseVerdict) ?? []));
    return applies(about.length, options, scored.length) ? [{ ...rule, about }] : [];
  });
  const reasons = applying.map(({ say, about }) =>
    about.length === 0 ? `${say(0)}.` : `${say(about.length)}: ${listed(about)}.`,
  );
  const first = applying[0];

  if (options.status === 'incomplete') {
    reasons.unshift('The run is not over: a verdict needs every selected case, and a clean-up that succeeded.');
    return { verdict: 'incomplete', reasons, counts, exitCode: first?.exitCode ?? 4 };
  }
  if (first === undefined) return { verdict: 'pass', reasons: [praise(counts)], counts, exitCode: 0 };
  return { verdict: first.verdict, reasons, counts, exitCode: first.exitCode };
}

/** A long list of ids is cut, so that a reason stays one readable sentence. */
function listed(ids: readonly string[]): string {
  const shown = 6;
  if (ids.length <= shown + 1) return ids.join(', ');
  return `${ids.slice(0, shown).join(', ')} and ${ids.length - shown} more`;
}

function praise(counts: Judgement['counts']): string {
  const parts = [`${cases(counts.pass)} passed`];
  if (counts.warn > 0) parts.push(`${counts.warn} with a SHOULD that is not met`);
  if (counts['expected-failure'] > 0) parts.push(`${counts['expected-failure']} failed as the baseline expects`);
  if (counts['not-applicable'] > 0) parts.push(`${counts['not-applicable']} not applicable`);
  const only = counts['expected-failure'] > 0 ? ' but those that the baseline expects' : '';
  return `No violation was found${only}: ${parts.join(', ')}.`;
}
