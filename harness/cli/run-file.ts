import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError, messageOf } from '#protocol/errors.ts';
import { readTextFile } from '#protocol/text-file.ts';
import type { RunRecord } from '#reports/run-record.ts';

/** The record of a run: its file, or the folder that holds it as run.json. @throws MusterError not-found, settings-invalid */
export async function readRunRecord(place: string): Promise<RunRecord> {
  const isFolder = await stat(place).then(
    (found) => found.isDirectory(),
    () => !place.endsWith('.json'),
  );
  const path = isFolder ? join(place, 'run.json') : place;
  return runRecordOf(await readTextFile(path, 'the record of a run (run.json in the --out of muster certify)'), path);
}

/** @throws MusterError settings-invalid */
function runRecordOf(text: string, path: string): RunRecord {
  let record: Partial<Record<keyof RunRecord, unknown>>;
  try {
    record = Object(JSON.parse(text)) as typeof record;
  } catch (cause) {
    throw new MusterError('settings-invalid', `${path}: expected the record of a run; ${messageOf(cause)}.`, { cause });
  }
  if (record.schemaVersion === 1 && Array.isArray(record.cases) && Array.isArray(record.subject))
    return record as unknown as RunRecord;
  throw new MusterError(
    'settings-invalid',
    `${path}: expected the record of a run, schemaVersion 1 with cases; seen schemaVersion ${String(record.schemaVersion)}.`,
  );
}
