import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { CommandModule } from 'yargs';
import { MusterError } from '#protocol/errors.ts';
import { replaceTextFile } from '#protocol/text-file.ts';
import { exitCodes } from './exit-codes.ts';
import { flagOption, named, textOption } from './options.ts';

const options = named({
  html: textOption('Write the comparison as a page to this file, too'),
  json: flagOption('Print the comparison as JSON'),
} as const);

interface Words {
  readonly before: string;
  readonly after: string;
  readonly html: string | undefined;
  readonly json: boolean;
}

/** A comparison as each reader wants it. */
interface Comparison {
  readonly value: object;
  readonly worse: boolean;
  readonly text: (options: { readonly color: boolean; readonly columns: number }) => string;
  readonly page: () => string;
}

/** `muster report diff`: two runs, or two loads, the second beside the first. */
export const diffCommand: CommandModule<object, Words> = {
  command: 'diff <before> <after>',
  describe: 'What became of each case, or number, from one run to the next',
  builder: (y) =>
    y
      .positional('before', {
        describe: 'Folder of a run or a load, or its record',
        type: 'string',
        demandOption: true,
      })
      .positional('after', { describe: 'The one that is held against it', type: 'string', demandOption: true })
      .options(options)
      .example('$0 report diff nightly/2026-11-27 muster-report', 'what is worse than last night')
      .epilogue(
        `Ends ${exitCodes.good} nothing is worse, ${exitCodes.findings} something is, ${exitCodes.usage} there is nothing to compare.`,
      ),
  handler: async ({ before, after, html, json }) => {
    const isLoad = await Promise.all([before, after].map(holdsLoad));
    if (isLoad[0] !== isLoad[1])
      throw new MusterError(
        'settings-invalid',
        `Two runs or two loads are expected; one of ${before} and ${after} is a load.`,
      );
    const { value, worse, text, page } = await (isLoad[0] ? compareLoads(before, after) : compareRuns(before, after));
    if (html !== undefined) await replaceTextFile(html, page());
    const color = process.stdout.isTTY === true && !process.env.NO_COLOR;
    process.stdout.write(json ? `${JSON.stringify(value)}\n` : text({ color, columns: process.stdout.columns ?? 100 }));
    process.exitCode = worse ? exitCodes.findings : exitCodes.good;
  },
};

async function holdsLoad(place: string): Promise<boolean> {
  return basename(place) === loadFile || (!existsSync(join(place, 'run.json')) && existsSync(join(place, loadFile)));
}

const loadFile = 'load.json';

async function compareRuns(before: string, after: string): Promise<Comparison> {
  const [{ readRunRecord }, { diffRuns }, { renderDiff }, { renderDiffHtml }] = await Promise.all([
    import('./run-file.ts'),
    import('#reports/diff.ts'),
    import('#reports/diff-terminal.ts'),
    import('#reports/html/diff-page.ts'),
  ]);
  const value = diffRuns(await readRunRecord(before), await readRunRecord(after));
  return { value, worse: value.worse, text: (how) => renderDiff(value, how), page: () => renderDiffHtml(value) };
}

async function compareLoads(before: string, after: string): Promise<Comparison> {
  const [{ readLoadRecord }, { diffLoads }, { renderLoadDiff }, { renderLoadDiffHtml }] = await Promise.all([
    import('./load-file.ts'),
    import('#reports/load-diff.ts'),
    import('#reports/load-diff-terminal.ts'),
    import('#reports/load-html/diff-page.ts'),
  ]);
  const at = (place: string): string => (basename(place) === loadFile ? place : join(place, loadFile));
  const value = diffLoads(await readLoadRecord(at(before)), await readLoadRecord(at(after)));
  const worse = value.regressions.length > 0;
  return { value, worse, text: (how) => `${renderLoadDiff(value, how)}\n`, page: () => renderLoadDiffHtml(value) };
}
