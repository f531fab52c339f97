/**
 * What one run leaves behind. Every report is a pure function of this record, so it can be rebuilt years later, offline.
 * `run-record.schema.json` says the same for other programs; a test keeps both in step.
 * Secrets are taken out before a record is made: nothing here holds a password or a private key.
 */

/** The verdicts that a case can earn. Only `pass`, `warn`, `not-applicable` and `expected-failure` are good. */
export const caseVerdicts = [
  'pass',
  'fail',
  'warn',
  'unverified',
  'not-applicable',
  'error',
  'expected-failure',
  'unexpected-pass',
] as const;
export type CaseVerdict = (typeof caseVerdicts)[number];

/** The verdicts that a whole run can earn. `incomplete`: it was not over, or clean-up did not succeed. */
export const runVerdicts = ['pass', 'fail', 'inconclusive', 'error', 'incomplete'] as const;
export type RunVerdict = (typeof runVerdicts)[number];

export const runStatuses = ['incomplete', 'complete'] as const;
export type RunStatus = (typeof runStatuses)[number];

export const caseGroups = ['device', 'server', 'property'] as const;
export type CaseGroup = (typeof caseGroups)[number];

/** Who stands on a message ladder. */
export const parties = ['device', 'server', 'hostile server', 'hostile device', 'operator', 'harness'] as const;
export type Party = (typeof parties)[number];

/** How a message travelled; `local` never left the machine (a command, a file, an adapter's answer). */
export const transports = ['cleartext', 'tls', 'local'] as const;
export type Transport = (typeof transports)[number];

/** A name and what was found under it, for people to read. */
export type Field = readonly [name: string, value: string];

/** The one thing that was made wrong on purpose, and where it shows. */
export interface FaultView {
  readonly id: string;
  readonly explanation: string;
  /** Fields, by name, that differ from the good one; a name that is not among the fields is missing on purpose. */
  readonly fields: readonly FaultyField[];
}

export interface FaultyField {
  readonly name: string;
  /** What it says where there is no fault; absent where it is not there then. */
  readonly good?: string;
}

/** One message, decoded. */
export interface MessageView {
  readonly title: string;
  readonly fields: readonly Field[];
  readonly fault?: FaultView;
  /** Head and body as text, redacted. */
  readonly raw?: string;
}

/** One rung of the message ladder. */
export interface LadderEntry {
  /** Milliseconds since the case began. */
  readonly atMs: number;
  readonly from: Party;
  readonly to: Party;
  readonly label: string;
  readonly transport: Transport;
  readonly message?: MessageView;
  readonly note?: string;
}

/** One certificate, field by field, and as PEM. */
export interface CertificateView {
  readonly title: string;
  readonly fields: readonly Field[];
  readonly fault?: FaultView;
  readonly pem: string;
}

/** One TLS connection that a bench saw. */
export interface TlsView {
  /** Milliseconds since the case began. */
  readonly atMs: number;
  readonly fields: readonly Field[];
}

/** A stretch of a case, up to the next: the control, or the one thing that differs from it. */
export interface ChapterView {
  /** Milliseconds since the case began. */
  readonly atMs: number;
  readonly kind: 'control' | 'stimulus';
  readonly title: string;
}

/** What a program printed, or any other text kept as evidence. */
export interface OutputView {
  readonly title: string;
  readonly text: string;
}

/** What was done, what was seen, and everything that shows it. */
export interface Evidence {
  readonly done: readonly string[];
  readonly seen: readonly string[];
  readonly ladder: readonly LadderEntry[];
  readonly chapters?: readonly ChapterView[];
  readonly tls?: readonly TlsView[];
  readonly certificates: readonly CertificateView[];
  readonly outputs: readonly OutputView[];
  /** The same and more as files, for other programs: paths from the folder of the run record. */
  readonly files?: readonly string[];
}

/** One case that ran, or was not applicable. */
export interface CaseRecord {
  /** Permanent and opaque, as `DEV-TLS-014`. */
  readonly id: string;
  /** Moves when the case's behaviour does. */
  readonly version: number;
  /** The requirement as a sentence. */
  readonly title: string;
  readonly group: CaseGroup;
  readonly requirements: readonly string[];
  /** The flawed devices or servers that this case must fail. */
  readonly mutants: readonly string[];
  /** What was accepted before and after, without the one fault. */
  readonly control: string;
  readonly verdict: CaseVerdict;
  /** What proves the verdict; for `unverified`, absent. */
  readonly proof?: string;
  /** Why this verdict; for `unverified` it names the missing proof, for `not-applicable` the line of the profile. */
  readonly reason: string;
  /** Of a case that is not applicable: the line of the profile that excludes it; absent where the subject or the bench cannot. */
  readonly profileLine?: string;
  /** Newer than the requirement set of the run: it ran, and counts neither for nor against the verdict. */
  readonly scored?: false;
  readonly durationMs: number;
  /** Of that, what the device under test took for its verbs. */
  readonly deviceMs?: number;
  /** The entry of the baseline that expects this case to fail. */
  readonly expectation?: ExpectationView;
  /** The verdict of each repetition, where there were several. When they differ the case is flaky, and never good. */
  readonly repetitions?: readonly CaseVerdict[];
  /** Left out of the short form that goes to standard output. */
  readonly evidence?: Evidence;
}

