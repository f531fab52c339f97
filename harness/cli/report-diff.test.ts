import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { RunRecord } from '#reports/run-record.ts';
import { sampleLoad } from '#reports/sample-load.ts';
import { sampleRecord } from '#reports/sample-record.ts';
import { exitCodes } from './exit-codes.ts';
import { MusterInFolder } from './spawned-muster.ts';

let muster: MusterInFolder;
before(async () => {
  muster = await MusterInFolder.create();
  const worse: RunRecord = {
    ...sampleRecord,
    cases: sampleRecord.cases.map((one) => (one.id === 'DEV-TLS-005' ? { ...one, verdict: 'fail' } : one)),
  };
  await leave('old', 'run.json', sampleRecord);
  await leave('new', 'run.json', worse);
  await leave('load', 'load.json', sampleLoad);
});
after(() => muster.remove());

async function leave(folder: string, file: string, record: object): Promise<void> {
  await mkdir(join(muster.folder, folder), { recursive: true });
  await writeFile(join(muster.folder, folder, file), JSON.stringify(record));
}

test('muster report diff: a regression ends 1, as text, JSON and a page; the way back is no regression; two of a kind are expected', async () => {
  const { code, stdout, stderr } = await muster.run(['report', 'diff', 'old', 'new/run.json', '--html', 'diff.html']);
  assert.equal(code, exitCodes.findings, stderr);
  assert.match(stdout, /DEV-TLS-005 pass → fail/);
  assert.match(await readFile(join(muster.folder, 'diff.html'), 'utf8'), /The second run is worse/);
  const back = await muster.run(['report', 'diff', 'new', 'old', '--json']);
  assert.equal(back.code, exitCodes.good, back.stderr);
  const { worse, changes } = JSON.parse(back.stdout);
  assert.deepEqual([worse, changes.filter(({ kind }: { kind: string }) => kind === 'fixed').length], [false, 1]);
  const loads = await muster.run(['report', 'diff', 'load', 'load/load.json']);
  assert.equal(loads.code, exitCodes.good, loads.stderr);
  const mixed = await muster.run(['report', 'diff', 'old', 'load']);
  assert.equal(mixed.code, exitCodes.usage);
  assert.match(mixed.stderr, /Two runs or two loads are expected/);
  const nothing = await muster.run(['report', 'diff', 'old', 'nowhere']);
  assert.equal(nothing.code, exitCodes.usage);
  assert.match(nothing.stderr, /nowhere\/run\.json: there is no such file/);
});

test('muster report baseline: entries on standard output that a run can be held against', async () => {
  const words = ['report', 'baseline', 'old', '--owner', 'ana', '--reason', 'GW-812', '--expires', '2027-03-31'];
  const { code, stdout, stderr } = await muster.run(words);
  assert.equal(code, exitCodes.good, stderr);
  assert.match(stdout, /^expect DEV-TLS-004 ID-002\n {2}fails fail\n {2}seen "Expected: [^"]*"\n {2}owner ana\n/);
  assert.match(stderr, /2 entries[\s\S]*what proves nothing: DEV-TLS-009, DEV-RET-002/);
  const never = await muster.run([...words.slice(0, -1), '2027-02-30']);
  assert.equal(never.code, exitCodes.usage);
  assert.match(never.stderr, /--expires: a day is expected, as 2027-03-31, seen "2027-02-30"/);
});
