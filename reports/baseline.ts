import type { Baseline, BaselineEntry } from './baseline-file.ts';
import { isFlaky } from './repetitions.ts';
import type { BaselineView, CaseRecord, ExpectationView } from './run-record.ts';
import { isThatWay, wayOf } from './way-of-failing.ts';

type Entry = Baseline['entries'][number];

export interface HeldAgainst {
  /** The same cases, with what was expected of them. */
  readonly cases: readonly CaseRecord[];
  readonly stale: BaselineView['stale'];
}

/**
 * Holds cases against the failures that are expected of them. A failure of the very kind is an `expected-failure`, a pass an
 * `unexpected-pass`; any other failure stays what it is, and so do `error` and `unverified`: they show nothing.
 * `day`: that of the run, as 2027-03-31 (UTC). `known`: every case that there is; absent, those here. Entries of cases that
 * are known and were not selected say nothing of this run. A case may be there several times.
 */
export function heldAgainst(
  baseline: Baseline,
  cases: readonly CaseRecord[],
  { day, known }: { readonly day: string; readonly known?: ReadonlySet<string> | undefined },
): HeldAgainst {
  const placeOf = ({ line }: Entry): string => `${baseline.file}:${line}`;
  const held = cases.map((one) => {
    const entries = baseline.entries.filter((entry) => isAbout(entry, one));
    const found = entries.find((entry) => describes(entry, one)) ?? entries[0];
    return found ? withExpectation(one, found, placeOf(found)) : one;
  });
  const stale = new Map<string, BaselineView['stale'][number]>();
  for (const entry of baseline.entries) {
    const at = placeOf(entry);
    for (const why of complaints(entry, at, held, day, known)) stale.set(`${at} ${why}`, { entry: at, why });
  }
  return { cases: held, stale: [...stale.values()] };
}

function isAbout({ caseId, requirement }: Entry, one: CaseRecord): boolean {
  return one.id === caseId && one.requirements.includes(requirement);
}

function describes({ fails, seen }: Entry, { verdict, reason }: CaseRecord): boolean {
  return verdict === fails && seen.some((way) => isThatWay(way, reason));
}

function withExpectation(one: CaseRecord, entry: Entry, at: string): CaseRecord {
  const { fails, seen, owner, reason, expires } = entry;
  const expectation: ExpectationView = { entry: at, fails, seen, owner, reason, expires };
  if (describes(entry, one)) return { ...one, verdict: 'expected-failure', expectation };
  if (one.verdict === 'pass') return { ...one, verdict: 'unexpected-pass', expectation };
  return { ...one, expectation };
}

/** What is wrong with an entry, beside that its case passes: that the case says itself. */
function complaints(
  entry: Entry,
  at: string,
  held: readonly CaseRecord[],
  day: string,
  known: ReadonlySet<string> | undefined,
): string[] {
  const { caseId, requirement, expires, owner } = entry;
  const its = held.filter(({ id }) => id === caseId);
  const [first] = its;
  const expired =
    day > expires ? [`expired on ${expires}: ${owner} is to mend ${caseId}, or to say anew until when`] : [];
  if (!first) return known?.has(caseId) ? expired : [...expired, `there is no case ${caseId}`];
  if (!first.requirements.includes(requirement))
    return [...expired, `${caseId} does not judge ${requirement}, but ${first.requirements.join(', ')}`];
  return [...expired, ...its.flatMap((one) => unlike(entry, at, one))];
}

function unlike(entry: Entry, at: string, one: CaseRecord): string[] {
  const { verdict, reason, expectation } = one;
  if (verdict === 'fail' || verdict === 'warn')
    return [`${one.id} fails another way: expected ${wayText(entry)}; seen ${verdict} “${wayOf(reason)}”`];
  if (verdict === 'not-applicable') return [`${one.id} is not applicable: ${reason}`];
  // Of several entries for one case, one spoke for it.
  if (expectation === undefined || expectation.entry === at) return [];
  if (verdict === 'expected-failure')
    return [`${one.id} fails as ${expectation.entry} expects, and not as this entry does`];
  return verdict === 'unexpected-pass' ? [`${one.id} passes`] : [];
}

/** How an entry expects its case to fail. */
function wayText({ fails, seen }: Pick<ExpectationView, 'fails' | 'seen'>): string {
  return `${fails} ${seen.map((way) => `“${way}”`).join(' or ')}`;
}

/** What a baseline has to do with the verdict of a case, in a sentence; undefined where it has nothing to do with it. */
export function expectationText({
  verdict,
  expectation,
}: Pick<CaseRecord, 'verdict' | 'expectation'>): string | undefined {
  if (!expectation) return undefined;
  const { entry, owner, reason, expires } = expectation;
  const who = `${entry} (${owner}, until ${expires}: ${reason})`;
  if (verdict === 'expected-failure') return `${who} expects this failure.`;
  if (verdict === 'unexpected-pass') return `${who} expects a failure, and there is none any more: remove the entry.`;
  if (verdict === 'fail' || verdict === 'warn') return `${who} expects another failure: ${wayText(expectation)}.`;
  return `${who} expects a failure; ${verdict} is none.`;
}

/** Entries for what a run found, so that it can be adopted: failures and unmet SHOULDs, but none that come and go. */
export function entriesFor(
  cases: readonly CaseRecord[],
  about: Pick<BaselineEntry, 'owner' | 'reason' | 'expires'>,
): BaselineEntry[] {
  return cases.flatMap((one) => {
    const { id, verdict, reason, requirements } = one;
    const [requirement] = requirements;
    if ((verdict !== 'fail' && verdict !== 'warn') || requirement === undefined || isFlaky(one)) return [];
    return [{ caseId: id, requirement, fails: verdict, seen: [wayOf(reason)], ...about }];
  });
}
