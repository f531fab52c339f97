import type { Clock } from '#protocol/clock.ts';
import { MusterError } from '#protocol/errors.ts';
import { decoyHash, hashPassword, verifyPassword } from '../accounts.ts';
import type { Database, Row, Sql } from '../store/database.ts';
import { type Role, roleFrom } from './role.ts';

export interface Person {
  readonly name: string;
  readonly role: Role;
  /** Milliseconds since 1970. */
  readonly addedAt: number;
  readonly signedInAt?: number;
}

export const passwordLength = { least: 12, most: 256 } as const;

const nameForm = /^[a-z0-9][a-z0-9._@-]{0,63}$/;

/** Who may sign in to the console. Passwords are kept as salted scrypt hashes, as those of the accounts file. */
export class People {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #cost: number | undefined;
  readonly #decoy: string;

  /** `cost` is scrypt's N; a test may take a low one. */
  constructor(database: Database, clock: Clock, cost?: number) {
    this.#database = database;
    this.#cost = cost;
    this.#decoy = decoyHash(cost);
    this.#clock = clock;
  }

  async list(): Promise<readonly Person[]> {
    const rows = await this.#database.atomically((sql) => sql.all('SELECT * FROM people ORDER BY name'));
    return rows.map(personFrom);
  }

  async find(name: string): Promise<Person | undefined> {
    const row = await this.#database.atomically((sql) => sql.get('SELECT * FROM people WHERE name = ?', name));
    return row && personFrom(row);
  }

  /** The person of that name and password. An unknown person takes the same work as a wrong password. */
  async verify(name: string, password: string): Promise<Person | undefined> {
    const row = await this.#database.atomically((sql) => sql.get('SELECT * FROM people WHERE name = ?', name));
    const right = await verifyPassword(password, row ? String(row.password_hash) : this.#decoy);
    return row && right ? personFrom(row) : undefined;
  }

  async signedIn(name: string): Promise<void> {
    const now = this.#clock.now().getTime();
    await this.#database.atomically((sql) => sql.run('UPDATE people SET signed_in_at = ? WHERE name = ?', now, name));
  }

  /** @throws MusterError settings-invalid for a name or a password that cannot be, or a name that is taken */
  async add(name: string, role: Role, password: string): Promise<void> {
    if (!nameForm.test(name)) {
      throw new MusterError(
        'settings-invalid',
        'The name: 1 to 64 lower-case letters, digits and . _ @ - are expected, a letter or digit first.',
      );
    }
    const hash = await this.#hashOf(password);
    const now = this.#clock.now().getTime();
    const added = await this.#database.atomically((sql) =>
      sql.run(
        'INSERT INTO people (name, role, password_hash, added_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
        name,
        role,
        hash,
        now,
      ),
    );
    if (added === 0) throw new MusterError('settings-invalid', `There is a person named ${name} already.`);
  }

  /** @throws MusterError not-found, settings-invalid */
  async setPassword(name: string, password: string): Promise<void> {
    const hash = await this.#hashOf(password);
    await this.#change(name, (sql) => sql.run('UPDATE people SET password_hash = ? WHERE name = ?', hash, name));
  }

  /** @throws MusterError not-found; settings-invalid where no administrator would be left */
  async setRole(name: string, role: Role): Promise<void> {
    await this.#change(name, (sql) => sql.run('UPDATE people SET role = ? WHERE name = ?', role, name));
  }

  /** @throws MusterError not-found; settings-invalid where no administrator would be left */
  async remove(name: string): Promise<void> {
    await this.#change(name, (sql) => sql.run('DELETE FROM people WHERE name = ?', name));
  }

  async #change(name: string, change: (sql: Sql) => Promise<number>): Promise<void> {
    await this.#database.atomically(async (sql) => {
      // Two administrators who remove each other at once stand in a line.
      await sql.run("UPDATE people SET role = role WHERE role = 'administrator'");
      if ((await change(sql)) === 0) throw new MusterError('not-found', `There is no person named ${name}.`);
      if ((await sql.get("SELECT name FROM people WHERE role = 'administrator' LIMIT 1")) === undefined) {
        throw new MusterError('settings-invalid', `${name} is the only administrator, and one must be left.`);
      }
    });
  }

  async #hashOf(password: string): Promise<string> {
    const { least, most } = passwordLength;
    if (password.length < least || password.length > most) {
      throw new MusterError('settings-invalid', `The password: ${least} to ${most} characters are expected.`);
    }
    return hashPassword(password, this.#cost);
  }
}

function personFrom(row: Row): Person {
  const { signed_in_at: signedInAt } = row;
  return {
    name: String(row.name),
    role: roleFrom(String(row.role)) ?? 'viewer',
    addedAt: Number(row.added_at),
    ...(signedInAt === null ? {} : { signedInAt: Number(signedInAt) }),
  };
}
