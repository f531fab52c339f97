import { createHash } from 'node:crypto';
import { isFlaky } from './repetitions.ts';
import { type CaseVerdict, deviceMsOf, type RequirementView, type RunRecord, type SubjectView } from './run-record.ts';
import { subjectName } from './subject-name.ts';
import { worstVerdict } from './verdict.ts';

/** What a history keeps of a run: enough for its trends, without evidence. */
export interface HistoryRun
  extends Pick<RunRecord, 'startedAt' | 'durationMs' | 'muster' | 'seed' | 'status' | 'verdict' | 'counts'> {
  readonly schemaVersion: 1;
  /** The same wherever the record lies, and however often its cases ran again. */
  readonly id: string;
  /** Where the record was found. */
  readonly source: string;
  readonly profile: string;
  readonly subject: readonly Pick<SubjectView, 'role' | 'name' | 'version' | 'firmware'>[];
  /** What the device took for its verbs; 0 where none was asked. */
  readonly deviceMs: number;
  /** How often cases of it ran again. */
  readonly reruns: number;
  readonly cases: readonly HistoryCase[];
  readonly requirements: readonly Pick<RequirementView, 'id' | 'level' | 'sentence'>[];
}

export interface HistoryCase {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly requirements: readonly string[];
  readonly verdict: CaseVerdict;
  readonly flaky: boolean;
}

/** Runs of the same subject, whatever its version, by the same profile. */
export interface HistorySeries {
  readonly subject: string;
  readonly profile: string;
  /** The oldest first. */
  readonly runs: readonly HistoryRun[];
  readonly requirements: readonly RequirementTrend[];
  readonly flaky: readonly FlakyCase[];
}

export interface RequirementTrend {
  readonly id: string;
  readonly level: RequirementView['level'];
  readonly sentence: string;
  /** The worst verdict of its cases in each run; undefined where none judged it. */
  readonly verdicts: readonly (CaseVerdict | undefined)[];
  /** In how many runs it was judged, and in how many of those it was seen to hold. */
  readonly judged: number;
  readonly held: number;
}

export interface FlakyCase {
  readonly id: string;
  readonly title: string;
  /** Runs in which its repetitions differed. */
  readonly differed: number;
  /** How often it had another verdict than in the run before, of the same subject, by the same Muster. */
  readonly turned: number;
}

export interface History {
  readonly schemaVersion: 1;
  readonly series: readonly HistorySeries[];
}

/** What a history keeps of a record. */
export function historyRunOf(record: RunRecord, source: string): HistoryRun {
  const { startedAt, durationMs, muster, seed, status, verdict, counts, profile, subject, cases, reruns = [] } = record;
  const identity = JSON.stringify([startedAt, muster, seed, profile.id, subject, cases.map(({ id }) => id).sort()]);
  return {
    schemaVersion: 1,
    id: createHash('sha256').update(identity).digest('hex'),
    source,
    startedAt,
    durationMs,
    muster,
    seed,
    status,
    verdict,
    counts,
    profile: profile.id,
    subject: subject.map(({ role, name, version, firmware }) => ({
      role,
      name,
      version,
      ...(firmware === undefined ? {} : { firmware }),
    })),
    deviceMs: deviceMsOf(cases),
    reruns: reruns.length,
    cases: cases.map(({ id, version, title, requirements, verdict: said, repetitions }) => ({
      id,
      version,
      title,
      requirements,
      verdict: said,
      flaky: isFlaky({ ...(repetitions ? { repetitions } : {}) }),
    })),
    requirements: record.requirements.map(({ id, level, sentence }) => ({ id, level, sentence })),
  };
}

/** The trends of runs, in whatever order they come. Of two records of one run, that whose cases ran again more often counts. */
export function historyOf(runs: readonly HistoryRun[]): History {
  const byId = new Map<string, HistoryRun>();
  for (const run of runs) if ((byId.get(run.id)?.reruns ?? -1) < run.reruns) byId.set(run.id, run);
  const sorted = [...byId.values()].sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
  const groups = Map.groupBy(sorted, (run) => JSON.stringify([namesOf(run), run.profile]));
  return { schemaVersion: 1, series: [...groups.values()].flatMap((group) => seriesOf(group) ?? []) };
}

