import { join, relative } from 'node:path';
import type { RunRecord } from '#reports/run-record.ts';
import { renderSummary } from '#reports/terminal.ts';
import type { GithubJob } from './github-job.ts';

/** The end of a certification on standard output: for a person, or as JSON without its evidence; and to GitHub. */
export function printRun(record: RunRecord, out: string, json: boolean, job: GithubJob | undefined): void {
  if (json) {
    const cases = record.cases.map(({ evidence: _evidence, ...rest }) => rest);
    process.stdout.write(`${JSON.stringify({ ...record, cases })}\n`);
  } else {
    const color = process.stdout.isTTY === true && !process.env.NO_COLOR;
    const reportPath = relative('.', join(out, 'report.html'));
    process.stdout.write(`${renderSummary(record, { color, reportPath, columns: process.stdout.columns ?? 100 })}\n`);
  }
  job?.tell(record);
}
