import pg from 'pg';
import { MusterError } from '#protocol/errors.ts';
import { forPostgres, migrations } from './migrations.ts';
import { told } from './postgres-errors.ts';

const connectTimeoutMs = 15_000;
/** The key of the lock under which one process at a time looks after the schema. */
const migrationLock = 0x6d75_7374;

/**
 * Brings the schema to this version, however long that takes. Processes that start at once do it one after the other.
 * @throws MusterError settings-invalid, database-unavailable
 */
export async function migratePostgres(url: string, where: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectTimeoutMs, keepAlive: true });
  // What is lost is told where it is used.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('BEGIN');
    await expectUtf8(client, where);
    await client.query('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
    await client.query('CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)');
    const { rows } = await client.query<{ version: string }>('SELECT version FROM schema_version');
    const found = Number(rows[0]?.version ?? 0);
    if (found > migrations.length) {
      throw new MusterError(
        'settings-invalid',
        `${where}: its schema is version ${found}, this Muster knows up to ${migrations.length}: use the newer Muster, or another database.`,
      );
    }
    for (const migration of migrations.slice(found)) await client.query(forPostgres(migration));
    await client.query('DELETE FROM schema_version');
    await client.query('INSERT INTO schema_version VALUES ($1)', [migrations.length]);
    await client.query('COMMIT');
  } catch (thrown) {
    throw thrown instanceof MusterError ? thrown : told(thrown, where);
  } finally {
    await client.end().catch(() => {});
  }
}

async function expectUtf8(client: pg.Client, where: string): Promise<void> {
  const { rows } = await client.query<{ server_encoding: string }>('SHOW server_encoding');
  const seen = rows[0]?.server_encoding;
  if (seen === 'UTF8') return;
  const advice = 'createdb -E UTF8 -T template0 NAME makes one';
  throw new MusterError('settings-invalid', `${where}: the encoding UTF8 is expected, seen ${seen}: ${advice}.`);
}
