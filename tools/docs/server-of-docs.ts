import { join } from 'node:path';
import type { DocumentedServer, PageSession } from './page-session.ts';

/** What a server that a page starts says of itself: as text, or as JSON. */
export function serverOf(said: string, { folder, server }: PageSession): DocumentedServer {
  if (said.startsWith('{')) {
    const { target, cleartext, anchor, fingerprint } = JSON.parse(said.split('\n', 1)[0] ?? '') as Record<
      string,
      string
    >;
    return {
      tls: target ?? '',
      cleartext: cleartext ?? '',
      anchor: anchor ?? '',
      fingerprint: fingerprint ?? '',
      password: '',
      folder,
    };
  }
  const after = (words: string): string => new RegExp(`^ *${words} +(\\S+)`, 'm').exec(said)?.[1] ?? '';
  const anchor = join(folder, after('trust anchor'));
  return {
    tls: after('TLS URL'),
    cleartext: after('cleartext URL'),
    anchor,
    fingerprint: after('CA SHA-256'),
    // Shown at the first start alone.
    password: after('password') || (server?.password ?? ''),
    folder: join(anchor, '..'),
    console: /^ *(http:\/\/127\.0\.0\.1:\d+\/)$/m.exec(said)?.[1] ?? '',
  };
}
