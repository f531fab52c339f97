import { mkdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { formatConfigFile } from '#protocol/config-file/edit.ts';
import { type ConfigFile, readConfiguration } from '#protocol/config-file/parse.ts';
import { MusterError, messageOf } from '#protocol/errors.ts';
import { readTextFile, replaceTextFile } from '#protocol/text-file.ts';

/**
 * Changes a configuration file on the disk: a backup first, then the new file in the place of the old one, at one moment.
 * What the change leaves alone stays byte for byte, comments and old license lines too. @returns the new text
 * @throws MusterError config-invalid when the file has errors, settings-invalid when it cannot be written: it is then as it was
 */
export async function changeConfigurationFile(
  path: string,
  change: (file: ConfigFile) => ConfigFile,
  now: Date,
): Promise<string> {
  const before = await readTextFile(path, 'a configuration file');
  const after = formatConfigFile(change(readConfiguration(before, path).file));
  if (after === before) return before;
  await backUp(path, before, now);
  await replaceTextFile(path, after);
  return after;
}

/** Backups stand in a folder beside the file, named by the moment, readable as the file is. */
export const backupFolderOf = (path: string): string => join(dirname(path), `${basename(path)}.backups`);

async function backUp(path: string, text: string, now: Date): Promise<void> {
  const folder = backupFolderOf(path);
  const stamp = now.toISOString().replace(/[:.]/g, '-');
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const mode = (await stat(path)).mode & 0o777;
    for (let number = 1; ; number++) {
      const name = join(folder, number === 1 ? stamp : `${stamp}-${number}`);
      const written = await writeFile(name, text, { flag: 'wx', mode, flush: true }).then(
        () => true,
        (cause: NodeJS.ErrnoException) => {
          if (cause.code === 'EEXIST') return false;
          throw cause;
        },
      );
      if (written) return;
    }
  } catch (cause) {
    throw new MusterError(
      'settings-invalid',
      `No backup of ${path} could be made, so it was not changed: ${messageOf(cause)}.`,
      { cause },
    );
  }
}
