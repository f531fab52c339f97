import type { Clock } from '#protocol/clock.ts';
import type { Database } from '../store/database.ts';

/** Who approves the requests of a group: the server at once, or somebody. */
export type Approval = 'auto' | 'manual';

export interface ApprovalRule {
  readonly group: string;
  readonly approval: Approval;
  readonly setBy: string;
  /** Milliseconds since 1970. */
  readonly setAt: number;
}

/** What administrators decided for whole groups. A group without a rule goes by the server's setting. */
export class ApprovalRules {
  readonly #database: Database;
  readonly #clock: Clock;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  async list(): Promise<readonly ApprovalRule[]> {
    const rows = await this.#database.atomically((sql) => sql.all('SELECT * FROM approval_rules ORDER BY group_name'));
    return rows.map((row) => ({
      group: String(row.group_name),
      approval: row.approval === 'auto' ? 'auto' : 'manual',
      setBy: String(row.set_by),
      setAt: Number(row.set_at),
    }));
  }

  /** Read anew for each request: another server process may have changed it. */
  async of(group: string): Promise<Approval | undefined> {
    const row = await this.#database.atomically((sql) =>
      sql.get('SELECT approval FROM approval_rules WHERE group_name = ?', group),
    );
    return row && (row.approval === 'auto' ? 'auto' : 'manual');
  }

  /** Without an approval the group goes by the server's setting again. What waits already goes on waiting. */
  async set(group: string, approval: Approval | undefined, by: string): Promise<void> {
    const now = this.#clock.now().getTime();
    await this.#database.atomically(async (sql) => {
      await sql.run('DELETE FROM approval_rules WHERE group_name = ?', group);
      if (approval !== undefined) {
        await sql.run(
          'INSERT INTO approval_rules (group_name, approval, set_by, set_at) VALUES (?, ?, ?, ?)',
          group,
          approval,
          by,
          now,
        );
      }
    });
  }
}
