import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

const lookAgainMs = 2000;

/**
 * Calls `maybe` when one of these files may have changed, appeared or gone: at the kernel's word about their folders, since an
 * editor may put another file in the place of one, and every two seconds, where the kernel says nothing (network file systems,
 * links, a limit of watches). Keeps no process alive. @returns what ends it
 */
export function watchFiles(paths: readonly string[], maybe: () => void): () => void {
  const watchers = paths.map((path) => watchFolderOf(path, maybe));
  const timer = setInterval(maybe, lookAgainMs).unref();
  return () => {
    clearInterval(timer);
    for (const watcher of watchers) watcher?.close();
  };
}

function watchFolderOf(path: string, maybe: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
      if (name === null || name === basename(path)) maybe();
    });
    return watcher.on('error', () => watcher.close());
  } catch {
    // The look every two seconds is left.
    return undefined;
  }
}
