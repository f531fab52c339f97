/**
 * What certifying a device costs beside the device's own time: the whole catalogue against the built-in gateway, and
 * against the adapter of openssl and curl, one case after the other (a port that is given keeps it from running side by side) and
 * side by side. The ratio is that of the run to what the device took for its verbs; it should stay below 1.5.
 *
 * node bench/certify.ts
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deviceMsOf, type RunRecord } from '#reports/run-record.ts';
import { writeResult } from './result.ts';

const muster = join(import.meta.dirname, '..', 'harness', 'cli', 'muster.mjs');
const adapter = join(import.meta.dirname, '..', 'examples', 'adapters', 'openssl', 'adapter');

const runs: readonly (readonly [name: string, ...words: string[]])[] = [
  ['built-in gateway'],
  ['openssl and curl, one after the other', '--adapter', adapter, '--http', '15045'],
  ['openssl and curl, side by side', '--adapter', adapter],
];

const ratios: Record<string, number> = {};
for (const [name, ...words] of runs) {
  const out = mkdtempSync(join(tmpdir(), 'muster-bench-'));
  const { status, stderr } = spawnSync(
    process.execPath,
    [muster, 'certify', 'device', '--seed', '20261123', '--out', out, ...words],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`${name}: exit status ${status}\n${stderr}`);
  const { cases, durationMs } = JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')) as RunRecord;
  rmSync(out, { recursive: true });
  const deviceMs = deviceMsOf(cases);
  ratios[name] = durationMs / deviceMs;
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  console.log(
    `${name}: ${cases.length} cases in ${seconds(durationMs)}; the device took ${seconds(deviceMs)}; ratio ${(durationMs / deviceMs).toFixed(2)}`,
  );
}
writeResult('certify', { ratios });
