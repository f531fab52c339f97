import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { MusterError } from '#protocol/errors.ts';
import { type HistoryRun, historyRunOf } from '#reports/history.ts';
import type { RunRecord } from '#reports/run-record.ts';
import { sampleRecord } from '#reports/sample-record.ts';
import { keptIn } from './history-database.ts';
import { runsBelow } from './history-files.ts';
import { MusterInFolder } from './spawned-muster.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-history-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function leave(place: string, content: string): void {
  mkdirSync(join(folder, place), { recursive: true });
  writeFileSync(join(folder, place, 'run.json'), content);
}

const recordOn = (day: number): RunRecord => ({ ...sampleRecord, startedAt: `2026-11-0${day}T01:00:00.000Z` });
const runOn = (day: number): HistoryRun => historyRunOf(recordOn(day), `${day}`);
const refuses = (work: () => unknown, says: RegExp) =>
  assert.throws(work, (thrown: unknown) => thrown instanceof MusterError && says.test(thrown.message));

test('runs are found at any depth; what is none, and a slice of one, is left out and said', async () => {
  leave('nightly/1', JSON.stringify(recordOn(1)));
  leave('nightly/weeks/47/2', JSON.stringify(recordOn(2)));
  leave('nightly/.hidden', JSON.stringify(recordOn(3)));
  leave('nightly/broken', '{');
  leave('nightly/slice', JSON.stringify({ ...recordOn(4), shard: { index: 0, of: 2, strict: false, cases: [] } }));
  const { runs, left } = await runsBelow([join(folder, 'nightly')]);
  assert.deepEqual(
    runs.map(({ startedAt }) => startedAt.slice(0, 10)),
    ['2026-11-01', '2026-11-02'],
  );
  assert.equal(left.length, 2);
  assert.match(
    left.join('\n'),
    /broken\/run\.json: expected the record of a run[\s\S]*slice\/run\.json: a slice of a run/,
  );
  await assert.rejects(runsBelow([join(folder, 'nowhere')]), /expected a folder of runs/);
});

test('a database keeps runs, each once, and takes the later word on one whose cases ran again', () => {
  const path = join(folder, 'history.db');
  keptIn(path, [runOn(2)]);
  keptIn(path, [runOn(1), runOn(2)]);
  assert.deepEqual(
    keptIn(path, []).map(({ source }) => source),
    ['1', '2'],
  );
  keptIn(path, [{ ...runOn(1), reruns: 1, verdict: 'pass' }]);
  keptIn(path, [runOn(1)]);
  assert.deepEqual(
    keptIn(path, []).map(({ verdict }) => verdict),
    ['pass', sampleRecord.verdict],
  );
});

test('a database of somebody else is left alone, and so is what is none', () => {
  const path = join(folder, 'other.db');
  const other = new DatabaseSync(path);
  other.exec('CREATE TABLE device (name TEXT)');
  other.close();
  refuses(() => keptIn(path, [runOn(1)]), /expected a history of version 1, or a new file; seen the table device/);
  writeFileSync(
    join(folder, 'text.db'),
    'This is a text, and long enough to be taken for a database by its first bytes. '.repeat(3),
  );
  refuses(() => keptIn(join(folder, 'text.db'), []), /text\.db: expected the SQLite file of a history/);
});

test('muster report history: of folders and a database, as text and as a page', async () => {
  const muster = await MusterInFolder.create();
  after(() => muster.remove());
  const words = [
    'report',
    'history',
    join(folder, 'nightly', '1'),
    '--database',
    join(folder, 'new.db'),
    '--out',
    join(folder, 'h.html'),
  ];
  const { code, stdout, stderr } = await muster.run(words);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /profile modern: 1 run\n/);
  assert.match(readFileSync(join(folder, 'h.html'), 'utf8'), /Muster history of runs/);
  const none = await muster.run(['report', 'history', '.']);
  assert.equal(none.code, 2);
  assert.match(none.stderr, /expected the record of a run/);
});
