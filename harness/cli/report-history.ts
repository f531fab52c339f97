import type { Argv, CommandModule } from 'yargs';
import { MusterError } from '#protocol/errors.ts';
import { replaceTextFile } from '#protocol/text-file.ts';
import { historyOf } from '#reports/history.ts';
import { renderHistory } from '#reports/history-terminal.ts';
import { exitCodes } from './exit-codes.ts';
import { runsBelow } from './history-files.ts';
import { flagOption, named, textOption } from './options.ts';

const options = named({
  database: textOption('SQLite file that keeps a history: what the folders hold is added to it'),
  out: textOption('Write the history as a page to this file, too'),
  json: flagOption('Print the history as JSON'),
} as const);

interface Words {
  readonly folders: readonly string[] | undefined;
  readonly database: string | undefined;
  readonly out: string | undefined;
  readonly json: boolean;
}

/** `muster report history`: how verdicts, requirements and durations went from run to run. */
export const historyCommand: CommandModule<object, Words> = {
  command: 'history [folders..]',
  describe: 'Runs over time: verdicts, what each requirement came to, what is flaky, how long it took',
  builder: (y: Argv) =>
    y
      .positional('folders', {
        describe: 'Folders with the records of runs in them, at any depth',
        type: 'string',
        array: true,
      })
      .options(options)
      .example('$0 report history nightly --out history.html', 'of the runs that are kept in folders')
      .example('$0 report history muster-report --database history.db', 'add the latest run to a database')
      .epilogue(`Ends ${exitCodes.good}, or ${exitCodes.usage} where there is no run.`) as unknown as Argv<Words>,
  handler: async ({ folders = [], database, out, json }) => {
    if (folders.length === 0 && database === undefined)
      throw new MusterError('settings-invalid', 'Folders with runs are expected, or --database FILE.');
    const { runs: found, left } = await runsBelow(folders);
    const runs = database === undefined ? found : (await import('./history-database.ts')).keptIn(database, found);
    for (const each of left) process.stderr.write(`Left out: ${each}\n`);
    if (runs.length === 0)
      throw new MusterError(
        'not-found',
        `${[...folders, ...(database ? [database] : [])].join(', ')}: expected the record of a run (run.json), seen none.`,
      );
    const history = historyOf(runs);
    if (out !== undefined) {
      const { renderHistoryHtml } = await import('#reports/html/history-page.ts');
      await replaceTextFile(out, renderHistoryHtml(history));
    }
    const color = process.stdout.isTTY === true && !process.env.NO_COLOR;
    const columns = process.stdout.columns ?? 100;
    process.stdout.write(json ? `${JSON.stringify(history)}\n` : renderHistory(history, { color, columns }));
  },
};
