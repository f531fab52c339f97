import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { MusterInFolder } from './spawned-muster.ts';

const muster = await MusterInFolder.create();
after(() => muster.remove());
const path = (...parts: string[]): string => join(muster.folder, ...parts);
const textOf = (...parts: string[]): Promise<string> => readFile(path(...parts), 'utf8');

test('backups are listed, compared without their secrets, and restored; what was there is backed up too', async () => {
  const first = "license secret-1\ngroup 'a'\n";
  await writeFile(path('a.conf'), first);
  assert.equal((await muster.run(['config', 'format', '--write', 'a.conf'])).code, 0);
  const listed = await muster.run(['config', 'backups', '--json', 'a.conf']);
  const { backups } = JSON.parse(listed.stdout) as { backups: { name: string; bytes: number }[] };
  assert.deepEqual(
    backups.map(({ bytes }) => bytes),
    [first.length],
  );
  const name = backups[0]?.name ?? '';
  assert.equal(await textOf('a.conf.backups', name), first, 'the license key is in the backup');
  const shown = await muster.run(['config', 'diff', 'a.conf', name]);
  assert.deepEqual([shown.code, shown.stdout.split('\n').slice(4, 6)], [1, ["-group 'a'", '+group "a"']]);
  const restored = await muster.run(['config', 'restore', 'a.conf', name]);
  assert.deepEqual([restored.code, await textOf('a.conf')], [0, first], restored.stderr);
  const [same, names] = await Promise.all([
    muster.run(['config', 'diff', 'a.conf', name]),
    muster.run(['config', 'backups', 'a.conf']),
  ]);
  assert.deepEqual([same.code, same.stdout, names.stdout.trim().split('\n').length], [0, '', 2]);
});

test('what is no backup is refused, a path and a file with errors among them', async () => {
  await writeFile(path('b.conf'), 'group a\n');
  await writeFile(path('secret'), 'group b\n');
  const bad = '2026-11-23T10-00-00-123Z';
  await mkdir(path('b.conf.backups'));
  await writeFile(path('b.conf.backups', bad), 'nonsense\n');
  const ends = await Promise.all([
    muster.run(['config', 'restore', 'b.conf', '../secret']),
    muster.run(['config', 'restore', 'b.conf', 'secret']),
    muster.run(['config', 'restore', 'b.conf', bad]),
    muster.run(['config', 'diff', 'b.conf', 'nowhere']),
  ]);
  assert.deepEqual(
    ends.map(({ code }) => code),
    [2, 2, 2, 2],
  );
  assert.match(ends[2]?.stderr ?? '', /2026-11-23T10-00-00-123Z:1:1: unknown item/);
  assert.equal(await textOf('b.conf'), 'group a\n');
});

test('a server is a trial version until a license stands in its file, which it reads by itself; the key is never shown', async () => {
  const made = await muster.run(['license', 'keygen', '--out', 'server']);
  assert.equal(made.code, 0, made.stderr);
  const server = await muster.serve(['--data', 'server']);
  assert.match(server.log(), /license trial version for 100 enrolled devices: there is no license line/);
  const words = ['--key', 'server/license-private.pem', '--holder', 'Our bench', '--devices', '5', '--valid', '2d'];
  const { stdout } = await muster.run(['license', 'make', ...words]);
  const [, key = ''] = /^license (muster-license-1\.[\w.-]+)\n$/.exec(stdout) ?? [];
  await appendFile(path('server', 'muster.conf'), stdout);
  await server.until(/license licensed to Our bench for 5 enrolled devices until 20\d\d-/);
  const shown = await muster.run(['license', 'show', 'server/muster.conf', '--key', 'server/license-public.pem']);
  assert.match(shown.stdout, /^licensed to Our bench for 5/);
  await server.stop('SIGTERM');
  for (const text of [server.log(), shown.stdout, made.stdout]) assert.ok(key !== '' && !text.includes(key.slice(20)));
  const twice = await muster.run(['license', 'keygen', '--out', 'server']);
  assert.deepEqual([twice.code, /there already/.test(twice.stderr)], [2, true]);
});
