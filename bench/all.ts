/**
 * Every bench of servers and fleets in turn, each in a process of its own: prints what they print, and ends 1 when one of them
 * broke. (What a certification costs is bench/certify.ts.) Takes some ten minutes; each writes bench-NAME.json here. What a bench needs that is not there (a compiler, PostgreSQL) it says itself.
 *
 * node bench/all.ts
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const benches = ['pki', 'config-file', 'routes', 'store', 'server', 'client', 'memory', 'load'] as const;

const broken: string[] = [];
for (const name of benches) {
  console.log(`\n${name}`);
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, `${name}.ts`)], { stdio: 'inherit' });
  if (status !== 0) broken.push(name);
}
if (broken.length > 0) {
  console.error(`\nThese benches broke: ${broken.join(', ')}.`);
  process.exitCode = 1;
}
