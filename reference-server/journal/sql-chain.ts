import type { Database, Row, Sql, SqlValue } from '../store/database.ts';
import { lock } from '../store/sql-records.ts';
import { beginning, type ChainedFields, hashOf, type JournalVerdict } from './journal.ts';

const rowsOfStatement = 50;
const rowsOfPage = 1_000;

/** An entry that has no place in the chain yet. */
export type LooseEntry = Pick<ChainedFields, 'at' | 'name' | 'device' | 'body'>;

/** The end of the chain, or where it begins since older entries were removed: two rows of `facts`. */
interface Link {
  readonly number: number;
  readonly hash: string;
}

/**
 * Writes entries at the end. Servers on one database wait here for one another. `oldest`: what is older is removed first,
 * and the entry that `removedUpTo` gives says so; a tenth of the time at once, so that it is not said each time.
 */
export async function extendChain(
  sql: Sql,
  dialect: Database['dialect'],
  entries: readonly LooseEntry[],
  removal?: { readonly oldest: number; readonly slackMs: number; readonly removedUpTo: (number: number) => LooseEntry },
): Promise<void> {
  await lock(sql, dialect, 'journal');
  const removed = removal && (await removeBefore(sql, removal.oldest, removal.slackMs));
  const all = removal && removed !== undefined ? [removal.removedUpTo(removed), ...entries] : entries;
  let { number, hash } = await linkOf(sql, 'journal-end');
  const rows = all.map((entry): readonly SqlValue[] => {
    const previous = hash;
    number += 1;
    hash = hashOf(previous, { ...entry, number });
    return [number, entry.at, entry.name, entry.device, entry.body, hash, previous];
  });
  for (let first = 0; first < rows.length; first += rowsOfStatement) {
    const some = rows.slice(first, first + rowsOfStatement);
    const places = some.map(() => '(?, ?, ?, ?, ?, ?, ?)').join(', ');
    await sql.run(
      `INSERT INTO journal (number, at, name, device, body, hash, previous) VALUES ${places}`,
      ...some.flat(),
    );
  }
  await setLink(sql, 'journal-end', { number, hash });
}

/** Returns the number of the last one that was removed. */
async function removeBefore(sql: Sql, oldest: number, slackMs: number): Promise<number | undefined> {
  const first = await sql.get('SELECT at FROM journal ORDER BY number LIMIT 1');
  if (first === undefined || Number(first.at) > oldest - slackMs) return undefined;
  const last = await sql.get(
    'SELECT number, hash FROM journal WHERE number = (SELECT max(number) FROM journal WHERE at < ?)',
    oldest,
  );
  const link = { number: Number(last?.number), hash: String(last?.hash) };
  await sql.run('DELETE FROM journal WHERE number <= ?', link.number);
  await setLink(sql, 'journal-start', link);
  return link.number;
}

/** Page by page, so that nobody waits for it. */
export async function verifyChain(database: Database): Promise<JournalVerdict> {
  const start = await database.atomically((sql) => linkOf(sql, 'journal-start'));
  let { number, hash } = start;
  const verdict = (broken?: number): JournalVerdict => ({
    entries: number - start.number,
    ...(broken === undefined ? {} : { broken }),
    head: hash,
  });
  // What stands before the beginning is no part of the chain either.
  for (let after = Number.MIN_SAFE_INTEGER; ; after = number) {
    const [rows, end] = await database.atomically(async (sql) => [
      await sql.all('SELECT * FROM journal WHERE number > ? ORDER BY number LIMIT ?', after, rowsOfPage),
      await linkOf(sql, 'journal-end'),
    ]);
    for (const row of rows) {
      const fields = fieldsOf(row);
      const holds = fields.number === number + 1 && row.previous === hash && row.hash === hashOf(hash, fields);
      if (!holds) return verdict(number + 1);
      number = fields.number;
      hash = String(row.hash);
    }
    if (rows.length === rowsOfPage) continue;
    // Entries that are missing at the end leave no gap.
    return verdict(end.number === number && end.hash === hash ? undefined : number + 1);
  }
}

async function linkOf(sql: Sql, name: string): Promise<Link> {
  const known = await sql.get('SELECT value FROM facts WHERE name = ?', name);
  const [number = '0', hash = beginning] = known === undefined ? [] : String(known.value).split(' ');
  return { number: Number(number), hash };
}

async function setLink(sql: Sql, name: string, { number, hash }: Link): Promise<void> {
  await sql.run(
    'INSERT INTO facts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    ...[name, `${number} ${hash}`],
  );
}

function fieldsOf(row: Row): ChainedFields {
  return {
    number: Number(row.number),
    at: Number(row.at),
    name: String(row.name),
    device: row.device === null ? null : String(row.device),
    body: String(row.body),
  };
}
