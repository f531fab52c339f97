import { join } from 'node:path';
import { defineConfig, type Project } from '@playwright/test';
import { type Plan, readPlan } from './plan.ts';

const root = join(import.meta.dirname, '..', '..');
const plan = readPlan();

/** Matches exactly these case ids among a test's tags. */
function grepOf(cases: readonly string[]): RegExp {
  return new RegExp(`@(?:${cases.map((id) => id.replace(/[^\w-]/g, '\\$&')).join('|')})(?![\\w-])`);
}

function projectsOf({ device, server }: Plan): Project[] {
  const scenarios = (name: string, ...folders: string[]) => ({
    name,
    testDir: join(root, 'scenarios'),
    testMatch: folders.map((folder) => `${folder}/**/*.scenario.ts`),
  });
  return [
    ...(device ? [scenarios('device', 'device')] : []),
    ...(server ? [scenarios('server', 'server', 'properties')] : []),
  ];
}

export default defineConfig({
  projects: projectsOf(plan),
  ...(plan.cases ? { grep: grepOf(plan.cases) } : {}),
  reporter: join(import.meta.dirname, 'reporter.ts'),
  outputDir: join(plan.workspace, 'playwright'),
  workers: plan.workers,
  fullyParallel: true,
  repeatEach: plan.mutation?.rounds ?? 1,
  timeout: plan.caseTimeoutSeconds * 1000,
  retries: 0,
  quiet: true,
});
