import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { MusterError, messageOf } from '#protocol/errors.ts';

const patienceMs = 15_000;
const sqliteBusy = 5;

/**
 * Runs the work while no other holds the lock of this file, in any process that sees it. The lock is one of the kernel,
 * taken through SQLite: it ends with the process that held it, however that ended, so that there is no stale one.
 * @throws MusterError settings-invalid when another holds it for 15 seconds, or it cannot be had at all
 */
export async function whileLocked<T>(lockFile: string, work: () => Promise<T>): Promise<T> {
  const lock = await taken(lockFile);
  try {
    return await work();
  } finally {
    lock.close();
  }
}

async function taken(lockFile: string): Promise<DatabaseSync> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const lock = tryToTake(lockFile);
    if (lock) return lock;
    if (Date.now() > deadline) {
      throw new MusterError(
        'settings-invalid',
        `${lockFile}: another process has been changing the configuration for ${patienceMs / 1000} seconds; nothing was changed here.`,
      );
    }
    await delay(5 + Math.random() * 20);
  }
}

function tryToTake(lockFile: string): DatabaseSync | undefined {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(lockFile, { timeout: 0 });
    // Nothing is ever stored there.
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE;');
    return lock;
  } catch (cause) {
    lock?.close();
    if ((cause as { errcode?: number }).errcode === sqliteBusy) return undefined;
    throw new MusterError('settings-invalid', `${lockFile}: the lock for changes cannot be had: ${messageOf(cause)}.`, {
      cause,
    });
  }
}
