import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { backupFolderOf } from './backup-folder.ts';
import { backupsKept } from './backup-names.ts';
import { FilePlace } from './file-place.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-place-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const now = new Date('2026-11-23T10:00:00.123Z');

let count = 0;
function placed(text: string) {
  const path = join(folder, `p${++count}.conf`);
  writeFileSync(path, text, { mode: 0o640 });
  rest(path);
  return { path, place: new FilePlace(path, join(folder, 'accounts')) };
}
/** As if it had been written a while ago. */
function rest(path: string): void {
  utimesSync(path, new Date('2026-01-01'), new Date('2026-01-01'));
}
const textOf = (path: string): string => readFileSync(path, 'utf8');
/** Whatever stands beside the file under its name. */
const beside = (path: string): string[] => readdirSync(folder).filter((name) => name.startsWith(basename(path)));

test('a text takes the place of another at one moment; the one before is the backup, with the same mode', async () => {
  const { path, place } = placed('one\r\n');
  const { version } = await place.read();
  const written = await place.replace('two', version, 'edit', now);
  assert.equal(textOf(path), 'two');
  assert.equal(written, await place.version());
  assert.equal(statSync(path).mode & 0o777, 0o640);
  const [backup] = await place.backups();
  assert.deepEqual(backup, { name: '2026-11-23T10-00-00-123Z', at: now.getTime(), bytes: 5 });
  assert.equal(await place.readBackup(backup?.name ?? ''), 'one\r\n');
  assert.equal(statSync(join(backupFolderOf(path), backup?.name ?? '')).mode & 0o777, 0o640);
  assert.deepEqual(beside(path), [basename(path), `${basename(path)}.backups`], 'nothing is left over');
});

test('a file that is not in the state that was expected is left alone: replaced by an editor, or appended to', async () => {
  for (const meddle of [
    (path: string) => {
      writeFileSync(`${path}.swp`, 'theirs');
      renameSync(`${path}.swp`, path);
    },
    (path: string) => appendFileSync(path, 'theirs'),
  ]) {
    const { path, place } = placed('one\n');
    const { version } = await place.read();
    meddle(path);
    assert.equal(await place.replace('ours', version, 'edit', now), undefined);
    assert.match(textOf(path), /theirs$/);
    assert.deepEqual(await place.backups(), []);
    const read = await place.read();
    assert.equal(await place.replace('ours', read.version, 'edit', now), await place.version(), 'the control');
  }
});

test('a file that somebody writes in pieces is read when it has rested, and a server’s own at once', async () => {
  const { path, place } = placed('group a\n');
  const { version } = await place.read();
  appendFileSync(path, 'gro');
  const reading = place.read();
  await new Promise((resolve) => setTimeout(resolve, 40));
  appendFileSync(path, 'up b\n');
  const { text, version: theirs } = await reading;
  assert.equal(text, 'group a\ngroup b\n');
  assert.notEqual(theirs, version);
  await place.replace('ours\n', theirs, 'edit', now);
  const begun = performance.now();
  assert.equal((await new FilePlace(path, '').read()).text, 'ours\n');
  assert.ok(performance.now() - begun < 90);
});

test('what somebody writes into the former file at the last moment is in the backup', async () => {
  const { path, place } = placed('one\n');
  const { version } = await place.read();
  // The open file of an editor that writes in place.
  const open = join(folder, 'open');
  linkSync(path, open);
  await place.replace('two\n', version, 'edit', now);
  appendFileSync(open, 'late\n');
  assert.equal(textOf(path), 'two\n');
  assert.equal(await place.readBackup('2026-11-23T10-00-00-123Z'), 'one\nlate\n');
});

test('a link stays a link, and what it points to is changed', async () => {
  const { path } = placed('one\n');
  const link = join(folder, 'link.conf');
  symlinkSync(path, link);
  const place = new FilePlace(link, '');
  await place.replace('two\n', (await place.read()).version, 'edit', now);
  assert.equal(textOf(path), 'two\n');
  assert.ok(
    readdirSync(folder, { withFileTypes: true }).some((entry) => entry.name === 'link.conf' && entry.isSymbolicLink()),
  );
  assert.equal((await place.backups()).length, 1);
});

