import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Argv, CommandModule } from 'yargs';
import { MusterError } from '#protocol/errors.ts';
import { readTextFile } from '#protocol/text-file.ts';
import type { LoadRecord } from '#reports/load-record.ts';
import { exitCodes } from './exit-codes.ts';
import { readLoadRecord } from './load-file.ts';
import { flagOption, named, textOption } from './options.ts';
import { baselineCommand } from './report-baseline.ts';
import { diffCommand } from './report-diff.ts';
import { historyCommand } from './report-history.ts';
import { keygenCommand } from './report-keygen.ts';
import { signCommand } from './report-sign.ts';
import { verifyCommand } from './report-verify.ts';

const mergeOptions = named({
  out: textOption('Folder of the merged report (muster-report of a certification, muster-load of a load)'),
  json: flagOption('Print the record as JSON'),
} as const);

interface MergeWords {
  readonly folders: readonly string[] | undefined;
  readonly out: string | undefined;
  readonly json: boolean;
}

const mergeCommand: CommandModule<object, MergeWords> = {
  command: 'merge <folders..>',
  describe: 'One report of the shards of a certification or a load; a missing or doubled shard is never green',
  builder: (y: Argv) =>
    y
      .positional('folders', { describe: 'What the shards left: the --out of each', type: 'string', array: true })
      .options(mergeOptions)
      .example('$0 report merge shard-1 shard-2 shard-3', 'one report, in muster-report/ or muster-load/')
      .epilogue(
        `Ends ${exitCodes.good} all is well, ${exitCodes.findings} findings, ${exitCodes.usage} a shard of a certification is there twice, ${exitCodes.inconclusive} one is missing, cut short, or of another run.`,
      ) as unknown as Argv<MergeWords>,
  handler: merge,
};

async function merge({ folders = [], out: given, json }: MergeWords): Promise<void> {
  if (existsSync(join(folders[0] ?? '', 'run.json'))) {
    const { mergeCertification } = await import('./merge-runs.ts');
    return mergeCertification(folders, given ?? 'muster-report', json);
  }
  const out = given ?? 'muster-load';
  const [{ mergeShards }, { printLoad, writeLoad }] = await Promise.all([
    import('../fleet/merge.ts'),
    import('./load-output.ts'),
  ]);
  const merged = mergeShards(await Promise.all(folders.map(readShard)));
  if (!merged) throw new MusterError('settings-invalid', 'At least one folder of a shard is expected.');
  await writeLoad(out, merged.record, merged.ledger);
  printLoad(merged.record, out, json);
  process.exitCode = merged.exitCode;
}

/** @throws MusterError not-found, settings-invalid */
async function readShard(folder: string): Promise<{ name: string; record: LoadRecord; ledger: string }> {
  const path = join(folder, 'load.json');
  const record = await readLoadRecord(path);
  const ledger = await readTextFile(join(folder, 'ledger.txt'), 'the ledger of a load');
  return { name: folder, record, ledger };
}

export const reportCommand: CommandModule = {
  command: 'report',
  describe:
    'Reports of runs: merge those of shards, compare two, or all over time, expect what one found, sign and verify a certification',
  builder: (y) =>
    y
      .command(mergeCommand)
      .command(diffCommand)
      .command(historyCommand)
      .command(baselineCommand)
      .command(keygenCommand)
      .command(signCommand)
      .command(verifyCommand)
      .demandCommand(1, 'A command is expected.'),
  handler: () => {},
};
