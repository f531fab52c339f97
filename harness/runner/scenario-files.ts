import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { moduleExtension } from '../module-file.ts';
import type { Plan } from './plan.ts';

const folder = join(import.meta.dirname, '..', '..', 'scenarios');

type Choice = Pick<Plan, 'device' | 'server' | 'cases'>;

/**
 * The scenario files of a plan, below `scenarios`. Of a few cases only those that declare them: an id stands
 * literally in its file. Where one stands nowhere, all: who asks for a case that there is not learns what there is.
 */
export function scenarioFilesOf(plan: Choice): string[] {
  const files = filesOfRoles(plan);
  if (!plan.cases) return files;
  const declaring = declaringFiles(files, plan.cases);
  return declaring.some((found) => found.length === 0)
    ? files
    : files.filter((file) => declaring.some((found) => found.includes(file)));
}

/** Does each case that the plan asks for stand in a file of its roles? */
export function areDeclared(plan: Choice): boolean {
  return declaringFiles(filesOfRoles(plan), plan.cases ?? []).every((found) => found.length > 0);
}

function filesOfRoles({ device, server }: Choice): string[] {
  return [...(device ? ['device'] : []), ...(server ? ['server', 'properties'] : [])].flatMap((role) =>
    readdirSync(join(folder, role))
      .filter((name) => name.endsWith(`.scenario${moduleExtension}`))
      .map((name) => `${role}/${name}`),
  );
}

/** Of each case, the files that declare it: one, or none. */
function declaringFiles(files: readonly string[], cases: readonly string[]): string[][] {
  const texts = files.map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));
  return cases.map((id) => texts.filter(({ text }) => text.includes(`id: '${id}'`)).map(({ file }) => file));
}
