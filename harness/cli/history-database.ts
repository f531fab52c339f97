import { DatabaseSync } from 'node:sqlite';
import { MusterError, messageOf } from '#protocol/errors.ts';
import type { HistoryRun } from '#reports/history.ts';

/** Another program, or a later Muster, is not to take this table for one of its own. */
const form = 1;

/**
 * Adds runs to a history in a SQLite file, which is made when it is not there, and returns all that it holds. A run that it
 * holds already is replaced when its cases ran again. @throws MusterError settings-invalid when it is no such file
 */
export function keptIn(path: string, runs: readonly HistoryRun[]): HistoryRun[] {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 10_000 });
    prepare(database, path);
    const put = database.prepare(
      `INSERT INTO run (id, started_at, reruns, json) VALUES (?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET reruns = excluded.reruns, json = excluded.json WHERE excluded.reruns > run.reruns`,
    );
    database.exec('BEGIN IMMEDIATE');
    for (const run of runs) put.run(run.id, run.startedAt, run.reruns, JSON.stringify(run));
    database.exec('COMMIT');
    const rows = database.prepare('SELECT json FROM run ORDER BY started_at, id').all();
    return rows.map(({ json }) => JSON.parse(String(json)) as HistoryRun);
  } catch (cause) {
    if (cause instanceof MusterError) throw cause;
    throw new MusterError('settings-invalid', `${path}: expected the SQLite file of a history; ${messageOf(cause)}.`, {
      cause,
    });
  } finally {
    database?.close();
  }
}

function prepare(database: DatabaseSync, path: string): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  if (version === form) return;
  if (version !== 0 || tables.length > 0) {
    const seen = version === 0 ? `the table ${String(tables[0]?.name)}` : `version ${version}`;
    throw new MusterError(
      'settings-invalid',
      `${path}: expected a history of version ${form}, or a new file; seen ${seen}.`,
    );
  }
  database.exec(
    `CREATE TABLE run (id TEXT PRIMARY KEY, started_at TEXT NOT NULL, reruns INTEGER NOT NULL, json TEXT NOT NULL) STRICT;
     PRAGMA user_version = ${form};`,
  );
}
