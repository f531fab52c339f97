import assert from 'node:assert/strict';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { formatConfigFile } from '#protocol/config-file/edit.ts';
import { parseConfigFile } from '#protocol/config-file/parse.ts';
import { Credentials, parseAccounts } from '#reference-server/accounts.ts';
import { canonicalConfigFile } from './canonical-config.ts';
import { MusterInFolder } from './spawned-muster.ts';

const muster = await MusterInFolder.create();
after(() => muster.remove());

const good = `enroll enabled # 'for now'\ngroup 'ACME ITSP'\n\tdevice gw1.acme.com   'ACME ITSP' enabled`;
const formatted = `enroll enabled # 'for now'\ngroup "ACME ITSP"\n\tdevice gw1.acme.com   "ACME ITSP" enabled\n`;
const bad = 'group A\ngroup A\nenrol enabled\ndevice d B enabled\n';

async function file(name: string, text: string | Uint8Array): Promise<string> {
  await writeFile(join(muster.folder, name), text);
  return name;
}

function canonical(text: string): string {
  return formatConfigFile(canonicalConfigFile(parseConfigFile(text, 'a.conf').file));
}

test('check says that a file is good, or everything that is wrong with it by line and column', async () => {
  const checked = await muster.run(['config', 'check', await file('good.conf', good)]);
  assert.deepEqual([checked.code, checked.stdout], [0, 'good.conf: good (groups: 1, devices: 1, routes: 0)\n']);
  const refused = await muster.run(['config', 'check', await file('bad.conf', bad)]);
  assert.deepEqual([refused.code, refused.stdout], [2, '']);
  const lines = refused.stderr.trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => line.split(': ', 1)[0]),
    ['bad.conf:2:7', 'bad.conf:3:1', 'bad.conf:4:10'],
    refused.stderr,
  );
});

test('check --json gives the problems to machines, with the same exit code', async () => {
  const { code, stdout } = await muster.run(['config', 'check', '--json', await file('bad.conf', bad)]);
  assert.equal(code, 2);
  const { problems } = JSON.parse(stdout) as { problems: { line: number; rule: string }[] };
  assert.deepEqual(
    problems.map(({ line, rule }) => [line, rule]),
    [
      [2, 'duplicate-group'],
      [3, 'unknown-item'],
      [4, 'undefined-group'],
    ],
  );
});

test('a file that is not there, or no text, ends 2', async () => {
  const said: readonly (readonly [string, RegExp])[] = [
    ['nowhere.conf', /there is no such file/],
    [await file('latin1.conf', Buffer.from([0x67, 0xe9])), /UTF-8/],
    ['.', /cannot be read/],
  ];
  const ends = await Promise.all(said.map(([name]) => muster.run(['config', 'check', name])));
  for (const [index, { code, stderr }] of ends.entries()) {
    assert.equal(code, 2);
    assert.match(stderr, said[index]?.[1] ?? assert.fail());
  }
});

test('format writes double quotes and the last line break, and changes nothing else', async () => {
  const name = await file('format.conf', good);
  assert.deepEqual(await muster.run(['config', 'format', name]), { code: 0, stdout: formatted, stderr: '' });
  assert.equal(await readFile(join(muster.folder, name), 'utf8'), good);
  await chmod(join(muster.folder, name), 0o600);
  assert.deepEqual(await muster.run(['config', 'format', '--write', name]), { code: 0, stdout: '', stderr: '' });
  assert.equal(await readFile(join(muster.folder, name), 'utf8'), formatted);
  assert.equal((await stat(join(muster.folder, name))).mode & 0o777, 0o600);
  const broken = await file('broken.conf', bad);
  assert.equal((await muster.run(['config', 'format', '--write', broken])).code, 2);
  assert.equal(await readFile(join(muster.folder, broken), 'utf8'), bad);
});

test('the usual form keeps line ends, a byte order mark, and quotes that a word needs', () => {
  assert.equal(canonical("\ufeffgroup 'a'\r\ngroup 'b \"c\"'"), '\ufeffgroup "a"\r\ngroup \'b "c"\'\r\n');
  assert.equal(canonical(''), '');
  assert.equal(canonical(formatted), formatted);
});

test('account prints a line that lets its user in, and never the password', async () => {
  const words = [
    'config',
    'account',
    '--customer',
    '42',
    '--device',
    '7',
    '--name',
    'gw7.acme.com',
    '--username',
    'ann b',
  ];
  for (const { code, stdout, stderr } of [
    ...(await Promise.all([muster.run(words, {}, 'p4ss wörd\n'), muster.run(words, { MUSTER_PASSWORD: 'p4ss wörd' })])),
  ]) {
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stdout + stderr, /p4ss/);
    const credentials = new Credentials(parseAccounts(stdout, 'accounts'));
    assert.equal(await credentials.verify('ann b', 'p4ss wörd', '42', '7'), true);
    assert.equal(await credentials.verify('ann b', 'another', '42', '7'), false);
  }
  const unusable = [muster.run(words, {}, ''), muster.run(words.with(3, '042'), {}, 'p\n')];
  assert.deepEqual(
    (await Promise.all(unusable)).map(({ code }) => code),
    [2, 2],
    'no password; a leading zero',
  );
});
