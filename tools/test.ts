/**
 * Prevents: a check that everybody believes to run, and that nobody runs. `npm test` is every check there is, in the
 * order of what fails fastest; a step is left out only where its file is not there, and that is said.
 *
 * node tools/test.ts [step…]     every step, or only those named; ends with the exit code of the first that fails
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

interface Step {
  readonly name: string;
  readonly checks: string;
  readonly command: readonly [program: string, ...args: string[]];
  /** The step waits for this file to be there. */
  readonly needs?: string;
}

const root = join(import.meta.dirname, '..');
const bin = join(root, 'node_modules', '.bin');
const node = process.execPath;
const rooms = [
  'protocol',
  'reference-server',
  'simulators',
  'reports',
  'harness',
  'tools',
  'vectors',
  'examples',
  'docs',
  'deploy',
];
const playwright = 'node_modules/@playwright/test/cli.js';
const browserTests = 'harness/runner/ui.config.ts';
/** biome ci colours what it prints into a file, too. */
const colors = process.stdout.isTTY && !process.env.NO_COLOR ? 'force' : 'off';
const matrix = 'tools/mutation-matrix.ts';

const steps: readonly Step[] = [
  { name: 'biome', checks: 'format, lint and walls', command: [join(bin, 'biome'), 'ci', `--colors=${colors}`, '.'] },
  { name: 'tsc', checks: 'types', command: [join(bin, 'tsc')] },
  { name: 'knip', checks: 'no file, export or package unused', command: [join(bin, 'knip')] },
  {
    name: 'unit',
    checks: 'unit tests beside the code',
    command: [node, '--test', '--test-concurrency=4', ...rooms.map((room) => `${room}/**/*.test.ts`)],
  },
  {
    name: 'scenarios',
    checks: 'the built-in gateway and the reference server, certified',
    command: [
      node,
      'harness/cli/muster.mjs',
      'certify',
      '--seed',
      '20261123',
      '--out',
      join(tmpdir(), 'muster-test-report'),
    ],
  },
  {
    name: 'ui',
    checks: 'pages in a browser',
    command: [node, playwright, 'test', '-c', browserTests],
    needs: browserTests,
  },
  { name: 'matrix', checks: 'every case fails the mutant it names', command: [node, matrix], needs: matrix },
];

/** Runs a step with its output in ours; returns its exit code. Programs that it starts find the packages' node first. */
function run({ name, checks, command, needs }: Step): number {
  if (needs !== undefined && !existsSync(join(root, needs))) {
    console.log(`-- ${name}: not there yet (${needs})`);
    return 0;
  }
  console.log(`-- ${name}: ${checks}`);
  const begun = performance.now();
  const [program, ...args] = command;
  const env = {
    ...process.env,
    PATH: [bin, process.env.PATH].join(delimiter),
    // A hundred processes load the same modules.
    NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'muster'),
  };
  const { status, signal, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit', env });
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  if (error) console.error(`-- ${name}: ${program} did not start: ${error.message}`);
  else if (signal) console.error(`-- ${name}: ended by ${signal} after ${seconds} s`);
  else console.log(`-- ${name}: ${status === 0 ? 'ok' : `failed (exit ${status})`}, ${seconds} s`);
  return status ?? 1;
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
  const status = run(step);
  if (status !== 0) process.exit(status);
}
console.log(`-- all: ok, ${((performance.now() - begun) / 1000).toFixed(1)} s`);
