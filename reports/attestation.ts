import { firmwareDigest } from './firmware-digest.ts';
import type { CaseRecord, ProfileView, RequirementSetView, RunRecord, SubjectView } from './run-record.ts';
import { subjectName } from './subject-name.ts';
import { type Unproved, unprovedBy } from './unproved.ts';

/** in-toto Attestation Framework, Statement v1: https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
export const statementType = 'https://in-toto.io/Statement/v1';

/** Ours; the number moves when a reader of the one before would misread the next. `certification-statement.schema.json`. */
export const predicateType = 'urn:muster:certification:v1';

/** A digest set of in-toto: SHA-256 in hexadecimal. */
interface Digest {
  readonly sha256: string;
}

/** A file of the run's folder: its path from there, with `/`, and its digest. */
export interface FileDigest {
  readonly name: string;
  readonly digest: Digest;
}

/** What one case brought, as the statement has it; its proof and evidence are in the files. */
export type StatedCase = Pick<
  CaseRecord,
  'id' | 'version' | 'requirements' | 'verdict' | 'reason' | 'profileLine' | 'scored'
>;

/** What the lab says of one subject. */
export interface CertificationPredicate {
  /** Of the whole run; anything but `pass` is a report, and no certificate. */
  readonly verdict: RunRecord['verdict'];
  readonly reasons: readonly string[];
  readonly counts: RunRecord['counts'];
  readonly subject: SubjectView;
  readonly profile: ProfileView;
  readonly requirementSet: Omit<RequirementSetView, 'digest'> & { readonly digest: Digest };
  /** The version of Muster. */
  readonly muster: string;
  readonly seed: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly command: string;
  readonly cases: readonly StatedCase[];
  /** What the run could not prove, and why. */
  readonly unproved: readonly Unproved[];
  /** Every other file of the folder but the envelope. */
  readonly files: readonly FileDigest[];
}

export interface CertificationStatement {
  readonly _type: typeof statementType;
  readonly subject: readonly [FileDigest];
  readonly predicateType: typeof predicateType;
  readonly predicate: CertificationPredicate;
}

/** Why there is no statement of a run; undefined when there can be one. */
export function whyNoStatement({ status, requirementSet, subject }: RunRecord): string | undefined {
  if (status !== 'complete') return 'the run was not over';
  if (!requirementSet) return 'the run was by no requirement set: muster certify --certify';
  const [only] = subject;
  if (!only || subject.length > 1) return `it is about ${subject.length} subjects, and a statement is about one`;
  if (only.firmware === undefined || firmwareDigest(only.firmware) === undefined) return 'the firmware has no digest';
  return undefined;
}

/** The statement of a run with the files that it left; undefined where `whyNoStatement` says why. */
export function statementOf(record: RunRecord, files: readonly FileDigest[]): CertificationStatement | undefined {
  const { requirementSet } = record;
  const [subject] = record.subject;
  const sha256 = firmwareDigest(subject?.firmware ?? '');
  if (whyNoStatement(record) !== undefined || !requirementSet || !subject || sha256 === undefined) return undefined;
  const { verdict, reasons, counts, profile, muster, seed, startedAt, durationMs, command, cases } = record;
  return {
    _type: statementType,
    subject: [{ name: subjectName(subject), digest: { sha256 } }],
    predicateType,
    predicate: {
      verdict,
      reasons,
      counts,
      subject,
      profile,
      requirementSet: { ...requirementSet, digest: { sha256: requirementSet.digest } },
      muster,
      seed,
      startedAt,
      durationMs,
      command,
      cases: cases.map(statedCase),
      unproved: unprovedBy(record),
      files,
    },
  };
}

function statedCase({ id, version, requirements, verdict, reason, profileLine, scored }: CaseRecord): StatedCase {
  return {
    id,
    version,
    requirements,
    verdict,
    reason,
    ...(profileLine === undefined ? {} : { profileLine }),
    ...(scored === undefined ? {} : { scored }),
  };
}
