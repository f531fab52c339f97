import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { knownCases } from '#harness/cli/known-cases.ts';
import { casesPage } from './cases-page.ts';
import { commandsPage } from './commands-page.ts';
import { errorsTable, exitCodesTable } from './errors-page.ts';
import { requirementsPage } from './requirements-page.ts';

export const docsFolder = join(import.meta.dirname, '..', '..', 'docs');

/** What is made of the code, by the page and by the name of the part between its two marks. */
async function parts(): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>> {
  const cases = await knownCases();
  return {
    'cases.md': { cases: casesPage(cases) },
    'requirements.md': { requirements: requirementsPage(cases) },
    'errors.md': { errors: errorsTable(), 'exit codes': exitCodesTable() },
    'commands.md': { commands: await commandsPage() },
  };
}

export interface GeneratedPage {
  readonly name: string;
  /** As it stands, and as it should. */
  readonly seen: string;
  readonly expected: string;
}

/** The pages of docs/ of which a part is made of the code. @throws when a page lacks the marks of a part */
export async function generatedPages(): Promise<readonly GeneratedPage[]> {
  return Promise.all(
    Object.entries(await parts()).map(async ([name, made]) => {
      const seen = await readFile(join(docsFolder, name), 'utf8');
      const expected = Object.entries(made).reduce((text, [part, body]) => within(text, part, body, name), seen);
      return { name, seen, expected };
    }),
  );
}

function within(text: string, part: string, body: string, page: string): string {
  const [begin, end] = [`<!-- made by tools/generate-docs.ts: ${part} -->`, `<!-- end: ${part} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/${page}: expected the marks ${begin} and ${end}`);
  return `${text.slice(0, from + begin.length)}\n\n${body.trim()}\n\n${text.slice(to)}`;
}
