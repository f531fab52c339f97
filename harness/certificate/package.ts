import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { statementOf } from '#reports/attestation.ts';
import { renderCertificate } from '#reports/certificate/page.ts';
import type { RunRecord } from '#reports/run-record.ts';
import { contentOf, digestsOf } from './file-digests.ts';
import { outsideStatement, packageFiles } from './package-files.ts';
import type { FrozenSet } from './requirement-sets.ts';

/** Leaves the page for people, the set, and last the statement over every file of the folder. */
export async function leavePackage(folder: string, record: RunRecord, { text }: FrozenSet): Promise<void> {
  await writeFile(join(folder, packageFiles.set), text);
  await writeFile(join(folder, packageFiles.page), renderCertificate(record));
  const statement = statementOf(record, await digestsOf(folder, await signedFiles(folder)));
  if (statement) await writeFile(join(folder, packageFiles.statement), `${JSON.stringify(statement, null, 2)}\n`);
}

/** The files that a statement is over. */
async function signedFiles(folder: string): Promise<string[]> {
  return (await contentOf(folder)).files.filter((name) => !outsideStatement.has(name));
}
