import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { clearPackage, expectOwnFolder, packageFiles } from './package-files.ts';
import { samplePackage } from './sample-package.ts';

const scratch = await mkdtemp(join(tmpdir(), 'muster-folder-'));
after(() => rm(scratch, { recursive: true, force: true }));
const own = ['run.json'];

test('a folder with anything else in it is not certified along; one that is not there, or has an earlier run, is taken', async () => {
  await expectOwnFolder(join(scratch, 'none'), own);
  await writeFile(join(scratch, 'run.json'), '{}');
  await expectOwnFolder(scratch, own);
  await mkdir(join(scratch, 'evidence', 'DEV-TLS-001'), { recursive: true });
  await writeFile(join(scratch, 'evidence', 'DEV-TLS-001', 'transcript.txt'), '');
  await writeFile(join(scratch, packageFiles.statement), '{}');
  await expectOwnFolder(scratch, own);
  await writeFile(join(scratch, 'thesis.txt'), 'years');
  await assert.rejects(expectOwnFolder(scratch, own), /without anything else.*thesis\.txt/);
});

test('the word on an earlier run is gone before the next begins', async () => {
  const folder = await samplePackage();
  after(() => rm(folder, { recursive: true, force: true }));
  const names = Object.values(packageFiles);
  const left = async () => (await readdir(folder)).filter((name) => (names as string[]).includes(name));
  assert.deepEqual(await left(), [packageFiles.page, packageFiles.set, packageFiles.statement]);
  await clearPackage(folder);
  assert.deepEqual(await left(), []);
});

test('a run that was not over, or by no set, leaves no statement', async () => {
  const incomplete = await samplePackage({ status: 'incomplete' });
  after(() => rm(incomplete, { recursive: true, force: true }));
  assert.ok(!(await readdir(incomplete)).includes(packageFiles.statement));
});
