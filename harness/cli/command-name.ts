import { basename, relative } from 'node:path';

/** How whoever runs this muster would run it again: for lines that are printed to be copied. */
export function commandName(
  environment: NodeJS.ProcessEnv = process.env,
  script: string = process.argv[1] ?? '',
): string {
  if (environment.npm_execpath !== undefined) return 'npx muster';
  return basename(script) === 'muster' ? 'muster' : `node ${shellWord(relative(process.cwd(), script))}`;
}

/** A word as a POSIX shell reads it back. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
