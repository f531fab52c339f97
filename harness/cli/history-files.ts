import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError } from '#protocol/errors.ts';
import { type HistoryRun, historyRunOf } from '#reports/history.ts';
import { readRunRecord } from './run-file.ts';

/** Deeper than this nobody keeps the folders of runs. */
const mostLevels = 6;

export interface FoundRuns {
  readonly runs: readonly HistoryRun[];
  /** What was left out, with the reason. */
  readonly left: readonly string[];
}

/** Every record of a run in or below the folders. @throws MusterError not-found when a folder is not there */
export async function runsBelow(folders: readonly string[]): Promise<FoundRuns> {
  const runs: HistoryRun[] = [];
  const left: string[] = [];
  for (const folder of folders)
    for (const path of await recordsIn(folder, mostLevels)) {
      try {
        const record = await readRunRecord(path);
        if (record.shard) left.push(`${path}: a slice of a run (muster report merge puts slices together)`);
        else runs.push(historyRunOf(record, path));
      } catch (thrown) {
        if (!(thrown instanceof MusterError)) throw thrown;
        left.push(thrown.message);
      }
    }
  return { runs, left };
}

async function recordsIn(folder: string, levels: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new MusterError('not-found', `${folder}: expected a folder of runs; there is none that can be read.`, {
      cause,
    });
  });
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => a.name.localeCompare(b.name))) {
    const path = join(folder, entry.name);
    if (entry.isFile() && entry.name === 'run.json') found.push(path);
    const isPlace = entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules';
    if (isPlace && levels > 0) found.push(...(await recordsIn(path, levels - 1)));
  }
  return found;
}
