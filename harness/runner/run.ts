import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { MusterError } from '#protocol/errors.ts';
import { moduleFile } from '../module-file.ts';
import { type RunnerEvent, unknownCaseExitCode } from './events.ts';
import { type Plan, planEnvironment } from './plan.ts';

/** A runner that was told to stop while its workers start may not end by itself for minutes. */
const goodbyeSeconds = 10;

const youngMiB = 64;

export interface RunOptions {
  /** Only names the cases; runs none. */
  readonly listOnly?: boolean;
  readonly signal?: AbortSignal;
  readonly onEvent: (event: RunnerEvent) => void;
}

/**
 * Runs the cases of a plan in a Playwright process of their own, and resolves when it has ended and said all. When a case
 * was asked for that there is not, it runs none and lists none.
 * @throws MusterError internal when the runner itself broke
 */
export async function runPlan(plan: Plan, { listOnly = false, signal, onEvent }: RunOptions): Promise<void> {
  if (signal?.aborted) return;
  const cli = join(dirname(createRequire(import.meta.url).resolve('@playwright/test/package.json')), 'cli.js');
  const config = moduleFile(import.meta.dirname, 'playwright.config');
  const child = fork(cli, ['test', '-c', config, ...(listOnly ? ['--list'] : [])], {
    // Node reads TypeScript itself, and keeps what it compiled; Playwright's own loader costs half a second for each run.
    env: { ...process.env, ...planEnvironment(plan), FORCE_COLOR: '0', PW_DISABLE_TS_ESM: '1' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Of the runner, and so of its workers, where most of what is made is short-lived: fewer collections, a fifth less time.
    execArgv: [
      '--disable-warning=ExperimentalWarning',
      `--min-semi-space-size=${youngMiB}`,
      `--max-semi-space-size=${youngMiB}`,
    ],
  });
  const problems: string[] = [];
  let listed = false;
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString('utf8')).slice(-4000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  let goodbye: NodeJS.Timeout | undefined;
  const stop = (): void => {
    child.kill('SIGINT');
    goodbye = setTimeout(() => child.kill('SIGKILL'), goodbyeSeconds * 1000);
  };
  signal?.addEventListener('abort', stop);
  child.on('message', (event: RunnerEvent) => {
    if (event.kind === 'listed') {
      listed = true;
      problems.push(...event.problems);
    }
    if (event.kind === 'broken') problems.push(event.message);
    onEvent(event);
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  clearTimeout(goodbye);
  signal?.removeEventListener('abort', stop);
  if (signal?.aborted || exitCode === unknownCaseExitCode) return;
  if (!listed && !/No tests found/.test([...problems, output].join('\n')))
    problems.push(`the runner said nothing: ${output}`);
  const real = problems.filter((problem) => !/No tests found/.test(problem));
  if (real.length > 0) throw new MusterError('internal', `The case runner broke: ${real.join('\n')}`);
}
