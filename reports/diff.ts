import type { Difference } from './load-diff.ts';
import { isFlaky } from './repetitions.ts';
import type { CaseRecord, CaseVerdict, RunRecord } from './run-record.ts';
import { subjectName } from './subject-name.ts';
import { isThatWay, wayOf } from './way-of-failing.ts';

/** What became of a case from one run to the next, in the order in which it is shown: what is worse comes first. */
export const changeKinds = {
  'new-failure': { title: 'New failures', worse: true },
  'another-failure': { title: 'Fails another way', worse: true },
  'new-warning': { title: 'SHOULDs that are not met any more', worse: true },
  unproved: { title: 'Without proof now', worse: true },
  unjudged: { title: 'Not judged any more', worse: true },
  flaky: { title: 'Flaky now', worse: true },
  'still-failing': { title: 'Not mended', worse: false },
  fixed: { title: 'Fixed', worse: false },
  added: { title: 'Judged only now, and good', worse: false },
  'changed-proof': { title: 'Proved another way', worse: false },
  'changed-version': { title: 'Another version of the case, the same verdict', worse: false },
} as const satisfies Record<string, { readonly title: string; readonly worse: boolean }>;
export type ChangeKind = keyof typeof changeKinds;

/** One case as one of the runs has it. */
type Side = Pick<CaseRecord, 'version' | 'verdict' | 'reason' | 'proof' | 'repetitions' | 'expectation'>;

export interface CaseChange {
  readonly kind: ChangeKind;
  readonly worse: boolean;
  readonly id: string;
  readonly title: string;
  readonly requirements: readonly string[];
  /** Absent where that run has no such case. */
  readonly before?: Side;
  readonly after?: Side;
}

/** Two runs, the second beside the first. */
export interface RunDiff {
  readonly schemaVersion: 1;
  readonly before: RunOfDiff;
  readonly after: RunOfDiff;
  /** What else the runs do not have in common: whoever reads the rest must know it first. */
  readonly differences: readonly Difference[];
  readonly changes: readonly CaseChange[];
  /** Cases of which there is nothing to say. */
  readonly unchanged: number;
  /** Is anything worse in the second run? One that is not over is, beside one that was. */
  readonly worse: boolean;
}

type RunOfDiff = Pick<RunRecord, 'startedAt' | 'muster' | 'command' | 'status' | 'verdict' | 'durationMs'> & {
  readonly subject: readonly string[];
  readonly cases: number;
};

/** Compares two runs; `before` is the one to be measured against. */
export function diffRuns(before: RunRecord, after: RunRecord): RunDiff {
  const had = new Map(before.cases.map((one) => [one.id, one]));
  const has = new Map(after.cases.map((one) => [one.id, one]));
  const ids = new Set([...had.keys(), ...has.keys()]);
  const changes = [...ids].flatMap((id) => changeOf(had.get(id), has.get(id)));
  const rank = Object.keys(changeKinds);
  changes.sort((a, b) => rank.indexOf(a.kind) - rank.indexOf(b.kind) || a.id.localeCompare(b.id));
  const cut = before.status === 'complete' && after.status !== 'complete';
  return {
    schemaVersion: 1,
    before: runOf(before),
    after: runOf(after),
    differences: differencesBetween(before, after),
    changes,
    unchanged: ids.size - changes.length,
    worse: cut || changes.some(({ worse }) => worse),
  };
}

type State = 'good' | 'warned' | 'failing' | 'unproved' | 'absent';

const states: Readonly<Record<CaseVerdict, State>> = {
  pass: 'good',
  'unexpected-pass': 'good',
  warn: 'warned',
  fail: 'failing',
  unverified: 'unproved',
  error: 'unproved',
  'not-applicable': 'absent',
  // That it is expected makes it no better: `stateOf` knows what it is.
  'expected-failure': 'failing',
};

function stateOf(one: CaseRecord | undefined): State {
  if (!one) return 'absent';
  return one.verdict === 'expected-failure' && one.expectation?.fails === 'warn' ? 'warned' : states[one.verdict];
}

/** By what a case was, and what it is. `same`: it has to be looked at whether it is so in the same way. */
const kinds: Readonly<Record<State, Readonly<Record<State, ChangeKind | 'same'>>>> = {
  good: { good: 'same', warned: 'new-warning', failing: 'new-failure', unproved: 'unproved', absent: 'unjudged' },
  warned: { good: 'fixed', warned: 'same', failing: 'new-failure', unproved: 'unproved', absent: 'unjudged' },
  failing: {
    good: 'fixed',
    warned: 'still-failing',
    failing: 'same',
    unproved: 'still-failing',
    absent: 'still-failing',
  },
  unproved: {
    good: 'fixed',
    warned: 'new-warning',
    failing: 'new-failure',
    unproved: 'still-failing',
    absent: 'still-failing',
  },
  absent: { good: 'added', warned: 'new-warning', failing: 'new-failure', unproved: 'unproved', absent: 'same' },
};

