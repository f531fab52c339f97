import { hash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { FileDigest } from '#reports/attestation.ts';

/** What stands in a folder: its files, by their path from there; and what is neither file nor folder, such as a link. */
export interface FolderContent {
  readonly files: readonly string[];
  readonly strange: readonly string[];
}

/** Everything below a folder, in the order of the names. Links are not followed. */
export async function contentOf(folder: string): Promise<FolderContent> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const named = (which: typeof entries): string[] =>
    which.map(({ parentPath, name }) => relative(folder, join(parentPath, name)).split(sep).join('/')).sort();
  return {
    files: named(entries.filter((entry) => entry.isFile())),
    strange: named(entries.filter((entry) => !entry.isFile() && !entry.isDirectory())),
  };
}

/** Each with the SHA-256 of its content. */
export async function digestsOf(folder: string, files: readonly string[]): Promise<FileDigest[]> {
  const digests: FileDigest[] = [];
  for (const name of files) {
    digests.push({ name, digest: { sha256: hash('sha256', await readFile(join(folder, name))) } });
  }
  return digests;
}
