import { readFileSync } from 'node:fs';

/** The version of Muster, as its package says. */
export function musterVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
