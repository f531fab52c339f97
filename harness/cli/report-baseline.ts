import type { CommandModule } from 'yargs';
import { MusterError } from '#protocol/errors.ts';
import { entriesFor } from '#reports/baseline.ts';
import { isDay, writeEntries } from '#reports/baseline-file.ts';
import { isFlaky } from '#reports/repetitions.ts';
import { named, readOption, textOption } from './options.ts';
import { readRunRecord } from './run-file.ts';

const options = named({
  owner: { ...textOption('Who sees to these failures'), demandOption: true },
  reason: { ...textOption('Why they are expected'), demandOption: true },
  expires: { ...readOption('The last day on which they are, as 2027-03-31', dayOf), demandOption: true },
  case: { describe: 'Only these cases', type: 'string', array: true, requiresArg: true },
} as const);

interface Words {
  readonly run: string;
  readonly owner: string;
  readonly reason: string;
  readonly expires: string;
  readonly case: readonly string[] | undefined;
}

/** `muster report baseline`: what a run found, as entries of a baseline on standard output. */
export const baselineCommand: CommandModule<object, Words> = {
  command: 'baseline [run]',
  describe: 'Entries of a baseline for the failures of a run, to expect them from now on',
  builder: (y) =>
    y
      .positional('run', { describe: 'Folder of the run, or its run.json', type: 'string', default: 'muster-report' })
      .options(options)
      .example('$0 report baseline --owner ana --reason GW-812 --expires 2027-03-31 >> known.baseline', 'adopt them'),
  handler: async ({ run, case: picked, ...about }) => {
    const { cases } = await readRunRecord(run);
    const unknown = picked?.find((id) => !cases.some((one) => one.id === id));
    if (unknown !== undefined) throw new MusterError('not-found', `${run} holds no case ${unknown}.`);
    const selected = cases.filter(({ id }) => picked?.includes(id) ?? true);
    const entries = entriesFor(selected, about);
    process.stdout.write(writeEntries(entries));
    const left = selected.filter(({ verdict }) => verdict === 'error' || verdict === 'unverified');
    const flaky = selected.filter(isFlaky);
    const count = entries.length === 1 ? '1 entry' : `${entries.length} entries`;
    process.stderr.write(`${count}: read them, and give each the owner and the reason that are its own.\n`);
    if (left.length > 0) process.stderr.write(`No entry can expect what proves nothing: ${idsOf(left)}.\n`);
    if (flaky.length > 0) process.stderr.write(`No entry can expect what comes and goes: ${idsOf(flaky)}.\n`);
  },
};

function idsOf(cases: readonly { readonly id: string }[]): string {
  return cases.map(({ id }) => id).join(', ');
}

function dayOf(text: string): string {
  if (isDay(text)) return text;
  throw new MusterError('settings-invalid', `a day is expected, as 2027-03-31, seen "${text}".`);
}
