/**
 * Prevents: a check that everybody believes to run, and that nobody runs. `npm test` is every check there is, in the
 * order of what fails fastest; a step is left out only where its file is not there, and that is said.
 *
 * node tools/test.ts [step…]     every step, or only those named; ends with the exit code of the first that fails
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

type Command = readonly [program: string, ...args: string[]];

interface Step {
  readonly name: string;
  readonly checks: string;
  /** Side by side: what the first says is seen at once, what the others say when they have ended. */
  readonly commands: readonly [Command, ...Command[]];
  /** The step waits for this file to be there. */
  readonly needs?: string;
}

const root = join(import.meta.dirname, '..');
const bin = join(root, 'node_modules', '.bin');
const node = process.execPath;
/** Folders whose unit tests share one process, since they leave nothing behind: to start one for each costs more than they do. */
const sharing = ['protocol', 'reports', 'reference-server/console'];
const rooms = [
  'reference-server/!(console)',
  'simulators',
  'harness',
  'tools',
  'vectors',
  'examples',
  'docs',
  'deploy',
];
const testsOf = (room: string): string => `${room}/**/*.test.ts`;
const playwright = 'node_modules/@playwright/test/cli.js';
const browserTests = 'harness/runner/ui.config.ts';
/** biome ci colours what it prints into a file, too. */
const colors = process.stdout.isTTY && !process.env.NO_COLOR ? 'force' : 'off';
const matrix = 'tools/mutation-matrix.ts';

const steps: readonly Step[] = [
  {
    name: 'biome',
    checks: 'format, lint and walls',
    commands: [[join(bin, 'biome'), 'ci', `--colors=${colors}`, '.']],
  },
  { name: 'tsc', checks: 'types', commands: [[join(bin, 'tsc')]] },
  { name: 'knip', checks: 'no file, export or package unused', commands: [[join(bin, 'knip')]] },
  {
    name: 'unit',
    checks: 'unit tests beside the code',
    commands: [
      [node, '--test', '--test-concurrency=3', 'reference-server/*.test.ts', ...rooms.map(testsOf)],
      [node, '--test', '--test-isolation=none', ...sharing.map(testsOf)],
    ],
  },
  {
    name: 'scenarios',
    checks: 'the built-in gateway and the reference server, certified',
    commands: [
      [node, 'harness/cli/muster.mjs', 'certify', '--seed', '20261123', '--out', join(tmpdir(), 'muster-test-report')],
    ],
  },
  {
    name: 'ui',
    checks: 'pages in a browser',
    commands: [[node, playwright, 'test', '-c', browserTests]],
    needs: browserTests,
  },
  { name: 'matrix', checks: 'every case fails the mutant it names', commands: [[node, matrix]], needs: matrix },
];

/** Runs a step with its output in ours; returns its exit code. Programs that it starts find the packages' node first. */
async function run({ name, checks, commands: [first, ...others], needs }: Step): Promise<number> {
  if (needs !== undefined && !existsSync(join(root, needs))) {
    console.log(`-- ${name}: not there yet (${needs})`);
    return 0;
  }
  console.log(`-- ${name}: ${checks}`);
  const begun = performance.now();
  const meanwhile = others.map((command) => ended(name, command, 'pipe'));
  const ends = [await ended(name, first, 'inherit'), ...(await Promise.all(meanwhile))];
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
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`unknown step ${unknown.join(', ')}; expected: ${steps.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const begun = performance.now();
for (const step of steps) {
  if (wanted.length > 0 && !wanted.includes(step.name)) continue;
  const status = await run(step);
  if (status !== 0) process.exit(status);
}
console.log(`-- all: ok, ${((performance.now() - begun) / 1000).toFixed(1)} s`);
