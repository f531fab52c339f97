import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, test } from 'node:test';
import { MusterInFolder } from './spawned-muster.ts';

const muster = await MusterInFolder.create();
after(() => muster.remove());

const commands = [
  '',
  'certify',
  'serve',
  'enroll',
  'load',
  'worker',
  'report merge',
  'replay',
  'doctor',
  'list',
  'explain',
  'config',
  'config check',
  'config format',
  'config account',
  'config backups',
  'config diff',
  'config restore',
  'license keygen',
  'license make',
  'license show',
  'completion',
];

test('every command has help, and every one of them but the first has an example', async () => {
  const helps = await muster.runEach(commands.map((words) => [...words.split(' ').filter(Boolean), '--help']));
  for (const [index, { code, stdout, stderr }] of helps.entries()) {
    const command = commands[index];
    assert.equal(code, 0, `${command}: ${stderr}`);
    assert.ok(stdout.startsWith(`muster ${command}`), command);
    assert.equal(stderr, '');
    if (command) assert.match(stdout, new RegExp(`Examples:\n {2}muster ${command}`), command);
  }
});

test('--version is that of the package', async () => {
  const { code, stdout } = await muster.run(['--version']);
  assert.deepEqual([code, /^\d+\.\d+\.\d+\n$/.test(stdout)], [0, true]);
});

const misused: readonly (readonly [words: string, said: RegExp])[] = [
  ['', /A command is expected/],
  ['srve', /Unknown command: srve\. Did you mean serve\?/],
  ['serve --nonsense', /Unknown argument: nonsense[\s\S]*See: muster serve --help/],
  ['serve --http 65536', /--http: a port from 0 to 65535 is expected, seen 65536/],
  ['serve --validity forever', /--validity: a duration as 30s/],
  ['serve --name a --name b', /--name: one value is expected, seen 2 values \(a, b\)/],
  ['enroll --password secret', /Unknown argument: password/],
  ['enroll', /--tls \(or MUSTER_TLS_URL\), --anchor \(or MUSTER_ANCHOR\), --name/],
  ['config', /check, format, account/],
];

test('what cannot be understood ends 2 and says what is expected', async () => {
  const ends = await muster.runEach(misused.map(([words]) => words.split(' ').filter(Boolean)));
  for (const [index, { code, stdout, stderr }] of ends.entries()) {
    const [words, said] = misused[index] ?? assert.fail();
    assert.equal(code, 2, `muster ${words}: ${stderr}`);
    assert.match(stderr, said, words);
    assert.doesNotMatch(stderr, / {4}at /, 'no stack');
    assert.equal(stdout, '', words);
  }
});

test('no start of a command loads Node’s own WebSocket, which an import of the names of node:http would (control)', () => {
  const loaded = (modules: readonly string[]) => {
    const imports = modules.map((name) => `await import(${JSON.stringify(import.meta.resolve(name))});`);
    const script = `${imports.join('\n')}\nprocess.stdout.write(process.moduleLoadList.join('\\n'));`;
    return execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  };
  assert.doesNotMatch(loaded(['./certify.ts', './serve.ts', './enroll.ts', './load.ts', './replay.ts']), /undici/);
  assert.match(loaded(['node:http']), /undici/);
});
