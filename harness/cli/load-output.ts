import { join } from 'node:path';
import { ensureFolder, replaceTextFile } from '#protocol/text-file.ts';
import { renderLoadHtml } from '#reports/load-html/page.ts';
import type { LoadRecord } from '#reports/load-record.ts';
import { renderLoadSummary } from '#reports/load-terminal.ts';

/** Writes what a load leaves; load.json comes last, so that it speaks for the rest. @throws MusterError settings-invalid */
export async function writeLoad(folder: string, record: LoadRecord, ledger: string): Promise<void> {
  await ensureFolder(folder, 'the folder of the report');
  await replaceTextFile(join(folder, 'ledger.txt'), ledger, 0o600);
  await replaceTextFile(join(folder, 'load.html'), renderLoadHtml(record), 0o644);
  await replaceTextFile(join(folder, 'load.json'), `${JSON.stringify(record)}\n`, 0o644);
}

export function printLoad(record: LoadRecord, folder: string, json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(record)}\n`);
    return;
  }
  const color = process.stdout.isTTY === true && !process.env.NO_COLOR;
  process.stdout.write(`${renderLoadSummary(record, { color, reportPath: join(folder, 'load.html') })}\n`);
}
