import { constants, copyFileSync, linkSync } from 'node:fs';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { MusterError, messageOf } from '#protocol/errors.ts';
import { readTextFile, syncFolder } from '#protocol/text-file.ts';
import { type BackupName, backupName, inOrder, nextNumber, readBackupName, surplusOf } from './backup-names.ts';
import type { Backup, ReplacementKind } from './place.ts';

export const backupFolderOf = (path: string): string => join(dirname(path), `${basename(path)}.backups`);

/** The backups of a file, in a folder beside it, readable as the file is. */
export class BackupFolder {
  readonly #file: string;
  readonly #folder: string;

  constructor(file: string) {
    this.#file = file;
    this.#folder = backupFolderOf(file);
  }

  /** The newest first. */
  async list(): Promise<readonly Backup[]> {
    const named = (await this.#names()).map(async ({ name, at }) => {
      const found = await stat(join(this.#folder, name)).catch(() => undefined);
      return found?.isFile() ? [{ name, at, bytes: found.size }] : [];
    });
    return (await Promise.all(named)).flat();
  }

  /** @throws MusterError not-found */
  async read(name: string): Promise<string> {
    const known = (await this.#names()).some((backup) => backup.name === name);
    if (known) return readTextFile(join(this.#folder, name), 'a backup');
    throw new MusterError(
      'not-found',
      `There is no backup of ${this.#file} with this name; see: muster config backups ${this.#file}`,
    );
  }

  /** Makes the folder, and says by which paths the next backup may go: with the number of tries the next that may be free. */
  async prepare(kind: ReplacementKind, now: Date): Promise<(tries: number) => string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const first = nextNumber(await this.#names(), now);
    return (tries) => join(this.#folder, backupName(now, kind, first + tries));
  }

  /** Adds a text, unless there is a backup of it. @throws MusterError settings-invalid */
  async keep(text: string, mode: number, now: Date): Promise<void> {
    const size = Buffer.byteLength(text);
    for (const { name, bytes } of await this.list()) if (bytes === size && (await this.read(name)) === text) return;
    const pathOf = await this.prepare('edit', now);
    for (let tries = 0; ; tries++) {
      try {
        await writeFile(pathOf(tries), text, { flag: 'wx', mode, flush: true });
        return await this.prune();
      } catch (cause) {
        if (isThere(cause)) continue;
        await rm(pathOf(tries), { force: true });
        throw new MusterError('settings-invalid', `No backup of ${this.#file} could be made: ${messageOf(cause)}.`, {
          cause,
        });
      }
    }
  }

  async sync(): Promise<void> {
    await syncFolder(this.#folder);
  }

  /** What is too much goes; that it could not go is no reason to stop. */
  async prune(): Promise<void> {
    for (const { name } of surplusOf(await this.#names())) {
      await rm(join(this.#folder, name), { force: true }).catch(() => {});
    }
  }

  async #names(): Promise<BackupName[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return inOrder(names.map(readBackupName).filter((name) => name !== undefined));
  }
}

/** Gives the file a second name, the first that is free, and returns it; where links cannot be had, a copy gets it. */
export function linked(file: string, pathOf: (tries: number) => string): string {
  for (let tries = 0; ; tries++) {
    const path = pathOf(tries);
    try {
      linkSync(file, path);
      return path;
    } catch (cause) {
      if (isThere(cause)) continue;
      copyFileSync(file, path, constants.COPYFILE_EXCL);
      return path;
    }
  }
}

const isThere = (thrown: unknown): boolean => (thrown as NodeJS.ErrnoException).code === 'EEXIST';