function seriesOf(runs: readonly HistoryRun[]): HistorySeries | undefined {
  const latest = runs.at(-1);
  if (!latest) return undefined;
  return {
    subject: namesOf(latest),
    profile: latest.profile,
    runs,
    requirements: trendsOf(runs),
    flaky: flakyOf(runs),
  };
}

function namesOf({ subject }: HistoryRun): string {
  return subject.map(({ name }) => name).join(' and ') || 'no subject';
}

/** With versions and firmware: what was judged in that run. */
export function judgedIn({ subject }: HistoryRun): string {
  return subject
    .map((one) => (one.firmware === undefined ? subjectName(one) : `${subjectName(one)} (${one.firmware})`))
    .join(' and ');
}

/** What holds least often comes first, then what comes first in the catalogue. */
function trendsOf(runs: readonly HistoryRun[]): RequirementTrend[] {
  const known = new Map(runs.flatMap(({ requirements }) => requirements.map((one) => [one.id, one] as const)));
  const byRun = runs.map(({ cases }) => {
    const verdicts = new Map<string, CaseVerdict[]>();
    for (const { requirements, verdict } of cases)
      if (verdict !== 'not-applicable')
        for (const id of requirements) verdicts.set(id, [...(verdicts.get(id) ?? []), verdict]);
    return verdicts;
  });
  const trends = [...known.values()].map(({ id, level, sentence }): RequirementTrend => {
    const verdicts = byRun.map((found) => worstVerdict(found.get(id) ?? []));
    // An error is none of the subject.
    const judged = verdicts.filter((verdict) => verdict !== undefined && verdict !== 'error');
    return {
      id,
      level,
      sentence,
      verdicts,
      judged: judged.length,
      held: judged.filter((verdict) => holds(verdict)).length,
    };
  });
  const rate = ({ held, judged }: RequirementTrend): number => (judged === 0 ? 0 : held / judged);
  return trends
    .filter(({ verdicts }) => verdicts.some((verdict) => verdict !== undefined))
    .sort((a, b) => rate(a) - rate(b));
}

function holds(verdict: CaseVerdict | undefined): boolean {
  return verdict === 'pass' || verdict === 'unexpected-pass';
}

/** Between two runs with the same of all these, nothing changed that should change a verdict. */
function conditionsOf(run: HistoryRun, one: HistoryCase): string {
  return JSON.stringify([run.subject, run.muster, one.version]);
}

function flakyOf(runs: readonly HistoryRun[]): FlakyCase[] {
  const found = new Map<
    string,
    { title: string; differed: number; turned: number; last?: { on: string; held: boolean } }
  >();
  for (const run of runs)
    for (const one of run.cases) {
      const { id, title, verdict, flaky } = one;
      const known = found.get(id) ?? { title, differed: 0, turned: 0 };
      const { last } = known;
      // Neither says anything of the subject.
      const isSilent = verdict === 'not-applicable' || verdict === 'error';
      const now = { on: conditionsOf(run, one), held: holds(verdict) };
      const turned = !isSilent && last !== undefined && last.on === now.on && last.held !== now.held;
      found.set(id, {
        title,
        differed: known.differed + (flaky ? 1 : 0),
        turned: known.turned + (turned ? 1 : 0),
        ...(isSilent ? last && { last } : { last: now }),
      });
    }
  return [...found]
    .filter(([, { differed, turned }]) => differed > 0 || turned > 0)
    .map(([id, { title, differed, turned }]) => ({ id, title, differed, turned }))
    .sort((a, b) => b.differed + b.turned - (a.differed + a.turned) || a.id.localeCompare(b.id));
}

/** How a case shows that it is flaky. */
export function flakyText({ differed, turned }: Pick<FlakyCase, 'differed' | 'turned'>): string {
  const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
  const parts = [
    ...(differed > 0 ? [`its repetitions differed ${times(differed)}`] : []),
    ...(turned > 0 ? [`its verdict turned ${times(turned)} while the subject was the same`] : []),
  ];
  return parts.join(', ');
}

/** In how many of the runs that judged it a requirement was seen to hold. */
export function heldText({ held, judged }: Pick<RequirementTrend, 'held' | 'judged'>): string {
  return judged === 0 ? 'was never judged' : `held in ${held} of ${judged === 1 ? '1 run' : `${judged} runs`}`;
}