/** The verdicts that a baseline can expect. */
export const baselineFailures = ['fail', 'warn'] as const satisfies readonly CaseVerdict[];
export type BaselineFailure = (typeof baselineFailures)[number];

/** What a baseline says of a case that is expected to fail. */
export interface ExpectationView {
  /** FILE:LINE. */
  readonly entry: string;
  readonly fails: BaselineFailure;
  /** What the case then gives as its reason, `*` for any text; one of them is enough. */
  readonly seen: readonly string[];
  readonly owner: string;
  readonly reason: string;
  /** The last day on which it is expected, as 2027-03-31 (UTC). */
  readonly expires: string;
}

/** What was judged. */
export interface SubjectView {
  readonly role: 'device' | 'server';
  readonly name: string;
  readonly version: string;
  /** A path or a digest. */
  readonly firmware?: string;
  readonly capabilities: readonly string[];
}

/** The profile that ran, and what it decides where the publication is silent. */
export interface ProfileView {
  readonly id: string;
  readonly insecure: boolean;
  readonly choices: readonly { readonly line: string; readonly choice: string }[];
  /** What the vendor declared of the device beyond it. */
  readonly statement?: StatementView;
}

/** An implementation conformance statement, beside what was seen of the device before the run. */
export interface StatementView {
  readonly file: string;
  /** The device or the server that it is of. */
  readonly subject: string;
  /** `discovered` is absent where one meeting shows nothing of it. */
  readonly lines: readonly { readonly line: string; readonly declared: string; readonly discovered?: string }[];
}

/** One requirement of the catalogue, as it stood when the run was made. */
export interface RequirementView {
  readonly id: string;
  readonly role: 'device' | 'server' | 'both';
  readonly level: 'MUST' | 'SHOULD';
  readonly sentence: string;
  /** The publication, verbatim. */
  readonly quote?: string;
  readonly citation: string;
  /** The written reason why no case covers it. */
  readonly untested?: string;
}

/** A device or server with one known flaw, which cases must fail. */
export interface MutantView {
  readonly id: string;
  readonly explanation: string;
  /** Cases that were seen to catch it, of those that ran against it; absent where no matrix was given. */
  readonly caughtBy?: readonly string[];
}

/** A slice of a run: its number from 0, and what has to be there when all are put together. */
export interface ShardView {
  readonly index: number;
  readonly of: number;
  readonly strict: boolean;
  /** The ids of all cases of all shards. */
  readonly cases: readonly string[];
}

/** The expectations that a run was held against. */
export interface BaselineView {
  readonly file: string;
  /** SHA-256 of the file, in hexadecimal. */
  readonly digest: string;
  /** Entries (FILE:LINE) that are not so any more. A case that passes says so itself: `unexpected-pass`. */
  readonly stale: readonly { readonly entry: string; readonly why: string }[];
}

/** Cases of a run that were run again, into the same record. */
export interface RerunView {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly durationMs: number;
  readonly command: string;
  /** Which, and the verdict that each had before. */
  readonly cases: readonly { readonly id: string; readonly was: CaseVerdict }[];
}

/** The frozen requirement set that a certification is by. */
export interface RequirementSetView {
  readonly name: string;
  /** SHA-256 of its file, in hexadecimal. */
  readonly digest: string;
  /** What of the set this run does not judge as it was frozen: a case, or a line of the profile. Such a run is never green. */
  readonly unmet?: readonly { readonly id: string; readonly why: string }[];
}

export interface RunRecord {
  readonly schemaVersion: 1;
  readonly status: RunStatus;
  readonly verdict: RunVerdict;
  readonly reasons: readonly string[];
  /** Of the cases that are scored. */
  readonly counts: Readonly<Record<CaseVerdict, number>>;
  readonly profile: ProfileView;
  readonly seed: number;
  readonly subject: readonly SubjectView[];
  /** The version of Muster. */
  readonly muster: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** The command line, without secrets. */
  readonly command: string;
  /** Absent for a run in one piece, and for one that was put together. */
  readonly shard?: ShardView;
  readonly baseline?: BaselineView;
  /** In their order. The verdicts, the counts and the duration of the record are those after the last of them. */
  readonly reruns?: readonly RerunView[];
  /** Absent: every case of the run is scored, and the run is no certification. */
  readonly requirementSet?: RequirementSetView;
  readonly cases: readonly CaseRecord[];
  readonly requirements: readonly RequirementView[];
  /** What the flaws are that the cases name. */
  readonly mutants?: readonly MutantView[];
}

/** What the device under test took for its verbs, all cases together. */
export function deviceMsOf(cases: readonly CaseRecord[]): number {
  return cases.reduce((sum, { deviceMs = 0 }) => sum + deviceMs, 0);
}
