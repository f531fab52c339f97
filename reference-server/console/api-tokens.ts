import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '#protocol/clock.ts';
import { MusterError } from '#protocol/errors.ts';
import type { Database } from '../store/database.ts';
import { type Principal, type Role, roleFrom } from './role.ts';

export interface ApiToken {
  readonly name: string;
  readonly role: Role;
  readonly madeBy: string;
  /** Milliseconds since 1970. */
  readonly madeAt: number;
  readonly usedAt?: number;
}

const nameForm = /^[a-z0-9][a-z0-9._-]{0,63}$/;
/** So that scanners for leaked secrets know one. */
const prefix = 'muster_';
const usedAtEveryMs = 60_000;

/** Tokens of programs that use the API. A token is random and long, so a plain SHA-256 is kept of it, and it is shown once. */
export class ApiTokens {
  readonly #database: Database;
  readonly #clock: Clock;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  async list(): Promise<readonly ApiToken[]> {
    const rows = await this.#database.atomically((sql) => sql.all('SELECT * FROM api_tokens ORDER BY name'));
    return rows.map((row) => ({
      name: String(row.name),
      role: roleFrom(String(row.role)) ?? 'viewer',
      madeBy: String(row.made_by),
      madeAt: Number(row.made_at),
      ...(row.used_at === null ? {} : { usedAt: Number(row.used_at) }),
    }));
  }

  /** Returns the token, which nobody can ask for again. @throws MusterError settings-invalid */
  async make(name: string, role: Role, by: string): Promise<string> {
    if (!nameForm.test(name)) {
      throw new MusterError(
        'settings-invalid',
        'The name: 1 to 64 lower-case letters, digits and . _ - are expected, a letter or digit first.',
      );
    }
    const token = `${prefix}${randomBytes(32).toString('base64url')}`;
    const now = this.#clock.now().getTime();
    const made = await this.#database.atomically((sql) =>
      sql.run(
        'INSERT INTO api_tokens (name, role, hash, made_by, made_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
        name,
        role,
        hashOf(token),
        by,
        now,
      ),
    );
    if (made === 0) throw new MusterError('settings-invalid', `There is a token named ${name} already.`);
    return token;
  }

  /** @throws MusterError not-found */
  async revoke(name: string): Promise<void> {
    const gone = await this.#database.atomically((sql) => sql.run('DELETE FROM api_tokens WHERE name = ?', name));
    if (gone === 0) throw new MusterError('not-found', `There is no token named ${name}.`);
  }

  async holder(token: string): Promise<Principal | undefined> {
    if (!token.startsWith(prefix)) return undefined;
    const now = this.#clock.now().getTime();
    return this.#database.atomically(async (sql) => {
      const row = await sql.get('SELECT name, role, used_at FROM api_tokens WHERE hash = ?', hashOf(token));
      if (row === undefined) return undefined;
      if (now - Number(row.used_at ?? 0) > usedAtEveryMs) {
        await sql.run('UPDATE api_tokens SET used_at = ? WHERE name = ?', now, String(row.name));
      }
      return { name: `token:${row.name}`, role: roleFrom(String(row.role)) ?? 'viewer' };
    });
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
