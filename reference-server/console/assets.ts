import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const load = (name: string): string => readFileSync(join(import.meta.dirname, 'assets', name), 'utf8');

/** The files that pages load, by the path of their route; read once. No path of a request ever names a file. */
export const assets = {
  'GET /assets/console.css': { type: 'text/css; charset=utf-8', text: load('console.css') },
  'GET /assets/console.js': { type: 'text/javascript; charset=utf-8', text: load('console.js') },
  'GET /assets/icon.svg': { type: 'image/svg+xml', text: load('icon.svg') },
} as const;

/** Another one whenever a file is another. */
export const assetsVersion = createHash('sha256')
  .update(
    Object.values(assets)
      .map(({ text }) => text)
      .join(),
  )
  .digest('hex')
  .slice(0, 12);
