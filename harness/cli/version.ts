import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/** The version of Muster, as its package says. */
export function musterVersion(): string {
  const text = readFileSync(findPackageJSON(import.meta.url) ?? '', 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
