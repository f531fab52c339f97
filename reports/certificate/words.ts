import { firmwareDigest } from '../firmware-digest.ts';
import type { RunRecord, RunVerdict } from '../run-record.ts';
import { subjectName } from '../subject-name.ts';

interface Words {
  /** Over the name of the subject, and the first word of the title. */
  readonly kind: string;
  /** After the subject: what it did. */
  readonly says: string;
}

const notOne = 'Report of a certification run, which is not a certificate';

const byVerdict: Readonly<Record<RunVerdict, Words>> = {
  pass: {
    kind: 'Certificate of conformance',
    says: 'was judged, and no requirement with MUST was seen to be broken, of all that the set asks for and the profile leaves in.',
  },
  fail: { kind: notOne, says: 'was judged, and was seen to break what the set requires.' },
  inconclusive: {
    kind: notOne,
    says: 'was judged, but what the set requires is not proved whole: it is neither shown to conform nor to fail.',
  },
  error: { kind: notOne, says: 'could not be judged: the bench broke.' },
  incomplete: { kind: notOne, says: 'was not judged to the end.' },
};

export function kindOf({ verdict }: Pick<RunRecord, 'verdict'>): string {
  return byVerdict[verdict].kind;
}

/** The statement in plain words, sentence by sentence. */
export function plainWords(record: RunRecord): readonly string[] {
  const { verdict, subject, profile, requirementSet, counts, startedAt, muster } = record;
  const [one] = subject;
  const name = one ? `The ${one.role} ${subjectName(one)}` : 'The subject';
  const digest = one?.firmware === undefined ? undefined : firmwareDigest(one.firmware);
  const set = requirementSet ? `the requirement set ${requirementSet.name}` : 'no requirement set';
  const newer = record.cases.filter(({ scored }) => scored === false).length;
  return [
    `${name}, with the firmware of SHA-256 ${digest ?? 'unknown'}, ${byVerdict[verdict].says}`,
    `It was judged on ${startedAt.slice(0, 10)} by ${set} under the profile ${profile.id}, with Muster ${muster}.`,
    ...(profile.insecure
      ? [`The profile ${profile.id} admits cryptography that can be broken today: this is no statement about security.`]
      : []),
    ...(counts.warn > 0 ? [`${counts.warn} of its cases found that a SHOULD is not met. They are named below.`] : []),
    ...(counts['not-applicable'] > 0
      ? [`${counts['not-applicable']} of its cases did not apply. They are named below, with what excludes them.`]
      : []),
    ...(newer > 0 ? [`${newer} newer cases were run as well; they count neither for nor against.`] : []),
  ];
}
