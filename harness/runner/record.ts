import { policiesOf } from '#protocol/pki/policies.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';
import { allRequirements } from '#protocol/requirements/catalogue.ts';
import { heldAgainst } from '#reports/baseline.ts';
import type { Baseline } from '#reports/baseline-file.ts';
import { type MutationMatrix, withMatrix } from '#reports/mutation-matrix.ts';
import { repeated } from '#reports/repetitions.ts';
import type {
  CaseRecord,
  ProfileView,
  RequirementView,
  RunRecord,
  RunStatus,
  ShardView,
  StatementView,
  SubjectView,
} from '#reports/run-record.ts';
import { judgeRun } from '#reports/verdict.ts';
import type { FrozenSet } from '../certificate/requirement-sets.ts';
import { scoredCases } from '../certificate/scored-cases.ts';
import { admittedBy, judgingProfile } from '../profile/statement.ts';
import type { CaseListing } from './events.ts';
import { mutantViews } from './mutant-views.ts';
import type { Plan } from './plan.ts';

/** What a record needs beyond the plan and what the cases brought. */
export interface RecordParts {
  readonly plan: Omit<Plan, 'workspace'>;
  readonly subject: readonly SubjectView[];
  /** What the device declares, beside what was seen of it. */
  readonly statement?: StatementView | undefined;
  readonly muster: string;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly command: string;
  readonly strict: boolean;
  readonly shard?: ShardView | undefined;
  readonly baseline?: Baseline | undefined;
  /** Ids of every case that there is, as far as the baseline needs them. */
  readonly known?: ReadonlySet<string> | undefined;
  /** Of a certification. */
  readonly requirementSet?: FrozenSet | undefined;
  /** What the cases were seen to catch. */
  readonly matrix?: MutationMatrix | undefined;
  readonly status: RunStatus;
  readonly listed: readonly CaseListing[];
  readonly cases: readonly CaseRecord[];
}

/** A run's record. A case that was listed and never ended is an error of the bench, not forgotten. */
export function makeRecord(parts: RecordParts): { readonly record: RunRecord; readonly exitCode: number } {
  const { plan, listed, status, strict, baseline } = parts;
  const ended = Map.groupBy(parts.cases, ({ id }) => id);
  const played = listed.flatMap((listing) => repetitionsOf(listing, ended.get(listing.id) ?? [], parts));
  // Before the end nobody asks which cases there are.
  const known =
    parts.known ?? (status === 'incomplete' ? new Set(baseline?.entries.map(({ caseId }) => caseId)) : undefined);
  const held = baseline && heldAgainst(baseline, played, { day: dayOf(parts.startedAt), known });
  const all = [...Map.groupBy(held?.cases ?? played, ({ id }) => id).values()].flatMap((each) => repeated(each) ?? []);
  const stale = held?.stale;
  const profile = profileView(judgingProfile(plan.profile, plan.statement), parts.statement);
  const { cases, requirementSet } = scoredCases(parts.requirementSet, plan, profile, all);
  const { verdict, reasons, counts, exitCode } = judgeRun(cases, { strict, status, stale, requirementSet });
  const record: RunRecord = {
    schemaVersion: 1,
    status,
    verdict,
    reasons,
    counts,
    profile,
    seed: plan.seed,
    subject: parts.subject,
    muster: parts.muster,
    startedAt: parts.startedAt.toISOString(),
    durationMs: Math.round(parts.durationMs),
    command: parts.command,
    ...(parts.shard ? { shard: parts.shard } : {}),
    ...(baseline && stale ? { baseline: { file: baseline.file, digest: baseline.digest, stale } } : {}),
    ...(requirementSet ? { requirementSet } : {}),
    cases,
    requirements: requirementsOf(parts, cases),
    mutants: parts.matrix ? withMatrix(mutantViews(cases), cases, parts.matrix) : mutantViews(cases),
  };
  return { record, exitCode };
}

/** The day of a moment in UTC, as 2027-03-31. */
export function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

/** All of them: one that never ended is an error, beside those that did. */
function repetitionsOf(
  listing: CaseListing,
  ended: readonly CaseRecord[],
  { plan, status }: RecordParts,
): CaseRecord[] {
  const missing = Math.max(0, (plan.repeat ?? 1) - ended.length);
  return [
    ...ended.map((one) => admitted(one, plan)),
    ...Array.from({ length: missing }, () => unfinished(listing, status)),
  ];
}

/** A case that the bench found to be out of reach, with the line that admits it. */
function admitted(one: CaseRecord, { statement }: RecordParts['plan']): CaseRecord {
  const profileLine = one.verdict === 'not-applicable' ? (one.profileLine ?? admittedBy(statement, one.id)) : undefined;
  return profileLine === undefined ? one : { ...one, profileLine };
}

function unfinished(listing: CaseListing, status: RunStatus): CaseRecord {
  const reason = status === 'incomplete' ? 'The run was over before this case ended.' : 'The case never ended.';
  return { ...listing, verdict: 'error', reason, durationMs: 0 };
}

/** The part of the catalogue that this run is about: that of its roles, or of the cases that were picked; as a set has frozen it. */
function requirementsOf({ plan, requirementSet }: RecordParts, cases: readonly CaseRecord[]): RequirementView[] {
  const named = new Set(cases.flatMap(({ requirements }) => requirements));
  const frozen = new Map(requirementSet?.set.requirements.map((one) => [one.id, one]));
  const catalogue = requirementViews();
  const known = new Set(catalogue.map(({ id }) => id));
  return [...catalogue, ...[...frozen.values()].filter(({ id }) => !known.has(id))]
    .filter(({ id, role }) => {
      if (plan.cases || (requirementSet && !frozen.has(id))) return named.has(id);
      return named.has(id) || role === 'both' || (role === 'device' ? plan.device : plan.server) !== undefined;
    })
    .map((one) => frozen.get(one.id) ?? one);
}

/** The whole catalogue, as a record has it. */
export function requirementViews(): RequirementView[] {
  return allRequirements().map(({ id, role, level, sentence, quote, citation, untested }) => ({
    id,
    role,
    level,
    sentence,
    citation,
    ...(quote === undefined ? {} : { quote }),
    ...(untested === undefined ? {} : { untested }),
  }));
}

/** What the profile decides where the publication is silent: a report prints it. */
export function profileView(profile: CryptoProfile, statement: StatementView | undefined): ProfileView {
  const { id, insecure, minimumRsaBits, curves, signatures, tls, retrieveNonce, clockSkewSeconds } = profile;
  return {
    id,
    insecure,
    choices: [
      { line: 'keys', choice: `RSA of ${minimumRsaBits} bits and up; ${curves.join(', ')}` },
      { line: 'signatures', choice: signatures.join(', ') },
      { line: 'TLS', choice: `${tls.minVersion} to ${tls.maxVersion}` },
      { line: 'nonce of retrieve', choice: retrieveNonce === 'any' ? 'may be its own' : 'that of the request' },
      ...policiesOf(profile),
      { line: 'clock skew', choice: `at most ${clockSkewSeconds} s when dates of certificates are judged` },
    ],
    ...(statement ? { statement } : {}),
  };
}
