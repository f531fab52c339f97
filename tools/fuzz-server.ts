/**
 * Prevents: a request, of whatever bytes, that makes the reference server throw, hang, grow, or issue what it must not. The
 * request path runs in this process, without sockets, under structure-aware generated requests. A counterexample is
 * shrunk, and the line that plays it again is printed.
 *
 * node tools/fuzz-server.ts [--minutes 10 | --batches 4] [--seed 20261123]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SqlStore } from '#reference-server/store/sql-store.ts';
import { SqliteDatabase } from '#reference-server/store/sqlite-database.ts';
import { fuzzBatch, inputsOfBatch, openFuzzedServer } from './fuzzed-server/batch.ts';
import { MemoryWatch } from './fuzzed-server/memory-watch.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    batches: { type: 'string', default: '4' },
    seed: { type: 'string', default: '20261123' },
  },
});
const until = values.minutes === undefined ? undefined : performance.now() + Number(values.minutes) * 60_000;
const folder = mkdtempSync(join(tmpdir(), 'muster-fuzzed-'));
const database = SqliteDatabase.open(join(folder, 'muster.db'));
const server = await openFuzzedServer(undefined, new SqlStore(database));
const memory = new MemoryWatch();
let seed = Number(values.seed);
for (let batch = 0; until === undefined ? batch < Number(values.batches) : performance.now() < until; batch++, seed++) {
  const finding = await fuzzBatch(server, seed);
  if (finding !== undefined) {
    console.error(`${finding}\nAgain: node tools/fuzz-server.ts --batches 1 --seed ${seed}`);
    process.exitCode = 1;
    break;
  }
  memory.look();
}
const { requests, issued, slowestMs } = server.counts;
console.log(
  `${requests} requests in batches of ${inputsOfBatch}, ${issued} certificates, slowest ${slowestMs.toFixed(1)} ms; ${memory.summary}`,
);
if (memory.grows) {
  console.error('The memory grows: the last looks are above the first ones by more than a tenth and 8 MiB.');
  process.exitCode = 1;
}
await database.close();
rmSync(folder, { recursive: true });
