import { randomUUID } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MusterError, messageOf } from './errors.ts';

/**
 * The text of a file that somebody named; `what` says what it should be. A byte order mark stays in it.
 * @throws MusterError not-found, or settings-invalid when it cannot be read or is no UTF-8
 */
export async function readTextFile(path: string, what: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') {
      throw new MusterError('not-found', `${path}: there is no such file; expected ${what}.`, { cause });
    }
    throw new MusterError('settings-invalid', `${path}: ${what} cannot be read: ${messageOf(cause)}.`, { cause });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new MusterError('settings-invalid', `${path}: ${what} is expected to be text in UTF-8; it is not.`, {
      cause,
    });
  }
}

/** Makes the folder when it is not there, for its owner alone. @throws MusterError settings-invalid */
export async function ensureFolder(path: string, what: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw new MusterError('settings-invalid', `${path}: ${what} cannot be there: ${messageOf(cause)}.`, { cause });
  });
}

export async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/**
 * Puts a text in the place of a file at one moment: no reader sees half of it. `mode` defaults to that of the file there.
 * @throws MusterError settings-invalid when the folder or the file cannot be written
 */
export async function replaceTextFile(path: string, text: string, mode?: number): Promise<void> {
  const next = `${path}.${randomUUID()}.new`;
  try {
    const permissions =
      mode ??
      (await stat(path).then(
        (found) => found.mode & 0o777,
        () => 0o644,
      ));
    await writeFile(next, text, { mode: permissions, flag: 'wx', flush: true });
    // The mode given to an open is cut by the umask; the file keeps what it had.
    await chmod(next, permissions);
    await rename(next, path);
    await syncFolder(dirname(path));
  } catch (cause) {
    await rm(next, { force: true });
    throw new MusterError('settings-invalid', `${path} cannot be written: ${messageOf(cause)}.`, { cause });
  }
}

/** Brings the names in a folder to the disk: a file that was put there is there after a power failure. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function codeOf(thrown: unknown): string | undefined {
  return (thrown as NodeJS.ErrnoException).code;
}
