import { MusterError } from '#protocol/errors.ts';
import { firmwareDigest } from '#reports/firmware-digest.ts';
import type { SubjectView } from '#reports/run-record.ts';
import { subjectName } from '#reports/subject-name.ts';
import { firmwareOf } from '../subject/firmware.ts';

/** As `certifiedSubject`, of a subject that was asked. @throws MusterError bench-broken when it said nothing */
export async function certifiedSubjects(
  subjects: readonly SubjectView[],
  silence: string | undefined,
  named: string | undefined,
): Promise<SubjectView[]> {
  if (silence !== undefined) throw new MusterError('bench-broken', `--certify: ${silence}`);
  return Promise.all(subjects.map((subject) => certifiedSubject(subject, named)));
}

/**
 * The subject of a certification, bound to its firmware by a digest. `named`: a file here or a digest, for a subject that
 * does not say it itself. @throws MusterError settings-invalid without a digest, or with two
 */
export async function certifiedSubject(subject: SubjectView, named: string | undefined): Promise<SubjectView> {
  const own = subject.firmware === undefined ? undefined : firmwareDigest(subject.firmware);
  const firmware = named === undefined ? undefined : await firmwareOf(named);
  const given = firmware === undefined ? undefined : firmwareDigest(firmware);
  const name = subjectName(subject);
  if (named !== undefined && given === undefined) {
    throw new MusterError('settings-invalid', `--firmware: a file here or sha256:HEX is expected, seen "${named}".`);
  }
  if (own === undefined && given === undefined) {
    throw new MusterError(
      'settings-invalid',
      `--certify: a certificate is of one firmware, by its digest, and ${name} names none (it says: ${subject.firmware ?? 'nothing'}). ` +
        'Give --firmware FILE or --firmware sha256:HEX, or have the verb "info" of its adapter say it.',
    );
  }
  if (own !== undefined && given !== undefined && own !== given) {
    throw new MusterError(
      'settings-invalid',
      `--firmware: ${name} says that its firmware has SHA-256 ${own}; the one given has ${given}. Certify the one that runs.`,
    );
  }
  return own === undefined && firmware !== undefined ? { ...subject, firmware } : subject;
}
