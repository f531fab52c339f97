import { MusterError, messageOf } from '#protocol/errors.ts';
import { readTextFile } from '#protocol/text-file.ts';
import type { LoadRecord } from '#reports/load-record.ts';

/** @throws MusterError not-found, settings-invalid */
export async function readLoadRecord(path: string): Promise<LoadRecord> {
  const text = await readTextFile(path, 'the record of a load (the --out of muster load)');
  let record: Partial<LoadRecord>;
  try {
    record = Object(JSON.parse(text)) as Partial<LoadRecord>;
  } catch (cause) {
    throw new MusterError('settings-invalid', `${path}: expected the record of a load; ${messageOf(cause)}.`, {
      cause,
    });
  }
  if (record.schemaVersion === 1 && record.shard && record.ledger && record.steps) return record as LoadRecord;
  throw new MusterError(
    'settings-invalid',
    `${path}: expected the record of a load, schemaVersion 1; seen schemaVersion ${String(record.schemaVersion)}.`,
  );
}
