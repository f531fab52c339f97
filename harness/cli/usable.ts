import type { Argv, CommandModule } from 'yargs';
import { parserOf } from './command-line.ts';
import { commandsFor } from './commands.ts';

/**
 * Does every command, option and value of this command line exist? It is read as it would be, and nothing is done. What a
 * handler alone looks at, such as options that exclude one another, is not seen. @throws MusterError settings-invalid
 */
export async function expectUsable(words: readonly string[]): Promise<void> {
  const parser = parserOf(words);
  for (const add of commandsFor(words)) await add(idle(parser));
  await parser.parseAsync();
}

/** The same parser, but each command that it is given does nothing. */
function idle(parser: Argv): Argv {
  const proxy: Argv = new Proxy(parser, {
    get: (target, name) => {
      if (name === 'command') return (module: CommandModule) => given(target, proxy, module);
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        const result: unknown = Reflect.apply(value, target, args);
        return result === target ? proxy : result;
      };
    },
  });
  return proxy;
}

function given(parser: Argv, proxy: Argv, { builder, ...module }: CommandModule): Argv {
  parser.command({
    ...module,
    builder: async (inner) => {
      if (typeof builder === 'function') await builder(idle(inner));
      return inner;
    },
    handler: () => {},
  });
  return proxy;
}
