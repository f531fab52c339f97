import type { CommandModule, InferredOptionTypes } from 'yargs';
import { formatConfigFile } from '#protocol/config-file/edit.ts';
import { parseConfigFile, readConfiguration } from '#protocol/config-file/parse.ts';
import { quoteWord } from '#protocol/config-file/tokenizer.ts';
import { readTextFile } from '#protocol/text-file.ts';
import { hashPassword, parseAccounts } from '#reference-server/accounts.ts';
import { FilePlace } from '#reference-server/configuration/file-place.ts';
import { canonicalConfigFile } from './canonical-config.ts';
import { backupsCommand, diffCommand, file, restoreCommand, rewrite } from './config-history.ts';
import { exitCodes } from './exit-codes.ts';
import { flagOption, named, textOption } from './options.ts';
import { readPassword } from './password.ts';

const what = 'a configuration file';

const checkCommand: CommandModule<object, { file: string; json: boolean }> = {
  command: 'check <file>',
  describe: 'Say everything that is wrong with a configuration file, by line and column',
  builder: (y) =>
    y
      .positional('file', file)
      .option('json', flagOption('Print one JSON object'))
      .example('$0 config check muster.conf', 'ends 0, or 2 with every problem on standard error'),
  handler: async ({ file: path, json }) => {
    const text = await readTextFile(path, what);
    if (json) {
      const { problems } = parseConfigFile(text, path);
      console.log(JSON.stringify({ file: path, problems }));
      if (problems.length > 0) process.exitCode = exitCodes.usage;
      return;
    }
    const { groups, devices, routes } = readConfiguration(text, path).configuration;
    console.log(`${path}: good (groups: ${groups.size}, devices: ${devices.size}, routes: ${routes.length})`);
  },
};

const formatCommand: CommandModule<object, { file: string; write: boolean }> = {
  command: 'format <file>',
  describe: 'Print a configuration file in its usual form: double quotes, a line break at the end',
  builder: (y) =>
    y
      .positional('file', file)
      .option('write', flagOption('Change the file itself, at one moment, after a backup'))
      .example('$0 config format muster.conf', 'prints it; comments, order and old license lines stay')
      .example('$0 config format --write muster.conf', 'changes it'),
  handler: async ({ file: path, write }) => {
    const format = (text: string) => formatConfigFile(canonicalConfigFile(readConfiguration(text, path).file));
    if (write) await rewrite(new FilePlace(path, ''), format);
    else process.stdout.write(format(await readTextFile(path, what)));
  },
};

const accountOptions = named({
  customer: { ...textOption('Customer number'), demandOption: true },
  device: { ...textOption('Device number'), demandOption: true },
  name: { ...textOption("The device's DNS name or address, as in the configuration file"), demandOption: true },
  username: { ...textOption('User name'), demandOption: true },
} as const);

const accountCommand: CommandModule<object, InferredOptionTypes<typeof accountOptions>> = {
  command: 'account',
  describe: 'Print a line for the accounts file; it holds a salted hash of the password',
  builder: (y) =>
    y
      .options(accountOptions)
      .epilogue('The password comes from MUSTER_PASSWORD, or from standard input.')
      .example(
        '$0 config account --customer 1 --device 7 --name gw7.example.com --username ann >> accounts',
        'asks for the password',
      ),
  handler: async ({ customer, device, name, username }) => {
    const words = [customer, device, name, username].map(quoteWord).join(' ');
    // The words are judged before anybody types a password.
    parseAccounts(`account ${words} ${await hashPassword('', 2)}`, 'the options');
    const password = await readPassword({ environment: process.env, input: process.stdin, piped: true });
    console.log(`account ${words} ${await hashPassword(password)}`);
  },
};

export const configCommand: CommandModule = {
  command: 'config',
  describe: 'Check, format, compare and restore configuration files, and make lines for accounts files',
  builder: (y) =>
    y
      .command(checkCommand)
      .command(formatCommand)
      .command(accountCommand)
      .command(backupsCommand)
      .command(diffCommand)
      .command(restoreCommand)
      .demandCommand(1, 'One of these is expected: check, format, account, backups, diff, restore.')
      .example('$0 config check muster.conf', 'everything that is wrong with it'),
  handler: () => {},
};
