import { type CommandView, commandTree, type OptionView } from '#harness/cli/command-tree.ts';
import { commands } from '#harness/cli/commands.ts';
import { code, table } from './markdown.ts';

/** docs/commands.md: every command, as its builder declares it. */
export async function commandsPage(): Promise<string> {
  return flat(await commandTree(Object.values(commands)))
    .map(section)
    .join('\n');
}

/** A command that only holds others has nothing of its own to show. */
function flat(views: readonly CommandView[]): CommandView[] {
  return views.flatMap((view) => (view.commands.length > 0 ? flat(view.commands) : [view]));
}

function section({ path, usage, describe, positionals, options, examples, epilogue }: CommandView): string {
  const words = usage.split(' ').slice(1).join(' ');
  const parts = [
    `## muster ${path}`,
    `${describe}.${epilogue === '' ? '' : ` ${epilogue}`}`,
    code(`muster ${path} ${words} ${options.length > 0 ? '[options]' : ''}`.replace(/ +/g, ' ').trim()),
    rows([...positionals.map((each) => row(each, each.name)), ...options.map((each) => row(each, nameOf(each)))]),
    examples.map(([command, what]) => `- ${code(command)}: ${what}`).join('\n'),
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

function rows(all: readonly (readonly string[])[]): string {
  return all.length === 0 ? '' : table(['option', 'what', 'unless given'], all);
}

function nameOf({ name, alias }: OptionView): string {
  return [`--${name}`, ...[alias ?? []].flat().map((short) => `-${short}`)].join(', ');
}

function row(option: OptionView, name: string): readonly string[] {
  const { describe = '', choices, demandOption, type, array } = option;
  const value = choices ? ` ${choices.join('|')}` : type === 'boolean' || !name.startsWith('-') ? '' : ' …';
  return [
    code(`${name}${value}`),
    `${describe}${array ? ' (one or more)' : ''}`,
    demandOption ? 'needed' : usual(option),
  ];
}

function usual({ default: value, type }: OptionView): string {
  return value === undefined || (type === 'boolean' && value === false) ? '' : code(String(value));
}
