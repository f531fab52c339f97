import type { CommandModule } from 'yargs';
import { MusterError } from '#protocol/errors.ts';
import { catalogue } from './catalogue.ts';
import { type CommandView, commandTree, type OptionView } from './command-tree.ts';
import { commands } from './commands.ts';
import { completionScripts, type Shell, shells } from './completion-scripts.ts';
import { knownCases } from './known-cases.ts';

export const completionCommand: CommandModule<object, { shell: Shell | undefined }> = {
  command: 'completion [shell]',
  describe: 'Print a script that makes a shell complete the words of muster',
  builder: (y) =>
    y
      .positional('shell', { describe: 'Of which shell; that of SHELL when left out', choices: shells })
      .example('$0 completion bash >> ~/.bashrc', 'from the next bash on')
      .example('$0 completion zsh > ~/.zfunc/_muster', 'from the next zsh on, in a folder of its fpath')
      .example('$0 completion fish > ~/.config/fish/completions/muster.fish', 'from the next fish on'),
  handler: ({ shell }) => {
    process.stdout.write(completionScripts[shell ?? shellOf(process.env.SHELL ?? '')]);
  },
};

/** @throws MusterError settings-invalid */
function shellOf(path: string): Shell {
  const shell = shells.find((name) => path.endsWith(name));
  if (shell) return shell;
  throw new MusterError('settings-invalid', `A shell is expected (${shells.join(', ')}); SHELL says "${path}".`);
}

/** What an option takes, where it is a name of something. */
const named: Readonly<Record<string, () => Promise<readonly string[]>>> = {
  case: async () => (await knownCases()).map(({ id }) => id),
  persona: async () => catalogue.personas().map(({ id }) => id),
  flaw: async () => catalogue.flaws().map(({ id }) => id),
  id: async () => [
    ...(await knownCases()).map(({ id }) => id),
    ...Object.values(catalogue).flatMap((rows) => rows().map(({ id }) => id)),
  ],
};

/**
 * What the last of these words may become, a line each: the word, and after a tab what it means. None where a file is due:
 * the shell knows better. The words are those behind `muster`.
 */
export async function completionsFor(words: readonly string[]): Promise<readonly string[]> {
  const [first = '', ...rest] = words.filter((word) => word !== '=');
  if (rest.length === 0) return starting(first, Object.keys(commands));
  const add = Object.hasOwn(commands, first) ? commands[first] : undefined;
  const [command] = add ? await commandTree([add]) : [];
  return command ? within(command, rest) : [];
}

async function within(command: CommandView, words: readonly string[]): Promise<readonly string[]> {
  const [first = '', ...rest] = words;
  const called = command.commands.find(({ path }) => path.split(' ').at(-1) === first);
  if (called && rest.length > 0) return within(called, rest);
  const current = words.at(-1) ?? '';
  const [option, inline] = optionBefore(command, words);
  if (option) return starting(inline ?? current, await valuesOf(option));
  if (current.startsWith('-')) return starting(current, flagsOf(command, words));
  if (command.commands.length > 0) {
    return starting(
      current,
      command.commands.map(({ path, describe }) => `${path.split(' ').at(-1)}\t${describe}`),
    );
  }
  const [positional] = command.positionals;
  return positional ? starting(current, await valuesOf(positional)) : [];
}

/** The option whose value the last word is; one that takes several goes on until the next begins. */
function optionBefore(
  command: CommandView,
  words: readonly string[],
): [option?: OptionView | undefined, inline?: string] {
  const current = words.at(-1) ?? '';
  const [, name = '', inline] = /^--([\w-]+)=(.*)$/.exec(current) ?? [];
  if (inline !== undefined) return [command.options.find((option) => option.name === name), inline];
  if (current.startsWith('-')) return [];
  const given = words.slice(0, -1);
  const at = given.findLastIndex((word) => word.startsWith('-'));
  const option = command.options.find((each) => `--${each.name}` === given[at]);
  if (!option || option.type === 'boolean') return [];
  return option.array || at === given.length - 1 ? [option] : [];
}

async function valuesOf({ name, choices }: OptionView): Promise<readonly string[]> {
  if (choices) return choices.map(String);
  return Object.hasOwn(named, name) ? ((await named[name]?.()) ?? []) : [];
}

function flagsOf({ options }: CommandView, words: readonly string[]): string[] {
  return options
    .filter(({ name, array }) => array || !words.slice(0, -1).includes(`--${name}`))
    .map(({ name, describe = '' }) => `--${name}\t${describe}`);
}

function starting(word: string, all: readonly string[]): readonly string[] {
  const wanted = word.toLowerCase();
  return all.filter((each) => each.toLowerCase().startsWith(wanted));
}
