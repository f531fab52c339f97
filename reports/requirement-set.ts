import { policiesOf } from '#protocol/pki/policies.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import type { CaseRecord, ProfileView, RequirementSetView, RequirementView, SubjectView } from './run-record.ts';
import { findingVerdicts } from './verdict.ts';

/** A case as it stood when the set was frozen, and what it judges. */
export interface FrozenCase {
  readonly id: string;
  readonly version: number;
  readonly role: SubjectView['role'];
}

/**
 * What a certification is by: requirements as they read, profiles as they decided, and the cases that are scored, all on
 * one day. A set never changes; a new one gets a new name.
 */
export interface RequirementSet {
  readonly schemaVersion: 1;
  /** As its file is called: the year and the month. */
  readonly name: string;
  /** ISO 8601: the day on which it was frozen. */
  readonly date: string;
  /** The version of Muster that froze it. */
  readonly muster: string;
  readonly profiles: readonly Pick<ProfileView, 'id' | 'choices'>[];
  readonly requirements: readonly RequirementView[];
  readonly cases: readonly FrozenCase[];
}

/** What a set says of a run: the same cases, those marked that are not scored, and what of the set was not judged as frozen. */
export interface Scoring {
  readonly cases: readonly CaseRecord[];
  readonly unmet: NonNullable<RequirementSetView['unmet']>;
}

/**
 * Marks what is newer than the set. A case in a newer version stands for the frozen one where it is good; where it is not,
 * it may ask for more than the set does: it counts neither way, and the frozen one is then not judged.
 */
export function scoreBy(
  set: RequirementSet,
  run: {
    readonly roles: readonly SubjectView['role'][];
    readonly profile: ProfileView;
    readonly cases: readonly CaseRecord[];
  },
): Scoring {
  const frozen = new Map(set.cases.filter(({ role }) => run.roles.includes(role)).map((one) => [one.id, one]));
  const cases = run.cases.map((one): CaseRecord => {
    const { version } = frozen.get(one.id) ?? {};
    const isNewer = version === undefined || (one.version > version && findingVerdicts.has(one.verdict));
    return isNewer ? { ...one, scored: false } : one;
  });
  const ran = new Map(cases.map((one) => [one.id, one]));
  const unmet = [...frozen.values()].flatMap(({ id, version }) => {
    const why = whyUnmet(set, version, ran.get(id));
    return why === undefined ? [] : [{ id, why }];
  });
  return { cases, unmet: [...unmetProfile(set, run.profile), ...unmet] };
}

function whyUnmet({ name, muster }: RequirementSet, version: number, seen: CaseRecord | undefined): string | undefined {
  const elsewhere = `certify with Muster ${muster}, which froze the set ${name}, or by a newer set`;
  if (!seen) return `This Muster has no such case: ${elsewhere}.`;
  if (seen.version < version)
    return `The set has its version ${version}; this Muster is older, and has version ${seen.version}.`;
  if (seen.scored !== false) return undefined;
  return `The set has its version ${version}; this Muster has version ${seen.version}, whose verdict (${seen.verdict}) is not held against a subject of the set: ${elsewhere}.`;
}

/** A profile must decide as it did, but where a vendor's statement decides in its place. */
function unmetProfile(set: RequirementSet, { id, choices, statement }: ProfileView): Scoring['unmet'] {
  const frozen = set.profiles.find((profile) => profile.id === id);
  if (!frozen) return [{ id: `profile ${id}`, why: `The set ${set.name} knows no such profile.` }];
  const left = new Set(statement ? policiesOf(profiles.modern).map(({ line }) => line) : []);
  const decided = (all: ProfileView['choices']): string => JSON.stringify(all.filter(({ line }) => !left.has(line)));
  if (decided(frozen.choices) === decided(choices)) return [];
  return [
    {
      id: `profile ${id}`,
      why: `It decides otherwise here than when the set was frozen: certify with Muster ${set.muster}.`,
    },
  ];
}
