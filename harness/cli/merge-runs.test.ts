import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { CaseRecord, RunRecord } from '#reports/run-record.ts';
import { sampleRecord } from '#reports/sample-record.ts';
import { exitCodes } from './exit-codes.ts';
import { MusterInFolder } from './spawned-muster.ts';

let muster: MusterInFolder;
before(async () => {
  muster = await MusterInFolder.create();
  const good = sampleRecord.cases.filter(({ verdict }) => verdict === 'pass');
  assert.ok(good.length >= 2);
  for (const index of [0, 1]) await leaveShard(index, good);
});
after(() => muster.remove());

async function leaveShard(index: number, all: readonly CaseRecord[]): Promise<void> {
  const cases = all.filter((_, at) => at % 2 === index);
  const shard = { index, of: 2, strict: false, cases: all.map(({ id }) => id) };
  const record: RunRecord = { ...sampleRecord, status: 'complete', cases, shard };
  const folder = join(muster.folder, `shard-${index + 1}`);
  const evidence = join(folder, 'evidence', cases[0]?.id ?? '');
  await mkdir(evidence, { recursive: true });
  await writeFile(join(evidence, 'transcript.txt'), `of shard ${index + 1}`);
  await writeFile(join(folder, 'run.json'), JSON.stringify(record));
}

test('muster report merge: shards of a certification are one run, with their evidence; a missing one is inconclusive', async () => {
  const { code, stderr } = await muster.run(['report', 'merge', 'shard-1', 'shard-2']);
  assert.equal(code, exitCodes.good, stderr);
  const out = join(muster.folder, 'muster-report');
  const record = JSON.parse(await readFile(join(out, 'run.json'), 'utf8')) as RunRecord;
  for (const [at, { id }] of record.cases.slice(0, 2).entries()) {
    assert.equal(await readFile(join(out, 'evidence', id, 'transcript.txt'), 'utf8'), `of shard ${at + 1}`);
  }
  const missing = await muster.run(['report', 'merge', 'shard-1', '--out', 'part']);
  assert.equal(missing.code, exitCodes.inconclusive);
  assert.match(missing.stdout, /Shard 2 of 2 is missing/);
  const onto = await muster.run(['report', 'merge', 'shard-1', 'shard-2', '--out', 'shard-1']);
  assert.equal(onto.code, exitCodes.usage, 'a shard is not overwritten by what is made of it');
});
