/**
 * Prevents: a check that everybody believes to run, and that nobody runs. `npm test` is every check there is, what
 * fails fastest first.
 *
 * node tools/test.ts [step…]     every step, or only those named; ends with the exit code of the first that fails
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

type Command = readonly [program: string, ...args: string[]];

interface Step {
  readonly name: string;
  readonly checks: string;
  /** Side by side. */
  readonly commands: readonly [Command, ...Command[]];
}

const root = join(import.meta.dirname, '..');
const bin = join(root, 'node_modules', '.bin');
const node = process.execPath;
/** Folders whose unit tests share one process, since they leave nothing behind: to start one for each costs more than they do. */
const sharing = [
  'protocol',
  'reports',
  'reference-server/{console,enrollment}',
  'harness/{api,case,certificate,doctor,profile,subject}',
];
const shared = globSync(
  sharing.map((folder) => `${folder}/**/*.test.ts`),
  { cwd: root },
);
const alone = globSync('**/*.test.ts', { cwd: root, exclude: ['**/node_modules', '.git'] }).filter(
  (file) => !shared.includes(file),
);
const playwright = 'node_modules/@playwright/test/cli.js';
/** biome ci colours what it prints into a file, too. */
const colors = process.stdout.isTTY && !process.env.NO_COLOR ? 'force' : 'off';

/**
 * One phase after the other; in a phase the rows run side by side, the steps of a row in turn. The unit tests are work for the
 * cores, while what drives devices and browsers waits for them a good part of its time.
 */
const phases: readonly (readonly (readonly Step[])[])[] = [
  [
    [
      {
        name: 'biome',
        checks: 'format, lint and walls',
        commands: [[join(bin, 'biome'), 'ci', `--colors=${colors}`, '.']],
      },
    ],
    [{ name: 'tsc', checks: 'types', commands: [[join(bin, 'tsc')]] }],
    [{ name: 'knip', checks: 'no file, export or package unused', commands: [[join(bin, 'knip')]] }],
  ],
  [
    [
      {
        name: 'unit',
        checks: 'unit tests beside the code',
        commands: [
          [node, '--test', '--test-concurrency=3', ...alone],
          [node, '--test', '--test-isolation=none', ...shared],
        ],
      },
    ],
    [
      {
        name: 'scenarios',
        checks: 'the built-in gateway and the reference server, certified',
        commands: [
          [
            node,
            'harness/cli/muster.mjs',
            'certify',
            '--seed',
            '20261123',
            '--out',
            join(tmpdir(), 'muster-test-report'),
          ],
        ],
      },
      {
        name: 'ui',
        checks: 'pages in a browser',
        commands: [[node, playwright, 'test', '-c', 'harness/runner/ui.config.ts']],
      },
      {
        name: 'matrix',
        checks: 'every case fails the mutant it names',
        commands: [[node, 'tools/mutation-matrix.ts']],
      },
    ],
  ],
];

/**
 * Runs a step; returns its exit code. What it says is ours at once where it is `seen`, otherwise when it has ended. Programs that
 * it starts find the packages' node first.
 */
async function run({ name, checks, commands }: Step, seen: boolean): Promise<number> {
  console.log(`-- ${name}: ${checks}`);
  const begun = performance.now();
  const ends = await Promise.all(
    commands.map((command, index) => ended(name, command, seen && index === 0 ? 'inherit' : 'pipe')),
  );
  for (const { said } of ends) process.stdout.write(said);
  const status = ends.find((end) => end.status !== 0)?.status ?? 0;
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`-- ${name}: ${status === 0 ? 'ok' : `failed (exit ${status})`}, ${seconds} s`);
  return status;
}

async function ended(name: string, [program, ...args]: Command, stdio: 'inherit' | 'pipe') {
  const env = {
    ...process.env,
    PATH: [bin, process.env.PATH].join(delimiter),
    // A hundred processes load the same modules.
    NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'muster'),
  };
  const child = spawn(program, args, { cwd: root, stdio: ['inherit', stdio, stdio], env });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  try {
    const [status, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    if (signal) console.error(`-- ${name}: ended by ${signal}`);
    return { said, status: status ?? 1 };
  } catch (cause) {
    console.error(`-- ${name}: ${program} did not start: ${String(cause)}`);
    return { said, status: 1 };
  }
}

const wanted = process.argv.slice(2);
const names = phases.flat(2).map(({ name }) => name);
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`unknown step ${unknown.join(', ')}; expected: ${names.join(', ')}`);
  process.exit(2);
}
const begun = performance.now();
/** Of the first step that failed; after it no other begins. */
let failed = 0;
for (const rows of phases) {
  const chosen = rows
    .map((row) => row.filter(({ name }) => wanted.length === 0 || wanted.includes(name)))
    .filter((row) => row.length > 0);
  await Promise.all(
    chosen.map(async (row, index) => {
      for (const step of row) {
        if (failed !== 0) return;
        const status = await run(step, index === 0);
        if (failed === 0) failed = status;
      }
    }),
  );
}
if (failed !== 0) process.exit(failed);
console.log(`-- all: ok, ${((performance.now() - begun) / 1000).toFixed(1)} s`);
