import type { Role, UsageDetail } from '#protocol/osp/usage.ts';
import type { Database, Row, Sql, SqlValue } from '../store/database.ts';

/** Times are in milliseconds since 1970. */
export interface Authorization {
  /** Decimal; no two have the same. */
  readonly transactionId: string;
  readonly at: number;
  /** The device's configured name, in lower case. */
  readonly device: string;
  readonly group: string;
  readonly calledNumber: string;
  readonly callingNumber?: string;
  /** Configured names, in the order in which they are to be tried. */
  readonly destinations: readonly string[];
  /** Where the request came from, `address:port`. */
  readonly from: string;
}

/** A call detail record: what one device said of one attempt to call one destination. */
export interface UsageRecord {
  /** What makes two records the same. */
  readonly digest: string;
  /** When it came; milliseconds since 1970. */
  readonly at: number;
  /** Who said so. */
  readonly device: string;
  readonly role: Role;
  readonly transactionId: string;
  /** Base64. */
  readonly callId: string;
  readonly calledNumber: string;
  readonly callingNumber?: string;
  /** The address that was called, as the device gave it. */
  readonly destination?: string;
  readonly detail: UsageDetail;
}

/** The last one first. */
export interface CallFilter {
  readonly device?: string;
  /** Milliseconds since 1970, both ends included. */
  readonly from?: number;
  readonly to?: number;
  readonly limit?: number;
  /** A `number` of a listing: only what came before that one. */
  readonly before?: number;
}

/** With its place in the order in which they came. */
export type Listed<T> = T & { readonly number: number };

/** Authorizations and call detail records, in a database whose owner closes it. It is opened when first needed. */
export class CallStore {
  readonly #open: () => Database;
  #database: Database | undefined;

  constructor(open: () => Database) {
    this.#open = open;
  }

  /** @throws what the database throws, when the transaction is known already */
  async addAuthorization(authorization: Authorization): Promise<void> {
    const { transactionId, at, device, calledNumber, ...rest } = authorization;
    await this.#atomically((sql) =>
      sql.run(
        'INSERT INTO authorizations (transaction_id, at, device, called_number, rest) VALUES (?, ?, ?, ?, ?)',
        ...[transactionId, at, device, calledNumber, JSON.stringify(rest)],
      ),
    );
  }

  findAuthorization(transactionId: string): Promise<Authorization | undefined> {
    return this.#atomically(async (sql) => {
      const row = await sql.get('SELECT * FROM authorizations WHERE transaction_id = ?', transactionId);
      return row && authorizationOf(row);
    });
  }

  /** False, and nothing is kept, when the same record is there already. */
  async addUsage(record: UsageRecord): Promise<boolean> {
    const { digest, at, device, transactionId, ...rest } = record;
    const inserted = await this.#atomically((sql) =>
      sql.run(
        'INSERT INTO usage_records (digest, at, device, transaction_id, rest) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
        ...[digest, at, device, transactionId, JSON.stringify(rest)],
      ),
    );
    return inserted === 1;
  }

  listAuthorizations(filter: CallFilter = {}): Promise<readonly Listed<Authorization>[]> {
    return this.#list('authorizations', filter, authorizationOf);
  }

  listUsage(filter: CallFilter = {}): Promise<readonly Listed<UsageRecord>[]> {
    return this.#list('usage_records', filter, usageOf);
  }

  #list<T>(table: string, filter: CallFilter, read: (row: Row) => T): Promise<readonly Listed<T>[]> {
    const { device, from, to, before, limit } = filter;
    const conditions = (
      [
        ['device = ?', device],
        ['at >= ?', from],
        ['at <= ?', to],
        ['number < ?', before],
      ] as const
    ).filter(([, value]) => value !== undefined);
    const where = conditions.length === 0 ? '' : ` WHERE ${conditions.map(([text]) => text).join(' AND ')}`;
    const values = [...conditions.map(([, value]) => value), limit].filter((value) => value !== undefined);
    const text = `SELECT * FROM ${table}${where} ORDER BY number DESC${limit === undefined ? '' : ' LIMIT ?'}`;
    return this.#atomically(async (sql) => {
      const rows = await sql.all(text, ...(values satisfies readonly SqlValue[]));
      return rows.map((row) => ({ ...read(row), number: Number(row.number) }));
    });
  }

  #atomically<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    this.#database ??= this.#open();
    return this.#database.atomically(work);
  }
}

function authorizationOf(row: Row): Authorization {
  return {
    transactionId: String(row.transaction_id),
    at: Number(row.at),
    device: String(row.device),
    calledNumber: String(row.called_number),
    ...(JSON.parse(String(row.rest)) as Omit<Authorization, 'transactionId' | 'at' | 'device' | 'calledNumber'>),
  };
}

function usageOf(row: Row): UsageRecord {
  const rest = JSON.parse(String(row.rest), timesOf) as Omit<UsageRecord, 'digest' | 'at' | 'device' | 'transactionId'>;
  return {
    digest: String(row.digest),
    at: Number(row.at),
    device: String(row.device),
    transactionId: String(row.transaction_id),
    ...rest,
  };
}

/** JSON has no dates. */
function timesOf(name: string, value: unknown): unknown {
  return name.endsWith('Time') && typeof value === 'string' ? new Date(value) : value;
}
