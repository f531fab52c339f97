import type { Argv, CommandModule, Options } from 'yargs';

/** An option or a positional word, as its command declares it. */
export interface OptionView extends Options {
  readonly name: string;
}

/** One command, as its builder declares it: for the shell's completion, and for docs/commands.md. */
export interface CommandView {
  /** Without `muster`: `config check`. */
  readonly path: string;
  /** As yargs has it: `check <file>`. */
  readonly usage: string;
  readonly describe: string;
  readonly options: readonly OptionView[];
  readonly positionals: readonly OptionView[];
  readonly commands: readonly CommandView[];
  readonly examples: readonly (readonly [command: string, what: string])[];
  readonly epilogue: string;
}

type Call = readonly [method: string, given: readonly unknown[]];

/** What these builders declare, without a parser: yargs does not give out what it was told. */
export async function commandTree(adds: readonly ((y: Argv) => Promise<Argv>)[]): Promise<readonly CommandView[]> {
  const calls: Call[] = [];
  for (const add of adds) await add(recorder(calls));
  return Promise.all(modulesIn(calls).map((module) => viewOf(module, '')));
}

async function viewOf({ command, describe, builder }: CommandModule, before: string): Promise<CommandView> {
  const usage = String(command);
  const path = `${before}${usage.split(' ')[0]}`;
  const calls: Call[] = [];
  if (typeof builder === 'function') await builder(recorder(calls));
  const named = (method: string): OptionView[] =>
    calls.flatMap(([called, [name, option]]) =>
      called === method && typeof name === 'string' ? [{ name, ...(option as Options) }] : [],
    );
  const tables = calls.flatMap(([called, [table]]) => (called === 'options' ? [table as Record<string, Options>] : []));
  const text = (method: string) => calls.filter(([called]) => called === method).map(([, given]) => given.map(String));
  return {
    path,
    usage,
    describe: typeof describe === 'string' ? describe : '',
    options: [
      ...tables.flatMap((table) => Object.entries(table).map(([name, option]) => ({ name, ...option }))),
      ...named('option'),
    ],
    positionals: named('positional'),
    commands: await Promise.all(modulesIn(calls).map((module) => viewOf(module, `${path} `))),
    examples: text('example').map(([example = '', what = '']) => [example.replace('$0', 'muster'), what]),
    epilogue: text('epilogue').flat().join(' '),
  };
}

function modulesIn(calls: readonly Call[]): CommandModule[] {
  return calls.flatMap(([method, [module]]) => (method === 'command' ? [module as CommandModule] : []));
}

/** In the place of yargs: writes down each call, and gives itself for the next. */
function recorder(calls: Call[]): Argv {
  const y: Argv = new Proxy({} as Argv, {
    get: (_, method) => {
      // It is no promise.
      if (method === 'then') return undefined;
      return (...given: unknown[]) => {
        calls.push([String(method), given]);
        return y;
      };
    },
  });
  return y;
}
