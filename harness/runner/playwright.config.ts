import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { moduleFile } from '../module-file.ts';
import { readPlan } from './plan.ts';
import { scenarioFilesOf } from './scenario-files.ts';

const root = join(import.meta.dirname, '..', '..');
const plan = readPlan();

/** Matches exactly these case ids among a test's tags. */
function grepOf(cases: readonly string[]): RegExp {
  return new RegExp(`@(?:${cases.map((id) => id.replace(/[^\w-]/g, '\\$&')).join('|')})(?![\\w-])`);
}

/**
 * Playwright maps every frame of every stack to its source, also of errors that are only thrown to end a connection, and
 * takes a stack for each step of a case: a tenth of all the work. Node runs the sources as they stand, so nothing is mapped.
 */
Error.stackTraceLimit = 3;
Reflect.deleteProperty(Error, 'prepareStackTrace');

// One project for all: Playwright starts new workers for each, at two seconds of work apiece.
export default defineConfig({
  testDir: join(root, 'scenarios'),
  // From `scenarios` on: the checkout itself may stand below a folder of the name `server`.
  testMatch: scenarioFilesOf(plan).map((file) => `scenarios/${file}`),
  ...(plan.cases ? { grep: grepOf(plan.cases) } : {}),
  reporter: moduleFile(import.meta.dirname, 'reporter'),
  outputDir: join(plan.workspace, 'playwright'),
  workers: plan.workers,
  fullyParallel: true,
  repeatEach: plan.repeat ?? 1,
  timeout: plan.caseTimeoutSeconds * 1000,
  retries: 0,
  quiet: true,
});
