import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Check, ok, type Seen, warn } from './check.ts';

interface Program {
  readonly id: string;
  /** Any of them will do. */
  readonly names: readonly string[];
  readonly why: string;
  readonly mend: string;
}

/** Programs beside Muster: none is needed for a verdict on a device or a server. */
const programs: readonly Program[] = [
  {
    id: 'openssl',
    names: ['openssl'],
    why: 'the adapter and the server made of openssl, in examples/',
    mend: 'apt-get install openssl',
  },
  { id: 'curl', names: ['curl'], why: 'the adapter made of openssl and curl', mend: 'apt-get install curl' },
  {
    id: 'wireshark',
    names: ['tshark', 'wireshark'],
    why: 'to read the captures among the evidence; they decrypt by themselves',
    mend: 'apt-get install tshark, or open them in a Wireshark elsewhere.',
  },
  {
    id: 'browser',
    names: ['chromium', 'chromium-browser', 'google-chrome', 'firefox'],
    why: 'to read report.html here, and for the tests of pages',
    mend: 'apt-get install chromium, or open the report elsewhere: it is one file.',
  },
];

/** `path`: as the variable PATH. */
export function programChecks(path: string): readonly Check[] {
  return programs.map((program) => ({
    id: program.id,
    expected: `${program.names[0]}: ${program.why}`,
    look: () => programSeen(program, path),
  }));
}

function programSeen({ names, mend }: Program, path: string): Seen {
  const found = path
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find(isProgram);
  return found === undefined ? warn(`no ${names.join(', no ')} in PATH`, mend) : ok(found);
}

function isProgram(path: string): boolean {
  if (!existsSync(path)) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
