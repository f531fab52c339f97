import { cp } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { MusterError } from '#protocol/errors.ts';
import type { RunRecord } from '#reports/run-record.ts';
import { clearPackage } from '../certificate/package-files.ts';
import { caseFolders, clearCaseFolders } from '../evidence/evidence-folder.ts';
import { mergeRuns } from '../runner/merge.ts';
import { leaveReports } from '../runner/report-files.ts';
import { GithubJob } from './github-job.ts';
import { readRunRecord } from './run-file.ts';
import { printRun } from './run-output.ts';

/** Puts the shards of a certification together, with the evidence of their cases. @throws MusterError not-found, settings-invalid */
export async function mergeCertification(folders: readonly string[], out: string, json: boolean): Promise<void> {
  const shards = await Promise.all(folders.map(async (name) => ({ name, record: await readShard(name) })));
  const merged = mergeRuns(shards);
  if (!merged) throw new MusterError('settings-invalid', 'At least one folder of a shard is expected.');
  const { record, exitCode } = merged;
  if (folders.some((folder) => resolve(folder) === resolve(out)))
    throw new MusterError(
      'settings-invalid',
      `--out: a folder other than those of the shards is expected, seen ${out}.`,
    );
  await clearCaseFolders(out);
  await clearPackage(out);
  for (const folder of folders)
    for (const name of await caseFolders(folder)) await cp(join(folder, name), join(out, name), { recursive: true });
  await leaveReports(out, record);
  printRun(record, out, json, GithubJob.begun(process.env, process.stderr));
  process.exitCode = exitCode;
}

async function readShard(folder: string): Promise<RunRecord> {
  const record = await readRunRecord(folder);
  if (record.shard) return record;
  throw new MusterError(
    'settings-invalid',
    `${folder}: expected the record of a shard (muster certify --shard i/n), seen a run in one piece.`,
  );
}
