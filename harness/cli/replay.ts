import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ArgumentsCamelCase, CommandModule } from 'yargs';
import { MusterError } from '#protocol/errors.ts';
import { commandForCase } from '#reports/command.ts';
import type { RunRecord } from '#reports/run-record.ts';
import { exitCodes } from './exit-codes.ts';
import { flagOption } from './options.ts';
import { readRunRecord } from './run-file.ts';
import { musterVersion } from './version.ts';

interface Words {
  case: string;
  from: string;
  out: string;
  json: boolean;
}

/** `muster replay CASE`: one case again, with the seed, the profile and the subject of a run that was recorded. */
export const replayCommand: CommandModule<object, Words> = {
  command: 'replay <case>',
  describe: 'Run one case of a recorded run again, with its seed, profile and subject',
  builder: (y) =>
    y
      .positional('case', { describe: 'The case', type: 'string', demandOption: true })
      .options({
        from: { describe: 'Folder of the run', type: 'string', default: 'muster-report', requiresArg: true },
        out: {
          describe: 'Folder for what this run leaves',
          type: 'string',
          default: 'muster-replay',
          requiresArg: true,
        },
        json: flagOption('Print the run record, without its evidence, as JSON'),
      })
      .example('$0 replay DEV-TLS-002', 'as it ran in muster-report/')
      .example('$0 replay DEV-TLS-002 --from ./nightly', 'as it ran there')
      .epilogue('Ends as muster certify does. A password is read again from where that run read it.'),
  handler: async ({ case: asked, from, out, json }: ArgumentsCamelCase<Words>) => {
    const record = await readRunRecord(from);
    const words = wordsFor(record, asked.toUpperCase(), from);
    if (record.muster !== musterVersion()) {
      process.stderr.write(`That run was made by Muster ${record.muster}; this is ${musterVersion()}.\n`);
    }
    process.exitCode = await runAgain([...words, '--out', out, ...(json ? ['--json'] : [])]);
  },
};

/** The words of the command that ran this case, without the program. @throws MusterError not-found, settings-invalid */
export function wordsFor(record: RunRecord, caseId: string, from: string): string[] {
  if (!record.cases.some(({ id }) => id === caseId)) {
    const there = record.cases.map(({ id }) => id).join(', ');
    throw new MusterError('not-found', `${from} holds no case ${caseId}. It holds: ${there || 'none'}.`);
  }
  const command = commandForCase(record, caseId);
  const [program, verb, ...rest] = (command.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? []).map(unquoted);
  if (program === 'muster' && verb === 'certify') return [verb, ...rest];
  throw new MusterError(
    'settings-invalid',
    `That run was not made by muster certify, and cannot be had again: ${command}`,
  );
}

function unquoted(word: string): string {
  return word.startsWith('"') ? (JSON.parse(word) as string) : word;
}

/** In a process of its own: it is the very command that a person would type. */
async function runAgain(words: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'muster.mjs'), ...words], { stdio: 'inherit' });
  const forward = (signal: NodeJS.Signals): boolean => child.kill(signal);
  process.on('SIGINT', forward).on('SIGTERM', forward);
  const [code] = (await once(child, 'close')) as [number | null];
  process.off('SIGINT', forward).off('SIGTERM', forward);
  return code ?? exitCodes.bug;
}
