import type { CaseRecord, CaseVerdict, RequirementView, RunRecord } from './run-record.ts';
import { worstVerdict } from './verdict.ts';

/** One requirement, the cases that judge it, and the flawed devices and servers that those cases must catch. */
export interface CoveredRequirement {
  readonly requirement: RequirementView;
  readonly cases: readonly CaseRecord[];
  readonly mutants: readonly string[];
  /** The worst verdict of its cases; undefined when none ran. */
  readonly verdict?: CaseVerdict;
  /** `explained`: no case, and the catalogue says why. `absent`: no case in this run, and no reason. */
  readonly state: 'covered' | 'explained' | 'absent';
}

export interface CoverageNumbers {
  readonly total: number;
  readonly covered: number;
  readonly explained: number;
  readonly absent: number;
}

export interface Coverage {
  readonly requirements: readonly CoveredRequirement[];
  /** The way back: a flawed device or server, and the cases that must fail it. */
  readonly mutants: readonly { readonly id: string; readonly cases: readonly CaseRecord[] }[];
  /** Requirement ids that a case names and the record does not hold. */
  readonly unknown: readonly { readonly caseId: string; readonly requirement: string }[];
  readonly numbers: Readonly<Record<'all' | 'MUST' | 'SHOULD', CoverageNumbers>>;
}

/** Leads from every requirement to its cases and their mutants, and back. Linear in the size of the record. */
export function coverageOf(record: Pick<RunRecord, 'cases' | 'requirements'>): Coverage {
  const known = new Set(record.requirements.map(({ id }) => id));
  const byRequirement = new Map<string, CaseRecord[]>();
  const byMutant = new Map<string, CaseRecord[]>();
  const unknown: { caseId: string; requirement: string }[] = [];
  for (const one of record.cases) {
    for (const id of new Set(one.requirements)) {
      append(byRequirement, id, one);
      if (!known.has(id)) unknown.push({ caseId: one.id, requirement: id });
    }
    for (const id of new Set(one.mutants)) append(byMutant, id, one);
  }
  const requirements = record.requirements.map((requirement): CoveredRequirement => {
    const cases = byRequirement.get(requirement.id) ?? [];
    const verdict = worstVerdict(cases.map((one) => one.verdict));
    return {
      requirement,
      cases,
      mutants: [...new Set(cases.flatMap((one) => one.mutants))].sort(),
      ...(verdict === undefined ? {} : { verdict }),
      state: cases.length > 0 ? 'covered' : requirement.untested === undefined ? 'absent' : 'explained',
    };
  });
  return {
    requirements,
    mutants: [...byMutant].map(([id, cases]) => ({ id, cases })).sort((a, b) => (a.id < b.id ? -1 : 1)),
    unknown,
    numbers: {
      all: count(requirements),
      MUST: count(requirements.filter(({ requirement }) => requirement.level === 'MUST')),
      SHOULD: count(requirements.filter(({ requirement }) => requirement.level === 'SHOULD')),
    },
  };
}

function append(index: Map<string, CaseRecord[]>, key: string, one: CaseRecord): void {
  const found = index.get(key);
  if (found === undefined) index.set(key, [one]);
  else found.push(one);
}

function count(rows: readonly CoveredRequirement[]): CoverageNumbers {
  const numbers = { total: rows.length, covered: 0, explained: 0, absent: 0 };
  for (const { state } of rows) numbers[state] += 1;
  return numbers;
}
