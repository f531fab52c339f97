import type { CommandModule } from 'yargs';
import { expectNoProblems, parseConfigFile } from '#protocol/config-file/parse.ts';
import { MusterError } from '#protocol/errors.ts';
import { readTextFile } from '#protocol/text-file.ts';
import { FilePlace } from '#reference-server/configuration/file-place.ts';
import { differenceOf, unifiedText } from '#reference-server/configuration/text-difference.ts';
import { exitCodes } from './exit-codes.ts';
import { flagOption } from './options.ts';

export const file = { describe: 'The configuration file', type: 'string', demandOption: true } as const;
const backup = {
  describe: 'The name of a backup, as "muster config backups" shows it',
  type: 'string',
  demandOption: true,
} as const;

/** The accounts beside it are not asked for here. */
const placeOf = (path: string): FilePlace => new FilePlace(path, '');

export const backupsCommand: CommandModule<object, { file: string; json: boolean }> = {
  command: 'backups <file>',
  describe: 'List the backups of a configuration file, the newest first',
  builder: (y) =>
    y
      .positional('file', file)
      .option('json', flagOption('Print one JSON object'))
      .example('$0 config backups muster.conf', 'when, and how large'),
  handler: async ({ file: path, json }) => {
    const backups = await placeOf(path).backups();
    const shown = backups.map(({ name, at, bytes }) => ({ name, at: new Date(at).toISOString(), bytes }));
    if (json) console.log(JSON.stringify({ file: path, backups: shown }));
    else for (const { name, at, bytes } of shown) console.log(`${name}  ${at}  ${bytes} bytes`);
  },
};

export const diffCommand: CommandModule<object, { file: string; other: string }> = {
  command: 'diff <file> <other>',
  describe: 'Show what differs between a configuration file and a backup of it, or another file',
  builder: (y) =>
    y
      .positional('file', file)
      .positional('other', { ...backup, describe: `${backup.describe}, or another file` })
      .example('$0 config diff muster.conf 2026-11-23T10-00-00-123Z', 'ends 0 when nothing differs, else 1')
      .epilogue('License keys and cryptographic parameters are not shown.'),
  handler: async ({ file: path, other }) => {
    const now = await readTextFile(path, 'a configuration file');
    const before = await placeOf(path)
      .readBackup(other)
      .catch((thrown: unknown) => {
        if (thrown instanceof MusterError && thrown.code === 'not-found')
          return readTextFile(other, `the name of a backup of ${path}, or another file`);
        throw thrown;
      });
    const text = unifiedText(differenceOf(before, now), other, path);
    process.stdout.write(text);
    if (text !== '') process.exitCode = exitCodes.findings;
  },
};

export const restoreCommand: CommandModule<object, { file: string; backup: string }> = {
  command: 'restore <file> <backup>',
  describe: 'Put a backup in the place of a configuration file, which is backed up in its turn',
  builder: (y) =>
    y
      .positional('file', file)
      .positional('backup', backup)
      .example(
        '$0 config restore muster.conf 2026-11-23T10-00-00-123Z',
        'what was in force then; it is a change itself',
      )
      .epilogue('A running server takes it into force by itself, unless it cannot; its log then says why.'),
  handler: async ({ file: path, backup: name }) => {
    const place = placeOf(path);
    const text = await place.readBackup(name);
    expectNoProblems(parseConfigFile(text, `${path}.backups/${name}`));
    await rewrite(place, () => text);
    console.log(`${path}: restored from ${name}`);
  },
};

/** Changes a configuration file as a server does: a backup first, then at one moment, and not while a server changes it. */
export async function rewrite(place: FilePlace, change: (text: string) => string): Promise<void> {
  await place.exclusively(async () => {
    const { text, version } = await place.read();
    const changed = change(text);
    if (changed === text || (await place.replace(changed, version, 'edit', new Date())) !== undefined) return;
    throw new MusterError(
      'config-conflict',
      `${place.fileName}: somebody changed it at this moment; nothing was done. Try again.`,
    );
  });
}
