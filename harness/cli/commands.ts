import type { Argv } from 'yargs';

/** In the order of the help. A command is read when it is called: what one of them needs takes half a second to load. */
export const commands: Readonly<Record<string, (y: Argv) => Promise<Argv>>> = {
  certify: async (y) => y.command((await import('./certify.ts')).certifyCommand),
  serve: async (y) => y.command((await import('./serve.ts')).serveCommand),
  enroll: async (y) => y.command((await import('./enroll.ts')).enrollCommand),
  load: async (y) => y.command((await import('./load.ts')).loadCommand),
  worker: async (y) => y.command((await import('./worker.ts')).workerCommand),
  report: async (y) => y.command((await import('./report.ts')).reportCommand),
  replay: async (y) => y.command((await import('./replay.ts')).replayCommand),
  doctor: async (y) => y.command((await import('./doctor.ts')).doctorCommand),
  list: async (y) => y.command((await import('./list.ts')).listCommand),
  explain: async (y) => y.command((await import('./explain.ts')).explainCommand),
  config: async (y) => y.command((await import('./config.ts')).configCommand),
  license: async (y) => y.command((await import('./license.ts')).licenseCommand),
  completion: async (y) => y.command((await import('./completion.ts')).completionCommand),
};

/** The command that these words call; all of them when they call none. */
export function commandsFor([first = '']: readonly string[]): readonly ((y: Argv) => Promise<Argv>)[] {
  const called = Object.hasOwn(commands, first) ? commands[first] : undefined;
  if (called) return [called];
  return first === '--version' ? [] : Object.values(commands);
}
