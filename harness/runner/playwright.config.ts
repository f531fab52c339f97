import { join } from 'node:path';
import { defineConfig, type Project } from '@playwright/test';
import { type Plan, readPlan } from './plan.ts';

const root = join(import.meta.dirname, '..', '..');
const plan = readPlan();

/** Matches exactly these case ids among a test's tags. */
function grepOf(cases: readonly string[]): RegExp {
  return new RegExp(`@(?:${cases.map((id) => id.replace(/[^\w-]/g, '\\$&')).join('|')})(?![\\w-])`);
}

function projectsOf({ device, server, mutants }: Plan): Project[] {
  const scenarios = (...folders: string[]) => ({
    testDir: join(root, 'scenarios'),
    testMatch: folders.map((folder) => `${folder}/**/*.scenario.ts`),
  });
  const byRole = { device: scenarios('device'), server: scenarios('server', 'properties') };
  if (mutants) {
    return mutants.map(({ role, id, cases }) => ({
      name: `${role} ${id}`,
      ...byRole[role],
      grep: grepOf(cases),
      use: { mutant: { role, id } } as Project['use'],
    })) as Project[];
  }
  return [
    ...(device ? [{ name: 'device', ...byRole.device }] : []),
    ...(server ? [{ name: 'server', ...byRole.server }] : []),
  ];
}

export default defineConfig({
  projects: projectsOf(plan),
  ...(plan.cases ? { grep: grepOf(plan.cases) } : {}),
  reporter: join(import.meta.dirname, 'reporter.ts'),
  outputDir: join(plan.workspace, 'playwright'),
  workers: plan.workers,
  fullyParallel: true,
  timeout: plan.caseTimeoutSeconds * 1000,
  retries: 0,
  quiet: true,
});
