import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MusterError, messageOf } from '#protocol/errors.ts';

/**
 * Keeps a folder to this process until it ends: two devices in one folder would mix up their keys. The lock of a process
 * that is no more does not count. @throws MusterError settings-invalid
 */
export function keepFolder(folder: string): void {
  const lock = join(folder, '.lock');
  if (!tryToWrite(lock)) {
    const owner = ownerOf(lock);
    if (owner !== undefined) {
      throw new MusterError(
        'settings-invalid',
        `${folder}: another muster is at work there (process ${owner}): wait for it, or give each device a folder of its own.`,
      );
    }
    rmSync(lock, { force: true });
    if (!tryToWrite(lock)) throw new MusterError('settings-invalid', `${folder}: another muster took it just now.`);
  }
  process.once('exit', () => rmSync(lock, { force: true }));
}

function tryToWrite(lock: string): boolean {
  try {
    writeFileSync(lock, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new MusterError('settings-invalid', `${lock} cannot be written: ${messageOf(cause)}.`, { cause });
  }
}

/** The process that holds the lock, if it lives. */
function ownerOf(lock: string): number | undefined {
  try {
    const owner = Number(readFileSync(lock, 'utf8'));
    if (!Number.isInteger(owner) || owner <= 0) return undefined;
    process.kill(owner, 0);
    return owner;
  } catch (cause) {
    // EPERM: it lives, and is somebody else's.
    return (cause as NodeJS.ErrnoException).code === 'EPERM' ? Number(readFileSync(lock, 'utf8')) : undefined;
  }
}
