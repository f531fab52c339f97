/**
 * What a whole enrollment costs, and how far that is from the floor: the same enrollment in C on the OpenSSL of this Node
 * (bench/floor), in turns with it, since machines differ and are never idle; the server keeps what it knows in memory, then in
 * SQLite. Rates and CPU times are those of whole runs, the
 * first enrollments included, in which the engine still compiles. Prints ratios, writes bench-load.json.
 *
 * node bench/load.ts [simulators of each run, default 4000] [rounds, default 3]     needs cc and OpenSSL's headers
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadRecord } from '#reports/load-record.ts';
import { median } from './median.ts';
import { writeResult } from './result.ts';

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

function fleet(store: 'memory' | 'sqlite'): Cost {
  const out = mkdtempSync(join(tmpdir(), 'muster-bench-'));
  // A machine that others use, too, may make the generator late: here it is the CPU time that counts.
  const fleetWords = ['load', '--simulators', simulators, '--seed', '20261128', '--store', store];
  const words = [...fleetWords, '--loop-delay', '1h', '--json', '--out', out];
  const { counts, durationMs, generator, target } = JSON.parse(run(process.execPath, [muster, ...words])) as LoadRecord;
  rmSync(out, { recursive: true });
  return {
    perSecond: (counts.ends.enrolled * 1000) / durationMs,
    clientUs: generator.cpuMsEach * 1000,
    serverUs: (target.cpuMsEach ?? Number.NaN) * 1000,
  };
}

const measured = { floor, memory: () => fleet('memory'), durable: () => fleet('sqlite') } as const;
type Turn = Readonly<Record<keyof typeof measured, Cost>>;

const turns: Turn[] = [];
for (let round = 1; round <= rounds; round++) {
  const turn: Partial<Record<keyof typeof measured, Cost>> = {};
  for (const [name, measure] of Object.entries(measured)) {
    const cost = measure();
    turn[name as keyof typeof measured] = cost;
    const [rate, client, server] = [cost.perSecond, cost.clientUs, cost.serverUs].map((number) => number.toFixed(0));
    console.log(`${round}. ${name.padEnd(8)} ${rate?.padStart(6)}/s, client ${client} us, server ${server} us`);
  }
  turns.push(turn as Turn);
}
/** What is wanted of the rate, and of the CPU time of both sides, by the floor's. */
const wanted = { memory: { perSecond: 0.6, clientUs: 1.6, serverUs: 1.6 }, durable: { perSecond: 0.5 } } as const;

const ratios = Object.fromEntries(
  Object.entries(wanted).map(([name, limits]) => {
    const ratio = (of: keyof Cost): number =>
      median(turns.map((turn) => turn[name as keyof typeof wanted][of] / turn.floor[of]));
    const found = { perSecond: ratio('perSecond'), clientUs: ratio('clientUs'), serverUs: ratio('serverUs') };
    const shown = Object.entries(found).map(([of, value]) => {
      const limit = limits[of as keyof typeof limits];
      const bound = limit === undefined ? '' : ` (at ${of === 'perSecond' ? 'least' : 'most'} ${limit})`;
      return `${of === 'perSecond' ? 'rate' : `CPU of the ${of.slice(0, 6)}`} ${value.toFixed(2)}${bound}`;
    });
    console.log(`${name} by the floor: ${shown.join(', ')}`);
    return [name, found];
  }),
);
writeResult('load', { simulators: Number(simulators), turns, ratios });
