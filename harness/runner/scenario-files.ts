import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { moduleExtension } from '../module-file.ts';
import type { Plan } from './plan.ts';

/**
 * The scenario files of a plan, below `scenarios`. Of a few cases only those that declare them: an id stands
 * literally in its file. Where one stands nowhere, all: who asks for a case that there is not learns what there is.
 */
export function scenarioFilesOf(
  { device, server, cases }: Pick<Plan, 'device' | 'server' | 'cases'>,
  root: string,
): string[] {
  const folders = [...(device ? ['device'] : []), ...(server ? ['server', 'properties'] : [])];
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, 'scenarios', folder))
      .filter((name) => name.endsWith(`.scenario${moduleExtension}`))
      .map((name) => `${folder}/${name}`),
  );
  if (!cases) return files;
  const texts = files.map((file) => ({ file, text: readFileSync(join(root, 'scenarios', file), 'utf8') }));
  const declared = cases.map((id) => texts.filter(({ text }) => text.includes(`id: '${id}'`)).map(({ file }) => file));
  if (declared.some((found) => found.length === 0)) return files;
  return files.filter((file) => declared.some((found) => found.includes(file)));
}
