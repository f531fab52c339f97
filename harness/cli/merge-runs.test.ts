import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { RunRecord } from '#reports/run-record.ts';
import { sampleRecord } from '#reports/sample-record.ts';
import { judgeRun } from '#reports/verdict.ts';
import { exitCodes } from './exit-codes.ts';
import { MusterInFolder } from './spawned-muster.ts';

const { baseline: _baseline, ...sample } = sampleRecord;
/** In one piece: what the shards are slices of. */
const whole = sample.cases.filter(({ verdict }) => verdict === 'pass');
const indices = [0, 1, 2];
const names = indices.map((index) => `shard-${index + 1}`);

let muster: MusterInFolder;
before(async () => {
  muster = await MusterInFolder.create();
  for (const index of indices) await leaveShard(index);
});
after(() => muster.remove());

async function leaveShard(index: number): Promise<void> {
  const cases = whole.filter((_, at) => at % indices.length === index);
  const shard = { index, of: indices.length, strict: false, cases: whole.map(({ id }) => id) };
  const record: RunRecord = { ...sample, status: 'complete', cases, shard };
  const folder = join(muster.folder, `shard-${index + 1}`);
  const evidence = join(folder, 'evidence', cases[0]?.id ?? '');
  await mkdir(evidence, { recursive: true });
  await writeFile(join(evidence, 'transcript.txt'), `of shard ${index + 1}`);
  await writeFile(join(folder, 'run.json'), JSON.stringify(record));
}

test('muster report merge: three shards come to the verdicts of one run, with their evidence; a missing one is inconclusive, a doubled one a mistake', async () => {
  const { code, stderr } = await muster.run(['report', 'merge', ...names]);
  assert.equal(code, exitCodes.good, stderr);
  const out = join(muster.folder, 'muster-report');
  const record = JSON.parse(await readFile(join(out, 'run.json'), 'utf8')) as RunRecord;
  const verdictsOf = (cases: RunRecord['cases']) => cases.map(({ id, verdict }) => [id, verdict]);
  assert.deepEqual(verdictsOf(record.cases), verdictsOf(whole));
  assert.equal(record.verdict, judgeRun(whole, { strict: false, status: 'complete' }).verdict);
  for (const index of indices) {
    const { id = '' } = whole[index] ?? {};
    assert.equal(await readFile(join(out, 'evidence', id, 'transcript.txt'), 'utf8'), `of shard ${index + 1}`);
  }
  const missing = await muster.run(['report', 'merge', 'shard-1', 'shard-3', '--out', 'part']);
  assert.equal(missing.code, exitCodes.inconclusive);
  assert.match(missing.stdout, /Shard 2 of 3 is missing/);
  const twice = await muster.run(['report', 'merge', ...names, './shard-2', '--out', 'twice']);
  assert.equal(twice.code, exitCodes.usage, twice.stdout);
  assert.match(twice.stderr, /seen shard 2 of 3 2 times: shard-2, \.\/shard-2/);
  const onto = await muster.run(['report', 'merge', ...names, '--out', 'shard-1']);
  assert.equal(onto.code, exitCodes.usage, 'a shard is not overwritten by what is made of it');
});
