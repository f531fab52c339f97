import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { keepFolder } from './folder-lock.ts';

test('a folder is one process’s at a time, and free again when that process is no more', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-lock-'));
  context.after(() => rm(folder, { recursive: true }));
  const ended = spawnSync(process.execPath, ['-e', '']).pid;
  await writeFile(join(folder, '.lock'), `${ended}\n`);
  keepFolder(folder);
  assert.equal(await readFile(join(folder, '.lock'), 'utf8'), `${process.pid}\n`);
  assert.throws(() => keepFolder(folder), { code: 'settings-invalid', message: /another muster is at work there/ });
});
