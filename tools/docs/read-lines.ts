import { spawnSync } from 'node:child_process';
import { commandTree } from '#harness/cli/command-tree.ts';
import { commandsFor } from '#harness/cli/commands.ts';
import { expectUsable } from '#harness/cli/usable.ts';
import type { CommandLine } from './command-lines.ts';
import { asRun } from './line-rules.ts';

/** A place that a reader fills in. */
const place = / …(?= |$)/g;

/** Reads a line as its shell and its command would. @throws when either does not understand it */
export async function expectReadable(line: CommandLine): Promise<void> {
  const text = asRun(line).replace(place, '');
  const checked = spawnSync('bash', ['-n', '-c', text], { encoding: 'utf8' });
  if (checked.status !== 0) throw new Error(`bash does not understand it: ${checked.stderr}`);
  for (const words of musterWords(text)) await expectUsable(words);
}

/** The words of each muster on the line, as the shell makes them; nothing but the shell runs. */
function musterWords(text: string): readonly (readonly string[])[] {
  if (!/^(\w+='[^']*' )?(for .*; do )?(npx )?muster /.test(text)) return [];
  const listening = `muster() { printf '%s\\0' "$@" $'\\x01' >&3; }; npx() { "$@"; }; date() { echo 2099-01-01T00:00:00Z; }`;
  const script = `${listening}\n${text.replace(/>+ *\S+ *$/, '')}`;
  const { output } = spawnSync('bash', ['-c', script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: variablesOf(text),
  });
  const said = String(output[3]).split('\u0001\0').slice(0, -1);
  if (said.length === 0) throw new Error('no muster is called');
  return said.map((words) => words.split('\0').slice(0, -1));
}

/** What earlier lines of the page set. */
function variablesOf(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/\$([A-Z_]+)/g)].map(([, name]) => [name, 'x']));
}

/** A command in the running text may have words left out, but what it names is there. @throws when it is not */
export async function expectNamed({ text }: CommandLine): Promise<void> {
  const words = text.replace(/^npx /, '').split(' ').slice(1);
  if (words[0] === undefined || /^[A-Z]+$/.test(words[0])) return;
  let views = await commandTree(commandsFor(words));
  let found = views.find(({ path }) => path === words[0]);
  if (!found) throw new Error(`there is no command "${words[0]}"`);
  for (const word of words.slice(1)) {
    views = found.commands;
    const next = views.find(({ path }) => path.split(' ').at(-1) === word);
    if (!next) break;
    found = next;
  }
  const options = words.flatMap((word) => /^--([a-z][a-z-]*)/.exec(word)?.[1] ?? []);
  const unknown = options.filter((name) => name !== 'help' && !found.options.some((option) => option.name === name));
  if (unknown.length > 0) throw new Error(`muster ${found.path} has no --${unknown.join(', --')}`);
}
