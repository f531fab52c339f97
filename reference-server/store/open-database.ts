import type { Database } from './database.ts';
import { SqliteDatabase } from './sqlite-database.ts';

/** PostgreSQL at the URL; without one, SQLite in that file. @throws MusterError settings-invalid, database-unavailable */
export async function openDatabase(url: string | undefined, path: string): Promise<Database> {
  if (url === undefined) return SqliteDatabase.open(path);
  const { PostgresDatabase } = await import('./postgres-database.ts');
  return PostgresDatabase.open(url);
}
