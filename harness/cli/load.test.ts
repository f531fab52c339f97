import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { LoadRecord } from '#reports/load-record.ts';
import { schemaIn } from '#reports/schema-validity.ts';
import { exitCodes } from './exit-codes.ts';
import { MusterInFolder } from './spawned-muster.ts';

const { schema, validate } = schemaIn('load-record.schema.json');

let muster: MusterInFolder;
before(async () => {
  muster = await MusterInFolder.create();
});
after(() => muster.remove());

test('muster load: a fleet waits for its administrator, retrieves, and leaves its record and its ledger', async () => {
  const words = [
    'load',
    '--simulators',
    '6',
    '--approvals',
    '40/s',
    '--poll',
    '100ms',
    '--seed',
    '3',
    '--loop-delay',
    '1m',
    '--json',
  ];
  const { code, stdout, stderr } = await muster.run(words);
  assert.equal(code, exitCodes.good, stderr);
  const record = JSON.parse(stdout) as LoadRecord;
  assert.deepEqual(validate(schema, record), []);
  assert.deepEqual([record.counts.ends.enrolled, record.counts.approved], [6, 6]);
  assert.equal(record.steps.wait?.count, 6);
  assert.ok((record.steps.retrieve?.count ?? 0) >= 6);
  assert.equal(await readFile(join(muster.folder, 'muster-load', 'load.json'), 'utf8'), stdout);
  const ledger = await readFile(join(muster.folder, 'muster-load', 'ledger.txt'), 'utf8');
  assert.equal(ledger.trimEnd().split('\n').length, 6);
  assert.match(stderr, /^Seed 3\. 6 simulators/, 'the first line is there before anything that takes time');
  assert.doesNotMatch(muster.printed.join(''), /canary/);
});

test('muster load: options that cannot be used are refused with what was expected', async () => {
  const refused: readonly [words: string[], why: RegExp][] = [
    [['--threshold', 'enroll.p95<2'], /compared with a duration/],
    [['--duration', '5s'], /--duration belongs to an open run/],
  ];
  for (const [words, why] of refused) {
    const { code, stderr } = await muster.run(['load', '--seed', '3', ...words]);
    assert.equal(code, exitCodes.usage);
    assert.match(stderr, why);
  }
});