test('backups of one moment have names of their own; the oldest go, and marks push out none that people wrote', async () => {
  const { path, place } = placed('0');
  let { version } = await place.read();
  mkdirSync(backupFolderOf(path));
  const older = (number: number) => `2026-11-22T10-00-00-${String(number).padStart(3, '0')}Z`;
  for (let number = 1; number < backupsKept.edit; number++)
    writeFileSync(join(backupFolderOf(path), older(number)), '');
  const change = async (kind: 'edit' | 'marks', text: string) => {
    version = (await place.replace(text, version, kind, now)) ?? assert.fail();
  };
  for (const text of ['1', '2', '3']) await change('edit', text);
  for (let number = 1; number <= backupsKept.marks + 3; number++) await change('marks', `marks ${number}`);
  const names = (await place.backups()).map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  const ofMarks = names.filter((name) => name.endsWith('-marks'));
  assert.deepEqual([ofMarks.length, names.length - ofMarks.length], [backupsKept.marks, backupsKept.edit]);
  assert.ok(!names.includes(older(2)) && names.includes(older(3)), 'the oldest went');
  const texts = await Promise.all(names.slice(0, backupsKept.marks + 3).map((name) => place.readBackup(name)));
  const marks = Array.from({ length: backupsKept.marks }, (_, index) => `marks ${backupsKept.marks + 2 - index}`);
  assert.deepEqual(texts, [...marks, '2', '1', '0'], 'the newest first');
});

test('other files in the folder of backups are no backups', async () => {
  const { path, place } = placed('one\n');
  await place.keep('kept\n', now);
  await place.keep('kept\n', new Date(now.getTime() + 1));
  for (const name of ['notes', '2026-11-23', '.2026-11-23T10-00-00-123Z']) {
    writeFileSync(join(backupFolderOf(path), name), 'secret');
    await assert.rejects(place.readBackup(name), { code: 'not-found' });
  }
  mkdirSync(join(backupFolderOf(path), '2026-11-24T10-00-00-123Z'));
  assert.deepEqual(
    (await place.backups()).map(({ name }) => name),
    ['2026-11-23T10-00-00-123Z'],
    'nor is a folder; and the same text is kept once',
  );
});

test('a file that is gone, or is no text, is said to be so; a folder that takes nothing leaves the file as it is', async () => {
  const { path, place } = placed('one\n');
  const { version } = await place.read();
  rmSync(path);
  await assert.rejects(place.read(), { code: 'not-found' });
  await assert.rejects(place.version(), { code: 'not-found' });
  await assert.rejects(place.replace('two', version, 'edit', now), { code: 'settings-invalid' });
  writeFileSync(path, Buffer.from([0x67, 0xe9]));
  await assert.rejects(place.read(), /UTF-8/);
  writeFileSync(path, 'one\n');
  writeFileSync(backupFolderOf(path), 'a file where the folder should be');
  const again = await place.read();
  await assert.rejects(place.replace('two', again.version, 'edit', now), /is as it was/);
  assert.equal(textOf(path), 'one\n');
  assert.deepEqual(beside(path).length, 2, 'nothing is left over');
  chmodSync(path, 0o600);
});

test('a full disk loses nothing: the old file is whole, no half backup and no half file is left', () => {
  const { path } = placed(`# ${'x'.repeat(5000)}\n`);
  const before = textOf(path);
  // A limit of the size of a file stands for the full disk; its signal is ignored, so that the write fails.
  const program = `
    import { FilePlace } from ${JSON.stringify(join(import.meta.dirname, 'file-place.ts'))};
    const place = new FilePlace(${JSON.stringify(path)}, '');
    const { version } = await place.read();
    const large = 'y'.repeat(200_000);
    const said = [];
    for (const work of [() => place.replace(large, version, 'edit', new Date()), () => place.keep(large, new Date())]) {
      await work().catch((thrown) => said.push(thrown.message));
    }
    console.log(JSON.stringify(said));`;
  const words = ['--input-type=module', '--eval', program];
  const script = `trap '' XFSZ; ulimit -f 64; exec "$0" "$@"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script, process.execPath, ...words], { encoding: 'utf8' });
  const said = JSON.parse(stdout || '[]') as string[];
  assert.equal(said.length, 2, stderr);
  for (const message of said) assert.match(message, /too large|EFBIG/);
  assert.match(said[0] ?? '', /is as it was/);
  assert.equal(textOf(path), before);
  assert.deepEqual(readdirSync(backupFolderOf(path)), []);
  assert.deepEqual(beside(path).length, 2);
});
