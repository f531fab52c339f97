import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

/** First the page whose server the others need. */
const first = 'docs/reference-server.md';

/** Every page that somebody may copy a command line from, by its path from the top folder. */
export function documentedPages(): readonly (readonly [page: string, markdown: string])[] {
  const readmes = ['examples', 'deploy'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.md'))
      .map((path) => join(folder, path)),
  );
  const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  const others = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...docs.map((name) => join('docs', name)), ...readmes];
  return [first, ...others.filter((page) => page !== first)].map((page) => [
    relative('.', page),
    readFileSync(join(root, page), 'utf8'),
  ]);
}
