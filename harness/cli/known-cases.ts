import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureFolder, replaceTextFile } from '#protocol/text-file.ts';
import type { CaseListing } from '../runner/events.ts';
import { builtInPlan } from '../runner/plan.ts';
import { musterVersion } from './version.ts';

const root = join(import.meta.dirname, '..', '..');
/** What the titles and the mutants of cases are made of. */
const rooms = ['scenarios', 'harness', 'simulators', 'reference-server', 'reports', 'protocol'];
const keptIn = join(root, 'node_modules', '.cache', 'muster');

interface Kept {
  /** Of the files when this was asked. */
  readonly state: string;
  readonly cases: readonly CaseListing[];
}

/**
 * Every case for devices and servers that there is. To ask the scenarios takes seconds, so that the answer is kept for as
 * long as no file of Muster changes.
 */
export async function knownCases(): Promise<readonly CaseListing[]> {
  const path = join(keptIn, 'cases.json');
  const state = await stateOfFiles();
  const kept = await readKept(path);
  if (kept?.state === state) return kept.cases;
  const { listCases } = await import('../runner/certification.ts');
  const cases = await listCases(builtInPlan(1));
  try {
    await ensureFolder(keptIn, 'the folder of what is kept');
    await replaceTextFile(path, JSON.stringify({ state, cases } satisfies Kept));
  } catch {
    // An installation that cannot be written asks each time.
  }
  return cases;
}

async function readKept(path: string): Promise<Kept | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Kept;
  } catch {
    return undefined;
  }
}

async function stateOfFiles(): Promise<string> {
  const files = await Promise.all(
    rooms.map(async (room) => {
      const entries = await readdir(join(root, room), { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    }),
  );
  // An editor's file may have gone since it was listed.
  const changedAt = async (path: string) => (await stat(path).catch(() => undefined))?.mtimeMs ?? 'gone';
  const states = await Promise.all(files.flat().map(async (path) => `${path} ${await changedAt(path)}`));
  return createHash('sha256')
    .update(`${musterVersion()}\n${states.sort().join('\n')}`)
    .digest('hex');
}
