import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#protocol/clock.ts';
import { CallStore } from '#reference-server/clearinghouse/call-store.ts';
import { SqlJournal } from '#reference-server/journal/sql-journal.ts';
import type { ServerParts } from '#reference-server/server.ts';
import { SqlStore } from '#reference-server/store/sql-store.ts';
import { SqliteDatabase } from '#reference-server/store/sqlite-database.ts';

/** What `muster serve` keeps in SQLite, audit log included, in a folder that goes with this process. */
export function durableStore(): Required<Pick<ServerParts, 'store' | 'journal' | 'calls'>> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-load-'));
  const database = SqliteDatabase.open(join(folder, 'muster.db'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return {
    store: new SqlStore(database),
    journal: new SqlJournal({ database, clock: systemClock }),
    calls: new CallStore(() => database),
  };
}
