import pg from 'pg';
import { MusterError, messageOf } from '#protocol/errors.ts';

/** By SQLSTATE (PostgreSQL, Appendix A): what the URL leads to has to be otherwise. */
const refusals: Readonly<Record<string, string>> = {
  '28P01': 'the password belongs into PGPASSWORD, into ~/.pgpass or, percent-encoded, into the URL',
  28000: 'pg_hba.conf has to let this user in',
  '3D000': 'createdb makes it',
  '42501': 'this user has to be allowed to make tables there',
};

/** By its class: connection, resources, locks, an operator or a time-out, the machine. */
const outages: ReadonlySet<string> = new Set(['08', '53', '55', '57', '58']);

/** Serialization failure, deadlock: nothing is wrong but that another transaction was in the way. */
export function isCollision(thrown: unknown): boolean {
  return thrown instanceof pg.DatabaseError && (thrown.code === '40001' || thrown.code === '40P01');
}

/**
 * What the driver threw, for the operator. What does not come from PostgreSQL is a connection that broke, or could not be
 * had. `where`: `PostgreSQL at HOST:PORT, database NAME`; no message holds a password.
 */
export function told(thrown: unknown, where: string, outcome = 'nothing was stored'): unknown {
  const [message] = messageOf(thrown).split('\n');
  const unavailable = (): MusterError =>
    new MusterError('database-unavailable', `${where}: ${message || nameOf(thrown)}; ${outcome}.`);
  if (!(thrown instanceof pg.DatabaseError)) return unavailable();
  const { code = '' } = thrown;
  const advice = refusals[code];
  if (advice !== undefined) return new MusterError('settings-invalid', `${where}: ${message}: ${advice}.`);
  return outages.has(code.slice(0, 2)) ? unavailable() : thrown;
}

/** An attempt at several addresses fails without a message. */
function nameOf(thrown: unknown): string {
  const { code } = Object(thrown) as { code?: unknown };
  return typeof code === 'string' ? code : 'unknown error';
}
