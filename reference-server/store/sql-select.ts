import type { Row, Sql, SqlValue } from './database.ts';

/** With one `?`. Left out where there is no value. */
type Condition = readonly [text: string, value: SqlValue | undefined];

/** The rows of a table for which every condition holds, in the order, up to the limit. All texts are the program's own. */
export function selectRows(
  sql: Sql,
  table: string,
  conditions: readonly Condition[],
  order: string,
  limit: number | undefined,
): Promise<readonly Row[]> {
  const { where, values } = whereOf(conditions);
  const text = `SELECT * FROM ${table}${where} ORDER BY ${order}`;
  return limit === undefined ? sql.all(text, ...values) : sql.all(`${text} LIMIT ?`, ...values, limit);
}

/** How many rows there are for which every condition holds. */
export async function countRows(sql: Sql, table: string, conditions: readonly Condition[]): Promise<number> {
  const { where, values } = whereOf(conditions);
  const row = await sql.get(`SELECT count(*) AS counted FROM ${table}${where}`, ...values);
  return Number(row?.counted);
}

function whereOf(conditions: readonly Condition[]): { readonly where: string; readonly values: readonly SqlValue[] } {
  const wanted = conditions.flatMap(([text, value]) => (value === undefined ? [] : [{ text, value }]));
  const where = wanted.length === 0 ? '' : ` WHERE ${wanted.map(({ text }) => text).join(' AND ')}`;
  return { where, values: wanted.map(({ value }) => value) };
}
