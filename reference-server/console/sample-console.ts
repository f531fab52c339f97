import { randomUUID } from 'node:crypto';
import { ManualClock } from '#protocol/clock.ts';
import type { AuditEvent } from '../audit.ts';
import { CallStore } from '../clearinghouse/call-store.ts';
import { ApprovalRules } from '../enrollment/approval-rules.ts';
import { SqlJournal } from '../journal/sql-journal.ts';
import { createSampleServer } from '../sample-server.ts';
import type { ReferenceServer, ServerParts } from '../server.ts';
import type { ServerOptions } from '../settings.ts';
import type { Database } from '../store/database.ts';
import { SqlStore } from '../store/sql-store.ts';
import { SqliteDatabase } from '../store/sqlite-database.ts';
import { Console } from './console.ts';
import type { Role } from './role.ts';
import { Visitor } from './visitor.ts';

/** Somebody of each role. */
const people = { vic: 'viewer', amy: 'approver', ada: 'administrator' } as const satisfies Record<string, Role>;

export interface SampleConsole {
  readonly server: ReferenceServer;
  readonly webConsole: Console;
  readonly database: Database;
  readonly clock: ManualClock;
  readonly events: readonly { readonly event: AuditEvent; readonly by: string | undefined }[];
  readonly password: string;
  /** A new browser, without a session. */
  visitor(): Visitor;
  /** A browser in which somebody of this role has signed in. */
  signedIn(role: Role): Promise<Visitor>;
  stop(): Promise<void>;
}

/** For tests: the console of a server of the fleet, in memory, where an administrator approves. Nothing listens. */
export async function createSampleConsole(
  options: Partial<ServerOptions> = {},
  parts: ServerParts = {},
): Promise<SampleConsole> {
  const database = SqliteDatabase.open(':memory:');
  const events: { event: AuditEvent; by: string | undefined }[] = [];
  const audit = (event: AuditEvent, by?: string) => void events.push({ event, by });
  const clock = new ManualClock(new Date());
  const rules = new ApprovalRules(database, clock);
  const { server } = await createSampleServer(
    { approval: 'manual', ...options },
    {
      clock,
      store: new SqlStore(database),
      calls: new CallStore(() => database),
      journal: new SqlJournal({ database, clock }),
      audit,
      approvalOf: (group) => rules.of(group),
      ...parts,
    },
  );
  const webConsole = await Console.create({ server, database, rules, clock, port: 0, passwordCost: 2 });
  const password = randomUUID();
  for (const [name, role] of Object.entries(people)) await webConsole.people.add(name, role, password);
  const visitor = (): Visitor => new Visitor(webConsole.app);
  return {
    server,
    webConsole,
    database,
    clock,
    events,
    password,
    visitor,
    signedIn: async (role) => {
      const one = visitor();
      const name = Object.entries(people).find(([, each]) => each === role)?.[0] ?? '';
      await one.signIn(name, password);
      return one;
    },
    stop: async () => {
      await webConsole.stop();
      await server.stop();
      await database.close();
    },
  };
}
