/**
 * Prevents: a page that describes what the code was. Catalogues and tables in docs/ are made of the code; a test says when
 * one is not current.
 *
 * node tools/generate-docs.ts     writes the pages
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { docsFolder, generatedPages } from './docs/generated-pages.ts';

for (const { name, seen, expected } of await generatedPages()) {
  if (seen !== expected) await writeFile(join(docsFolder, name), expected);
  console.log(`docs/${name}: ${seen === expected ? 'was current' : 'written'}`);
}
