/**
 * Prevents: a package that does not run. Node strips types in a project, but not under node_modules, so the package holds
 * compiled modules, the files that they read, and a package.json that leads to them; nothing that only this project needs.
 * npm runs it around `npm pack` and `npm publish`:
 *
 * node tools/pack.ts build      prepack: makes dist/, then puts the package's package.json in the place of the project's
 * node tools/pack.ts restore    postpack: puts the project's back, and removes dist/; by hand, after a pack that was cut short
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Manifest, packedManifest } from './pack/manifest.ts';

const root = join(import.meta.dirname, '..');
const manifestFile = join(root, 'package.json');
/** The project's package.json, while the package's stands in its place. */
const keptFile = join(root, '.package.json.kept');
const dist = join(root, 'dist');

/** Where a file that is no module is read at run time. */
const roomsWithFiles = ['protocol', 'reference-server', 'simulators', 'reports', 'harness', 'requirements'];

function build(): void {
  restore();
  compile('tools/pack/tsconfig.json');
  compile('tools/pack/types.tsconfig.json');
  const others = globSync(`{${roomsWithFiles.join(',')}}/**/*.*`, { cwd: root }).filter(
    (file) => !file.endsWith('.ts'),
  );
  // What was compiled stands there already.
  for (const file of others) cpSync(join(root, file), join(dist, file), { force: false });
  const packed = packedManifest(JSON.parse(readFileSync(manifestFile, 'utf8')) as Manifest);
  renameSync(manifestFile, keptFile);
  writeFileSync(manifestFile, `${JSON.stringify(packed, null, 2)}\n`);
}

function restore(): void {
  if (existsSync(keptFile)) renameSync(keptFile, manifestFile);
  rmSync(dist, { recursive: true, force: true });
}

function compile(project: string): void {
  const { status, stdout } = spawnSync(join(root, 'node_modules', '.bin', 'tsc'), ['-p', project], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status === 0) return;
  console.error(`pack: ${project} does not compile:\n${stdout}`);
  process.exit(1);
}

const steps: Readonly<Record<string, () => void>> = { build, restore };
const step = steps[process.argv[2] ?? ''];
if (!step) {
  console.error(`expected: node tools/pack.ts ${Object.keys(steps).join('|')}`);
  process.exit(2);
}
step();
