import yargs, { type Argv } from 'yargs';
import { MusterError } from '#protocol/errors.ts';
import { commands, commandsFor } from './commands.ts';
import { exitOf } from './error-exit.ts';
import { exitCodes } from './exit-codes.ts';
import { musterVersion } from './version.ts';

/** What a shell calls muster with, to ask what the last of the words that follow may become. */
const completionWord = '--complete';

/** Runs one command line, without the name of the program, and sets the exit code of this process. Never throws. */
export async function runMuster(words: readonly string[]): Promise<void> {
  const fail = (thrown: unknown): void => {
    const { code, message } = exitOf(thrown, process.env.MUSTER_DEBUG === '1');
    process.stderr.write(`${message}\n`);
    process.exitCode = code;
  };
  process.on('uncaughtException', (thrown) => {
    fail(thrown);
    process.exit();
  });
  // Whoever reads our output may have had enough of it: muster … | head
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
  try {
    if (words[0] === completionWord) {
      const { completionsFor } = await import('./completion.ts');
      process.stdout.write((await completionsFor(words.slice(1))).map((line) => `${line}\n`).join(''));
      return;
    }
    const parser = parserOf(words);
    for (const add of commandsFor(words)) await add(parser);
    await parser.parseAsync();
  } catch (thrown) {
    fail(thrown);
  }
}

/** The parser of these words, without any command. */
export function parserOf(words: readonly string[]): Argv {
  return yargs([...words])
    .scriptName('muster')
    .locale('en')
    .usage('$0 COMMAND\n\nDevice simulator and conformance harness for secure device enrollment (WO 01/47232).')
    .demandCommand(1, 'A command is expected.')
    .strict()
    .recommendCommands()
    .version(musterVersion())
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .epilogue(
      `Exit codes: ${exitCodes.good} good, ${exitCodes.findings} findings, ${exitCodes.usage} usage or configuration, ` +
        `${exitCodes.bench} the bench, ${exitCodes.inconclusive} inconclusive, ${exitCodes.stale} an expectation is stale, ${exitCodes.bug} a bug in muster.`,
    )
    .exitProcess(false)
    .fail((message: string | null, thrown: unknown) => {
      // yargs gives a message for a usage that it refuses, and only the error for what a command threw.
      if (message === null && thrown !== undefined) throw thrown;
      const unknown = message?.startsWith('Did you mean') ? `Unknown command: ${words.join(' ')}. ` : '';
      throw new MusterError('settings-invalid', `${unknown}${message ?? 'not usable'}\n${whereToLook(words)}`);
    });
}

function whereToLook([first = '']: readonly string[]): string {
  return `See: muster ${Object.hasOwn(commands, first) ? `${first} ` : ''}--help`;
}
