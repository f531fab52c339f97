import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError } from '#protocol/errors.ts';
import { isOfCase } from '../evidence/evidence-folder.ts';
import { contentOf } from './file-digests.ts';

/** What a certification leaves beside the reports of its run. */
export const packageFiles = {
  page: 'certificate.html',
  set: 'requirement-set.json',
  statement: 'statement.json',
  envelope: 'attestation.dsse.json',
} as const;

/** Neither is in the statement: the one is it, the other is around it. */
export const outsideStatement: ReadonlySet<string> = new Set([packageFiles.statement, packageFiles.envelope]);

/** Takes away the word on an earlier run: the record that it is about is about to be overwritten. */
export async function clearPackage(folder: string): Promise<void> {
  for (const name of Object.values(packageFiles)) await rm(join(folder, name), { force: true });
}

/** What would be certified along, though no run left it. `reports`: what every run leaves. @throws MusterError settings-invalid */
export async function expectOwnFolder(folder: string, reports: readonly string[]): Promise<void> {
  const own = new Set([...reports, ...Object.values(packageFiles)]);
  const { files, strange } = await contentOf(folder).catch(() => ({ files: [], strange: [] }));
  const foreign = [...files.filter((name) => !own.has(name) && !isOfCase(name)), ...strange];
  if (foreign.length === 0) return;
  throw new MusterError(
    'settings-invalid',
    `--out: with --certify a folder without anything else is expected, since every file of it is certified; ${folder} holds ${foreign.slice(0, 3).join(', ')}.`,
  );
}
