import { writeFileSync } from 'node:fs';

/** Writes what a bench found as bench-NAME.json, here. */
export function writeResult(name: string, found: Readonly<Record<string, unknown>>): void {
  writeFileSync(`bench-${name}.json`, `${JSON.stringify({ node: process.version, ...found })}\n`);
}