function changeOf(before: CaseRecord | undefined, after: CaseRecord | undefined): CaseChange[] {
  const kind = kindOf(before, after);
  const one = after ?? before;
  if (kind === undefined || one === undefined) return [];
  const { id, title, requirements } = one;
  return [
    {
      kind,
      worse: changeKinds[kind].worse,
      id,
      title,
      requirements,
      ...(before ? { before: sideOf(before) } : {}),
      ...(after ? { after: sideOf(after) } : {}),
    },
  ];
}

function kindOf(before: CaseRecord | undefined, after: CaseRecord | undefined): ChangeKind | undefined {
  if (after && isFlaky(after)) return before && isFlaky(before) ? 'still-failing' : 'flaky';
  const kind = kinds[stateOf(before)][stateOf(after)];
  if (kind !== 'same') return kind;
  if (!before || !after) return undefined;
  const state = stateOf(after);
  if (state === 'failing' || state === 'warned')
    return isFlaky(before) || isAlike(before.reason, after.reason) ? 'still-failing' : 'another-failure';
  if (before.version !== after.version) return 'changed-version';
  return isAlike(before.proof ?? '', after.proof ?? '') ? undefined : 'changed-proof';
}

/** Do two texts say the same, but for what differs from run to run? */
function isAlike(one: string, other: string): boolean {
  return isThatWay(wayOf(one), other) && isThatWay(wayOf(other), one);
}

function sideOf({ version, verdict, reason, proof, repetitions, expectation }: CaseRecord): Side {
  return {
    version,
    verdict,
    reason,
    ...(proof === undefined ? {} : { proof }),
    ...(repetitions ? { repetitions } : {}),
    ...(expectation ? { expectation } : {}),
  };
}

function runOf({ startedAt, muster, command, status, verdict, durationMs, subject, cases }: RunRecord): RunOfDiff {
  const names = subject.map(subjectName);
  return { startedAt, muster, command, status, verdict, durationMs, subject: names, cases: cases.length };
}

/** What two runs do not have in common, beside their cases. */
export function differencesBetween(before: RunRecord, after: RunRecord): Difference[] {
  const linesOf = (record: RunRecord) => new Map(linesOfRun(record));
  const [had, has] = [linesOf(before), linesOf(after)];
  return [...new Set([...had.keys(), ...has.keys()])].flatMap((name) => {
    const [first = 'none', second = 'none'] = [had.get(name), has.get(name)];
    return first === second ? [] : [{ name, before: first, after: second }];
  });
}

/** Everything of a run beside its cases that its verdicts depend on. */
function linesOfRun(record: RunRecord): (readonly [name: string, value: string])[] {
  const { status, subject, profile, seed, muster, requirementSet, baseline, shard } = record;
  return [
    ['Status', status],
    ...subject.flatMap((one) => {
      const role = one.role === 'device' ? 'Device' : 'Server';
      return [
        [role, subjectName(one)],
        ...(one.firmware === undefined ? [] : [[`${role}: firmware`, one.firmware] as const]),
        [`${role}: declares`, [...one.capabilities].sort().join(', ') || 'nothing'],
      ] as const;
    }),
    ['Profile', profile.id],
    ...profile.choices.map(({ line, choice }) => [`Profile: ${line}`, choice] as const),
    ...(profile.statement?.lines ?? []).map(({ line, declared }) => [`Declared: ${line}`, declared] as const),
    ['Seed', String(seed)],
    ['Muster', muster],
    ...(requirementSet ? [['Requirement set', requirementSet.name] as const] : []),
    ...(baseline ? [['Baseline', `${baseline.file} (${baseline.digest.slice(0, 12)})`] as const] : []),
    ...(shard ? [['Shard', `${shard.index + 1} of ${shard.of}`] as const] : []),
  ];
}

/** What the whole of it comes to, in a sentence. */
export function headlineOf({ worse, changes, after }: RunDiff): string {
  const count = changes.filter((change) => change.worse).length;
  if (count > 0) return `The second run is worse: ${count === 1 ? '1 case' : `${count} cases`}.`;
  return worse ? `The second run is ${after.status}.` : 'Nothing is worse.';
}

/** Changes of each kind that occurs, in the order of the kinds. */
export function byKind(diff: RunDiff): { readonly title: string; readonly changes: readonly CaseChange[] }[] {
  const found = Map.groupBy(diff.changes, ({ kind }) => kind);
  return [...found].map(([kind, changes]) => ({ title: changeKinds[kind].title, changes }));
}

/** Why a case is there, for people: what was seen, or how it is proved now and was before. */
export function explanationOf({ kind, before, after }: CaseChange): string {
  if (kind === 'changed-proof') return `Was: ${before?.proof ?? 'no proof'} Is: ${after?.proof ?? 'no proof'}`;
  if (kind === 'another-failure') return `Was: ${before?.reason ?? ''} Is: ${after?.reason ?? ''}`;
  const shown = after ?? before;
  if (kind === 'fixed' && before) return `Was: ${before.reason}`;
  return shown === undefined ? '' : after ? shown.reason : 'The second run does not have this case.';
}

/** The versions of a case, where the runs do not have the same: they did not ask the same question. */
export function versionsOf({ before, after }: CaseChange): string | undefined {
  if (!before || !after || before.version === after.version) return undefined;
  return `version ${before.version} → ${after.version}`;
}
