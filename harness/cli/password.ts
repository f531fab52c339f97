import { text as textOf } from 'node:stream/consumers';
import type { ReadStream } from 'node:tty';
import { MusterError } from '#protocol/errors.ts';
import { readTextFile } from '#protocol/text-file.ts';

export interface PasswordSources {
  readonly environment: NodeJS.ProcessEnv;
  /** Its first line is the password. */
  readonly file?: string | undefined;
  readonly input: NodeJS.ReadStream;
  /** Standard input may hold the password although it is no terminal. */
  readonly piped: boolean;
}

/**
 * A password: of a file, of MUSTER_PASSWORD, or typed unseen at a terminal; never of the command line, where others on
 * the machine could read it. @throws MusterError settings-invalid
 */
export async function readPassword({ environment, file, input, piped }: PasswordSources): Promise<string> {
  if (file !== undefined) return checked(firstLine(await readTextFile(file, 'a password file')), file);
  if (environment.MUSTER_PASSWORD !== undefined) return checked(environment.MUSTER_PASSWORD, 'MUSTER_PASSWORD');
  if (input.isTTY) return checked(await typed(input as ReadStream), 'what was typed');
  if (piped) return checked(firstLine(await textOf(input)), 'standard input');
  throw new MusterError(
    'settings-invalid',
    'A password is expected: set MUSTER_PASSWORD, or give --password-file FILE.',
  );
}

function firstLine(text: string): string {
  return text.replace(/^\ufeff/, '').split(/\r?\n/, 1)[0] ?? '';
}

/** What the protocol can carry: 1 to 255 bytes without control characters. */
function checked(password: string, source: string): string {
  const bytes = Buffer.byteLength(password);
  if (bytes >= 1 && bytes <= 255 && !/\p{Cc}/u.test(password)) return password;
  throw new MusterError(
    'settings-invalid',
    `The password of ${source} is not usable: expected 1 to 255 bytes without control characters, seen ${bytes} bytes.`,
  );
}

const keys: Readonly<Record<string, 'enter' | 'interrupt' | 'erase'>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\u0004': 'enter',
  '\u0003': 'interrupt',
  '\u007f': 'erase',
  '\b': 'erase',
};

function typed(terminal: ReadStream): Promise<string> {
  process.stderr.write('Password (not shown): ');
  terminal.setRawMode(true);
  terminal.setEncoding('utf8');
  return new Promise((resolve, reject) => {
    let password = '';
    const end = (finish: () => void): void => {
      terminal.off('data', read);
      terminal.setRawMode(false);
      terminal.pause();
      process.stderr.write('\n');
      finish();
    };
    const read = (characters: string): void => {
      for (const character of characters) {
        const key = keys[character];
        if (key === 'enter') end(() => resolve(password));
        else if (key === 'interrupt') end(() => reject(new MusterError('settings-invalid', 'No password was typed.')));
        else password = key === 'erase' ? password.slice(0, -1) : password + character;
        if (key === 'enter' || key === 'interrupt') return;
      }
    };
    terminal.on('data', read);
    terminal.resume();
  });
}
