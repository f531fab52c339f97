import { scoreBy } from '#reports/requirement-set.ts';
import type { CaseRecord, ProfileView, RequirementSetView } from '#reports/run-record.ts';
import type { Plan } from '../runner/plan.ts';
import type { FrozenSet } from './requirement-sets.ts';

/** The cases of a run as its requirement set scores them; without a set, as they are. */
export function scoredCases(
  frozen: FrozenSet | undefined,
  { device, server }: Pick<Plan, 'device' | 'server'>,
  profile: ProfileView,
  all: readonly CaseRecord[],
): { readonly cases: readonly CaseRecord[]; readonly requirementSet?: RequirementSetView } {
  if (!frozen) return { cases: all };
  const roles = [...(device ? ['device' as const] : []), ...(server ? ['server' as const] : [])];
  const { cases, unmet } = scoreBy(frozen.set, { roles, profile, cases: all });
  const { set, digest } = frozen;
  return { cases, requirementSet: { name: set.name, digest, ...(unmet.length > 0 ? { unmet } : {}) } };
}
