import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { RunRecord } from '#reports/run-record.ts';
import { sampleRecord } from '#reports/sample-record.ts';
import { wordsFor } from './replay.ts';
import { MusterInFolder } from './spawned-muster.ts';

const muster = await MusterInFolder.create();
after(() => muster.remove());
const [first = assert.fail()] = sampleRecord.cases;
const recorded = (command: string): RunRecord => ({ ...sampleRecord, seed: 7, command });

test('the subject and the profile are those of the run, and the seed too though nobody gave it', () => {
  const words = 'muster certify device --adapter "./my \\"own\\" adapter" --profile legacy --out x --case A B';
  assert.deepEqual(wordsFor(recorded(words), first.id, 'x'), [
    ...['certify', 'device', '--adapter', './my "own" adapter', '--profile', 'legacy'],
    ...['--case', first.id, '--seed', '7'],
  ]);
});

test('a case that the run does not hold, and a record of something else, are refused with what there is', () => {
  assert.throws(() => wordsFor(recorded('muster certify'), 'DEV-XYZ-001', 'x'), /x holds no case DEV-XYZ-001.*DEV-/);
  assert.throws(() => wordsFor(recorded('rm -r x'), first.id, 'x'), /not made by muster certify/);
});

test('a case is run again as it ran; its exit code is that of certify, and the first record stays', async () => {
  const ran = await muster.run([
    'certify',
    'device',
    '--case',
    'DEV-ENR-001',
    'DEV-FUZ-002',
    '--seed',
    '5',
    '--budget',
    '3',
    '--out',
    'r',
  ]);
  assert.equal(ran.code, 0, ran.stderr);
  const again = await muster.run(['replay', 'DEV-FUZ-002', '--from', 'r', '--json']);
  assert.equal(again.code, 0, again.stderr);
  const { cases, seed } = JSON.parse(again.stdout) as RunRecord;
  assert.deepEqual([cases.map(({ id }) => id), seed], [['DEV-FUZ-002'], 5]);
  assert.match(cases[0]?.proof ?? '', /held for 3 generated inputs of seed 5/);
});

test('no record, or none that can be read, ends 2 and says where it was looked for', async () => {
  const none = await muster.run(['replay', 'DEV-ENR-001']);
  assert.deepEqual([none.code, /muster-report.run\.json/.test(none.stderr)], [2, true], none.stderr);
  await mkdir(join(muster.folder, 'bad'));
  await writeFile(join(muster.folder, 'bad', 'run.json'), '{');
  assert.equal((await muster.run(['replay', 'DEV-ENR-001', '--from', 'bad'])).code, 2);
});
