import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, statSync } from 'node:fs';
import { chmod, chown, realpath, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { MusterError, messageOf } from '#protocol/errors.ts';
import { readTextFile, syncFolder } from '#protocol/text-file.ts';
import { type Account, parseAccounts } from '../accounts.ts';
import { BackupFolder, linked } from './backup-folder.ts';
import { whileLocked } from './change-lock.ts';
import { watchFiles } from './file-watch.ts';
import type { Backup, ConfigurationPlace, PlacedText, ReplacementKind } from './place.ts';

const what = 'a configuration file';
const accountsAre = 'an accounts file (make its lines with: muster config account)';
const readingsAtMost = 100;
const restMs = 100;

/** What tells one state of a file from another without reading it. */
interface FileState {
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
}

const versionOf = ({ ino, size, mtimeNs }: FileState): string => `${ino}:${size}:${mtimeNs}`;

/** A time to come is that of another clock, and says nothing. */
function hasRested({ mtimeNs }: FileState): boolean {
  const ageMs = Date.now() - Number(mtimeNs / 1_000_000n);
  return ageMs < 0 || ageMs >= restMs;
}

/** A configuration file, and the accounts file with it. Several processes may share them, and people edit them meanwhile. */
export class FilePlace implements ConfigurationPlace {
  readonly fileName: string;
  readonly accountsFile: string;
  readonly #backups: BackupFolder;
  #accounts: { readonly version: string; readonly accounts: readonly Account[] } | undefined;

  constructor(configuration: string, accounts: string) {
    this.fileName = configuration;
    this.accountsFile = accounts;
    this.#backups = new BackupFolder(configuration);
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
    let written: string;
    try {
      await writeLike(target, next, text);
      written = versionOf(await stat(next, { bigint: true }));
      if (!swap(target, next, expected, await this.#backups.prepare(kind, now))) return undefined;
    } catch (cause) {
      const why = `${this.fileName} cannot be changed, and is as it was: ${messageOf(cause)}.`;
      throw new MusterError('settings-invalid', why, { cause });
    } finally {
      await rm(next, { force: true });
    }
    await this.#bringToDisk(dirname(target));
    await this.#backups.prune();
    return written;
  }

  async keep(text: string, now: Date): Promise<void> {
    const { mode } = await stat(this.fileName).catch(() => ({ mode: 0o600 }));
    await this.#backups.keep(text, mode & 0o777, now);
  }

  async backups(): Promise<readonly Backup[]> {
    return this.#backups.list();
  }

  async readBackup(name: string): Promise<string> {
    return this.#backups.read(name);
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
      stat(path, { bigint: true }).then(versionOf, (thrown: NodeJS.ErrnoException) => thrown.code ?? ''),
    );
    return (await Promise.all(states)).join(' ');
  }

  watch(maybe: () => void): () => void {
    return watchFiles([this.fileName, this.accountsFile], maybe);
  }

  async #bringToDisk(folder: string): Promise<void> {
    try {
      await Promise.all([syncFolder(folder), this.#backups.sync()]);
    } catch (cause) {
      const why = `${this.fileName} was changed, but may not survive a power failure: ${messageOf(cause)}.`;
      throw new MusterError('settings-invalid', why, { cause });
    }
  }
}

/** The text as a file of its own, with the mode and the owner of the one that it is to replace. */
async function writeLike(target: string, next: string, text: string): Promise<void> {
  const { mode, uid, gid } = await stat(target);
  await writeFile(next, text, { mode: mode & 0o777, flag: 'wx', flush: true });
  // The mode given to an open is cut by the umask; only root may give a file away.
  await chmod(next, mode & 0o777);
  await chown(next, uid, gid).catch(() => {});
  // Whole from its first moment: no other server has to wait until it has rested.
  const rested = new Date(Date.now() - restMs);
  await utimes(next, rested, rested);
}

/**
 * The backup is the file itself under a second name, so that whoever writes into the file at this moment writes into the
 * backup: nothing is lost. Two calls of the kernel stand between the last look at the file and its replacement.
 * @returns false when the file is not in the state that was expected
 */
function swap(file: string, next: string, expected: string, pathOf: (tries: number) => string): boolean {
  const backup = linked(file, pathOf);
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
