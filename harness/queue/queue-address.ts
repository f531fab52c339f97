import pg from 'pg';
import { MusterError } from '#protocol/errors.ts';

/** Where a queue is. `place` is for messages: it has neither user nor password. */
export interface QueueAddress {
  readonly kind: 'postgres' | 'redis';
  readonly url: string;
  readonly place: string;
}

const expected =
  'postgres://USER@HOST:PORT/NAME, redis://HOST:PORT/N or rediss://… (TLS) is expected, with / ? # @ : in a password percent-encoded';

/** PostgreSQL or Redis, by the scheme of the URL. @throws MusterError settings-invalid; it shows no password */
export function queueAddress(text: string): QueueAddress {
  const scheme = /^[a-z][a-z0-9+.-]*(?=:\/\/)/i.exec(text)?.[0].toLowerCase();
  if (scheme === 'postgres' || scheme === 'postgresql') return { kind: 'postgres', url: text, place: postgresAt(text) };
  if (scheme === 'redis' || scheme === 'rediss') return { kind: 'redis', url: text, place: redisAt(text) };
  throw refused(scheme === undefined ? 'no scheme' : `the scheme «${scheme}»`);
}

function postgresAt(text: string): string {
  try {
    const { host, port, database } = new pg.Client({ connectionString: text });
    return `PostgreSQL at ${host}:${port}, database ${database}`;
  } catch {
    // The cause may hold the URL.
    throw refused('a URL of PostgreSQL that cannot be read');
  }
}

function redisAt(text: string): string {
  if (!URL.canParse(text)) throw refused('a URL of Redis that cannot be read');
  const { hostname, port, pathname, search } = new URL(text);
  if (hostname === '' || search !== '' || !/^\/?\d*$/.test(pathname)) throw refused('a URL of Redis with other parts');
  return `Redis at ${hostname}:${port || 6379}, database ${pathname.slice(1) || 0}`;
}

function refused(seen: string): MusterError {
  return new MusterError('settings-invalid', `${expected}; seen ${seen}.`);
}
