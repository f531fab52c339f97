import { cp } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { MusterError, messageOf } from '#protocol/errors.ts';
import { readTextFile } from '#protocol/text-file.ts';
import type { RunRecord } from '#reports/run-record.ts';
import { renderSummary } from '#reports/terminal.ts';
import { caseFolders, clearCaseFolders } from '../evidence/evidence-folder.ts';
import { leave } from '../runner/certification.ts';
import { mergeRuns } from '../runner/merge.ts';

/** Puts the shards of a certification together, with the evidence of their cases. @throws MusterError not-found, settings-invalid */
export async function mergeCertification(folders: readonly string[], out: string, json: boolean): Promise<void> {
  const shards = await Promise.all(folders.map(async (name) => ({ name, record: await readRun(name) })));
  const merged = mergeRuns(shards);
  if (!merged) throw new MusterError('settings-invalid', 'At least one folder of a shard is expected.');
  const { record, exitCode } = merged;
  if (folders.some((folder) => resolve(folder) === resolve(out)))
    throw new MusterError(
      'settings-invalid',
      `--out: a folder other than those of the shards is expected, seen ${out}.`,
    );
  await clearCaseFolders(out);
  for (const folder of folders)
    for (const name of await caseFolders(folder)) await cp(join(folder, name), join(out, name), { recursive: true });
  await leave(out, record, ['report.html', 'junit.xml', 'run.json']);
  if (json) {
    const cases = record.cases.map(({ evidence: _evidence, ...rest }) => rest);
    process.stdout.write(`${JSON.stringify({ ...record, cases })}\n`);
  } else {
    const color = process.stdout.isTTY === true && !process.env.NO_COLOR;
    const reportPath = join(out, 'report.html');
    process.stdout.write(`${renderSummary(record, { color, reportPath, columns: process.stdout.columns ?? 100 })}\n`);
  }
  process.exitCode = exitCode;
}

async function readRun(folder: string): Promise<RunRecord> {
  const path = join(folder, 'run.json');
  const text = await readTextFile(path, 'the record of a run (the --out of muster certify)');
  let record: Partial<RunRecord>;
  try {
    record = Object(JSON.parse(text)) as Partial<RunRecord>;
  } catch (cause) {
    throw new MusterError('settings-invalid', `${path}: expected the record of a run; ${messageOf(cause)}.`, { cause });
  }
  if (record.schemaVersion === 1 && record.cases && record.shard) return record as RunRecord;
  throw new MusterError(
    'settings-invalid',
    `${path}: expected the record of a shard (muster certify --shard i/n), schemaVersion 1; seen schemaVersion ${record.schemaVersion}${record.shard ? '' : ', a run in one piece'}.`,
  );
}
