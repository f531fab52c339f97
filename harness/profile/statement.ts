import { type CryptoProfile, type ProfileId, profiles } from '#protocol/pki/profiles.ts';
import type { SubjectView } from '#reports/run-record.ts';
import type { StatementLine, StatementWord } from './statement-lines.ts';

/** What a line decides where the publication is silent, by its word. */
const decisions: Readonly<Record<string, Readonly<Record<string, Partial<CryptoProfile>>>>> = {
  'common-name': { refused: { commonNameAsHost: false }, accepted: { commonNameAsHost: true } },
  'expired-anchor': { refused: { expiredAnchor: 'refused' }, accepted: { expiredAnchor: 'taken' } },
  revocation: { checked: { revocation: 'checked' }, unchecked: { revocation: 'not checked' } },
  'unset-clock': { refused: { unsetClock: 'no server is verified' }, accepted: { unsetClock: 'dates are not judged' } },
};

/** What a case takes for granted of a device: with a statement that says otherwise, it is not applicable. */
export type Assumptions = { readonly [Line in StatementLine]?: StatementWord<Line> };

export interface Declared {
  readonly words: readonly string[];
  /** Of the file, from 1; absent in a module, where the name of the line says where it is. */
  readonly line?: number;
}

/** An implementation conformance statement: a profile, and what the vendor declares beyond it. */
export interface Statement {
  /** As it was named on the command line. */
  readonly file: string;
  readonly role: SubjectView['role'];
  /** Whose it is. */
  readonly subject: string;
  readonly profile: ProfileId;
  readonly lines: { readonly [Line in StatementLine]?: Declared };
  /** Ids of cases for which a bench cannot bring the subject to do what they need. It excludes no case that could be judged. */
  readonly outOfReach?: Declared;
}

/** The profile that judges: the built-in one, with what the statement decides otherwise. */
export function judgingProfile(id: ProfileId, statement: Statement | undefined): CryptoProfile {
  const decided = Object.entries(statement?.lines ?? {}).map(([line, { words }]) => decisions[line]?.[words[0] ?? '']);
  return decided.some(Boolean) ? Object.assign({ ...profiles[id] }, ...decided) : profiles[id];
}

/** Is the device told this fingerprint out of band? Not where it fetches the CA certificate over verified TLS alone. */
export function takesFingerprint(statement: Statement | undefined, hash: StatementWord<'fingerprint'>): boolean {
  const { getcacert, fingerprint } = statement?.lines ?? {};
  return getcacert?.words.includes('cleartext') !== false && fingerprint?.words.includes(hash) !== false;
}

/** Why a case is not applicable: in words, and the line that says so. */
export interface Exclusion {
  readonly reason: string;
  readonly profileLine: string;
}

/** The line of the statement by which a case is not applicable; undefined when it is applicable. */
export function excludedBy(statement: Statement | undefined, assumed: Assumptions = {}): Exclusion | undefined {
  for (const [line, word] of Object.entries(assumed) as [StatementLine, string][]) {
    const profileLine = lineIn(statement, line);
    if (profileLine === undefined || statement?.lines[line]?.words.includes(word)) continue;
    return { reason: `${profileLine}; this case is for "${line} ${word}".`, profileLine };
  }
  return undefined;
}

/** A line of a statement in words, with where it stands; undefined when it declares nothing of it. */
export function lineIn(statement: Statement | undefined, line: StatementLine): string | undefined {
  const declared = statement?.lines[line];
  return statement && declared && placeOf(statement, declared, `${line} ${declared.words.join(' ')}`);
}

/** Where the statement admits that a case is out of reach, in words; undefined when it does not. */
export function admittedBy(statement: Statement | undefined, caseId: string): string | undefined {
  const declared = statement?.outOfReach;
  if (!statement || !declared?.words.includes(caseId)) return undefined;
  return placeOf(statement, declared, `out-of-reach ${caseId}`);
}

function placeOf({ file }: Statement, { line }: Declared, what: string): string {
  return `${file}${line === undefined ? '' : `, line ${line},`} declares "${what}"`;
}
