import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError, messageOf } from '#protocol/errors.ts';
import { renderCtrf } from '#reports/ctrf.ts';
import { renderHtml } from '#reports/html/page.ts';
import { renderJunit } from '#reports/junit.ts';
import type { RunRecord } from '#reports/run-record.ts';
import { renderSarif } from '#reports/sarif.ts';

/** What a run leaves in its folder. The record is the last, since it says whether the run is complete. */
const reports: Readonly<Record<string, (record: RunRecord) => string>> = {
  'report.html': renderHtml,
  'junit.xml': renderJunit,
  'ctrf.json': renderCtrf,
  'findings.sarif': renderSarif,
  'run.json': (record) => `${JSON.stringify(record, null, 2)}\n`,
};

/** Beside the folders of the cases. */
export const reportNames: readonly string[] = Object.keys(reports);

/** A folder that cannot be made is told before anything runs. @throws MusterError settings-invalid */
export async function makeReportFolder(folder: string): Promise<void> {
  await written(() => mkdir(folder, { recursive: true }));
}

/**
 * Writes every report of a run; of one that is not over, the record first: what an earlier run left there must not be
 * taken for the word on this one. @throws MusterError settings-invalid when the folder cannot be written
 */
export async function leaveReports(folder: string, record: RunRecord): Promise<void> {
  await makeReportFolder(folder);
  const files = Object.entries(reports);
  for (const [file, render] of record.status === 'complete' ? files : files.toReversed())
    await written(() => writeFile(join(folder, file), render(record)));
}

async function written(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    throw new MusterError('settings-invalid', `The reports cannot be written: ${messageOf(cause)}.`, { cause });
  }
}
