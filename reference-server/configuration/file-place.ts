import { randomUUID } from 'node:crypto';
import { constants, copyFileSync, linkSync, renameSync, rmSync, statSync } from 'node:fs';
import { chmod, chown, mkdir, readdir, realpath, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { MusterError, messageOf } from '#protocol/errors.ts';
import { readTextFile, syncFolder } from '#protocol/text-file.ts';
import { type Account, parseAccounts } from '../accounts.ts';
import { backupName, inOrder, nextNumber, readBackupName, surplusOf } from './backup-names.ts';
import { whileLocked } from './change-lock.ts';
import { watchFiles } from './file-watch.ts';
import type { Backup, ConfigurationPlace, PlacedText, ReplacementKind } from './place.ts';

const what = 'a configuration file';
const accountsAre = 'an accounts file (make its lines with: muster config account)';
const readingsAtMost = 100;

/** Backups stand in a folder beside the file, readable as the file is. */
export const backupFolderOf = (path: string): string => join(dirname(path), `${basename(path)}.backups`);

/** What tells one state of a file from another without reading it. */
interface FileState {
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
}

const codeOf = (thrown: NodeJS.ErrnoException): string => thrown.code ?? '';
const versionOf = ({ ino, size, mtimeNs }: FileState): string => `${ino}:${size}:${mtimeNs}`;

const restMs = 100;

/** A time to come is that of another clock, and says nothing. */
function hasRested({ mtimeNs }: FileState): boolean {
  const ageMs = Date.now() - Number(mtimeNs / 1_000_000n);
  return ageMs < 0 || ageMs >= restMs;
}

/** A configuration file, and the accounts file with it. Several processes may share them, and people edit them meanwhile. */
export class FilePlace implements ConfigurationPlace {
  readonly fileName: string;
  readonly accountsFile: string;
  readonly #backupFolder: string;
  #accounts: { readonly version: string; readonly accounts: readonly Account[] } | undefined;

  constructor(configuration: string, accounts: string) {
    this.fileName = configuration;
    this.accountsFile = accounts;
    this.#backupFolder = backupFolderOf(configuration);
  }

  /** Not before it has rested: an editor may write a file in pieces. */
  async read(): Promise<PlacedText> {
    for (let reading = 1; reading <= readingsAtMost; reading++) {
      const before = await stat(this.fileName, { bigint: true }).catch(() => undefined);
      const text = await readTextFile(this.fileName, what);
      const version = await this.version();
      if (before && versionOf(before) === version && hasRested(before)) return { text, version };
      await delay(20);
    }
    throw new MusterError('settings-invalid', `${this.fileName}: ${what} is expected; this one never stands still.`);
  }

  async version(): Promise<string> {
    const state = await stat(this.fileName, { bigint: true }).catch(() => undefined);
    // It says best what is wrong.
    if (state === undefined) await readTextFile(this.fileName, what);
    return state === undefined ? '' : versionOf(state);
  }

  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    return whileLocked(`${this.fileName}.lock`, work);
  }

  async replace(text: string, expected: string, kind: ReplacementKind, now: Date): Promise<string | undefined> {
    // A link is not replaced by a file; what it points to is.
    const target = await realpath(this.fileName).catch(() => this.fileName);
    const next = `${target}.${randomUUID()}.new`;
    try {
      const { mode, uid, gid } = await stat(target);
      await writeFile(next, text, { mode: mode & 0o777, flag: 'wx', flush: true });
      // The mode given to an open is cut by the umask; only root may give a file away.
      await chmod(next, mode & 0o777);
      await chown(next, uid, gid).catch(() => {});
      await this.#makeFolder();
      // Whole from its first moment: no other server has to wait until it has rested.
      const rested = new Date(Date.now() - restMs);
      await utimes(next, rested, rested);
      const written = versionOf(await stat(next, { bigint: true }));
      const first = nextNumber(await this.#list(), now);
      const nameOf = (tries: number) => join(this.#backupFolder, backupName(now, kind, first + tries));
      if (!swap(target, next, expected, nameOf)) return undefined;
      await Promise.all([syncFolder(dirname(target)), syncFolder(this.#backupFolder), this.#prune()]);
      return written;
    } catch (cause) {
      if (cause instanceof MusterError) throw cause;
      throw new MusterError(
        'settings-invalid',
        `${this.fileName} cannot be changed, and is as it was: ${messageOf(cause)}.`,
        { cause },
      );
    } finally {
      await rm(next, { force: true });
    }
  }

  async keep(text: string, now: Date): Promise<void> {
    const size = Buffer.byteLength(text);
    for (const { name, bytes } of await this.backups()) {
      if (bytes === size && (await this.readBackup(name)) === text) return;
    }
    await this.#makeFolder();
    const { mode } = await stat(this.fileName).catch(() => ({ mode: 0o600 }));
    for (let number = nextNumber(await this.#list(), now); ; number++) {
      const name = join(this.#backupFolder, backupName(now, 'edit', number));
      try {
        await writeFile(name, text, { flag: 'wx', mode: mode & 0o777, flush: true });
        return await this.#prune();
      } catch (cause) {
        if (codeOf(cause as NodeJS.ErrnoException) === 'EEXIST') continue;
        await rm(name, { force: true });
        throw new MusterError('settings-invalid', `No backup of ${this.fileName} could be made: ${messageOf(cause)}.`, {
          cause,
        });
      }
    }
  }

  async backups(): Promise<readonly Backup[]> {
    const named = (await this.#list()).map(async ({ name, at }) => {
      const found = await stat(join(this.#backupFolder, name)).catch(() => undefined);
      return found?.isFile() ? [{ name, at, bytes: found.size }] : [];
    });
    return (await Promise.all(named)).flat();
  }

  async readBackup(name: string): Promise<string> {
    const known = (await this.#list()).some((backup) => backup.name === name);
    if (!known) {
      throw new MusterError(
        'not-found',
        `There is no backup of ${this.fileName} with this name; see: muster config backups ${this.fileName}`,
      );
    }
    return readTextFile(join(this.#backupFolder, name), 'a backup');
  }

  async readAccounts(): Promise<readonly Account[]> {
    const state = await stat(this.accountsFile, { bigint: true }).catch(() => undefined);
    const version = state === undefined ? '' : versionOf(state);
    if (this.#accounts?.version !== version) {
      const text = await readTextFile(this.accountsFile, accountsAre);
      this.#accounts = { version, accounts: parseAccounts(text, this.accountsFile) };
    }
    return this.#accounts.accounts;
  }

  async stamp(): Promise<string> {
    const states = [this.fileName, this.accountsFile].map((path) =>
      stat(path, { bigint: true }).then(versionOf, codeOf),
    );
    return (await Promise.all(states)).join(' ');
  }

  watch(maybe: () => void): () => void {
    return watchFiles([this.fileName, this.accountsFile], maybe);
  }

  async #makeFolder(): Promise<void> {
    await mkdir(this.#backupFolder, { recursive: true, mode: 0o700 });
  }

  async #list() {
    const names = await readdir(this.#backupFolder).catch(() => []);
    return inOrder(names.map(readBackupName).filter((name) => name !== undefined));
  }

  async #prune(): Promise<void> {
    for (const { name } of surplusOf(await this.#list())) await rm(join(this.#backupFolder, name), { force: true });
  }
}

/**
 * The backup is the file itself under a second name, so that whoever writes into the file at this moment writes into the
 * backup: nothing is lost. Two calls of the kernel stand between the last look at the file and its replacement.
 * @returns false when the file is not in the state that was expected
 */
function swap(file: string, next: string, expected: string, nameOf: (tries: number) => string): boolean {
  const backup = linked(file, nameOf);
  let swapped = false;
  try {
    if (versionOf(statSync(file, { bigint: true })) === expected) {
      renameSync(next, file);
      swapped = true;
    }
  } finally {
    if (!swapped) rmSync(backup, { force: true });
  }
  return swapped;
}

/** The file under another name, the first that is free; a copy where links cannot be had. */
function linked(file: string, nameOf: (tries: number) => string): string {
  for (let tries = 0; ; tries++) {
    const name = nameOf(tries);
    try {
      linkSync(file, name);
      return name;
    } catch (cause) {
      if (codeOf(cause as NodeJS.ErrnoException) === 'EEXIST') continue;
      copyFileSync(file, name, constants.COPYFILE_EXCL);
      return name;
    }
  }
}
