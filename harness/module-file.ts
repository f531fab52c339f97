import { extname, join } from 'node:path';

/** `.ts` in the project; `.js` in the package, where Node strips no types. */
export const moduleExtension = extname(import.meta.filename);

/** A module that is started by its path (a process, a thread, a configuration): its file in a folder, without the extension. */
export function moduleFile(folder: string, name: string): string {
  return join(folder, `${name}${moduleExtension}`);
}
