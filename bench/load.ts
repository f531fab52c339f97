/**
 * What a whole enrollment costs, and how far that is from the floor: the same enrollment in C on the OpenSSL of this Node
 * (bench/floor), in turns with it, since machines differ and are never idle. Rates and CPU times are those of whole runs, the
 * first enrollments included, in which the engine still compiles. Prints ratios, writes bench-load.json.
 *
 * node bench/load.ts [simulators of each run, default 4000] [rounds, default 3]     needs cc and OpenSSL's headers
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadRecord } from '#reports/load-record.ts';
import { median } from './median.ts';

const simulators = process.argv[2] ?? '4000';
const rounds = Number(process.argv[3] ?? 3);
const muster = join(import.meta.dirname, '..', 'harness', 'cli', 'muster.mjs');
const floorScript = join(import.meta.dirname, 'floor', 'floor.sh');

/** Of one enrollment; CPU in microseconds. */
interface Cost {
  readonly perSecond: number;
  readonly clientUs: number;
  readonly serverUs: number;
}

function run(command: string, words: readonly string[], env: Record<string, string> = {}): string {
  const { status, stdout, stderr } = spawnSync(command, words, { encoding: 'utf8', env: { ...process.env, ...env } });
  if (status !== 0) throw new Error(`${command} ${words.join(' ')}: exit status ${status}\n${stderr}`);
  return stdout;
}

function floor(): Cost {
  const text = run('bash', [floorScript, '500'], { NODE: process.execPath });
  const runs = [...text.matchAll(/(\d+)\/s wall; client (\d+) us .*?server (\d+) us/g)];
  const of = (group: number): number => median(runs.map((found) => Number(found[group])));
  return { perSecond: of(1), clientUs: of(2), serverUs: of(3) };
}

function fleet(): Cost {
  const out = mkdtempSync(join(tmpdir(), 'muster-bench-'));
  // A machine that others use, too, may make the generator late: here it is the CPU time that counts.
  const words = [
    'load',
    '--simulators',
    simulators,
    '--seed',
    '20261128',
    '--loop-delay',
    '1h',
    '--json',
    '--out',
    out,
  ];
  const { counts, durationMs, generator, target } = JSON.parse(run(process.execPath, [muster, ...words])) as LoadRecord;
  rmSync(out, { recursive: true });
  return {
    perSecond: (counts.ends.enrolled * 1000) / durationMs,
    clientUs: generator.cpuMsEach * 1000,
    serverUs: (target.cpuMsEach ?? Number.NaN) * 1000,
  };
}

const turns: { readonly floor: Cost; readonly fleet: Cost }[] = [];
for (let round = 1; round <= rounds; round++) {
  const turn = { floor: floor(), fleet: fleet() };
  turns.push(turn);
  for (const [name, { perSecond, clientUs, serverUs }] of Object.entries(turn)) {
    console.log(
      `${round}. ${name.padEnd(6)} ${perSecond.toFixed(0).padStart(6)}/s, client ${clientUs.toFixed(0)} us, server ${serverUs.toFixed(0)} us`,
    );
  }
}
const ratio = (of: keyof Cost): number => median(turns.map((turn) => turn.fleet[of] / turn.floor[of]));
const ratios = { rate: ratio('perSecond'), client: ratio('clientUs'), server: ratio('serverUs') };
console.log(
  `the fleet by the floor: rate ${ratios.rate.toFixed(2)} (at least 0.6), client CPU ${ratios.client.toFixed(2)} (at most 1.6), server CPU ${ratios.server.toFixed(2)} (at most 1.6)`,
);
writeFileSync(
  'bench-load.json',
  `${JSON.stringify({ node: process.version, simulators: Number(simulators), turns, ratios })}\n`,
);
