export type SqlValue = string | number | Uint8Array | null;

/** TEXT is a string, INTEGER a number, BLOB a Uint8Array, NULL null. */
export type Row = Readonly<Record<string, unknown>>;

/** Statements within one transaction, with `?` for each value. */
export interface Sql {
  get(text: string, ...values: SqlValue[]): Promise<Row | undefined>;
  all(text: string, ...values: SqlValue[]): Promise<readonly Row[]>;
  /** Returns how many rows changed. */
  run(text: string, ...values: SqlValue[]): Promise<number>;
}

/** SQLite or PostgreSQL, as far as the server needs them. Statements are those that both understand (`migrations.ts`). */
export interface Database {
  readonly dialect: 'sqlite' | 'postgres';
  /**
   * One transaction: all of the work or none of it, and what it resolved for survives the end of the process. In SQLite
   * one runs at a time, and several may share one commit; in PostgreSQL several do, each statement sees what was committed before it (READ COMMITTED), and
   * the work may run again where it collided with another's. So it does nothing but SQL, and never calls `atomically`.
   */
  atomically<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
