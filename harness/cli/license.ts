import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import type { CommandModule, InferredOptionTypes } from 'yargs';
import { parseConfigFile } from '#protocol/config-file/parse.ts';
import { MusterError } from '#protocol/errors.ts';
import { ensureFolder, isThere, readTextFile, replaceTextFile } from '#protocol/text-file.ts';
import { licenseAsText, licenseOf, trialDevices } from '#reference-server/configuration/license.ts';
import {
  makeLicense,
  readLicensePrivateKey,
  readLicensePublicKey,
} from '#reference-server/configuration/license-key.ts';
import { countOption, durationOption, flagOption, named, textOption } from './options.ts';

/** In the folder of a server it is found without being named. */
export const licensePublicKeyFile = 'license-public.pem';
const privateKeyFile = 'license-private.pem';
const folder = 'muster-server';

const keygenOptions = named({ out: { ...textOption('Folder for the two keys'), default: folder } } as const);

const keygenCommand: CommandModule<object, InferredOptionTypes<typeof keygenOptions>> = {
  command: 'keygen',
  describe: 'Make a pair of keys for the licenses of a bench',
  builder: (y) =>
    y.options(keygenOptions).example('$0 license keygen --out keys', 'one key to sign with, one that servers trust'),
  handler: async ({ out }) => {
    await ensureFolder(out, 'the folder for the keys');
    const [privateFile, publicFile] = [join(out, privateKeyFile), join(out, licensePublicKeyFile)];
    for (const path of [privateFile, publicFile]) {
      if (await isThere(path)) {
        throw new MusterError(
          'settings-invalid',
          `${path} is there already, and licenses may be signed with it: choose another --out, or remove it.`,
        );
      }
    }
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    await replaceTextFile(privateFile, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 0o600);
    await replaceTextFile(publicFile, publicKey.export({ type: 'spki', format: 'pem' }).toString(), 0o644);
    console.log(
      `${privateFile} signs licenses (muster license make); ${publicFile} is what a server trusts (muster serve --license-key).`,
    );
  },
};

const makeOptions = named({
  key: { ...textOption('The private key, PEM'), default: join(folder, privateKeyFile) },
  holder: { ...textOption('Who holds the license'), demandOption: true },
  devices: { ...countOption('How many devices may be enrolled'), demandOption: true },
  valid: { ...durationOption('How long it counts, from now'), default: '1y' },
} as const);

const makeCommand: CommandModule<object, InferredOptionTypes<typeof makeOptions>> = {
  command: 'make',
  describe: 'Print a license line for a configuration file',
  builder: (y) =>
    y
      .options(makeOptions)
      .example(
        '$0 license make --holder "Our bench" --devices 100000 >> muster.conf',
        'a running server takes it at once',
      ),
  handler: async ({ key, holder, devices, valid }) => {
    const privateKey = readLicensePrivateKey(await readTextFile(key, 'the private key of licenses'));
    console.log(`license ${makeLicense({ holder, devices, expires: Date.now() + valid * 1000 }, privateKey)}`);
  },
};

const showOptions = named({
  key: { ...textOption('The public key, PEM'), default: join(folder, licensePublicKeyFile) },
  json: flagOption('Print one JSON object'),
} as const);

const showCommand: CommandModule<object, InferredOptionTypes<typeof showOptions> & { file: string }> = {
  command: 'show <file>',
  describe: 'Say what the license of a configuration file allows; the key itself is not shown',
  builder: (y) =>
    y
      .positional('file', { describe: 'The configuration file', type: 'string', demandOption: true })
      .options(showOptions)
      .example('$0 license show muster.conf', 'holder, devices, end'),
  handler: async ({ file, key, json }) => {
    const { configuration } = parseConfigFile(await readTextFile(file, 'a configuration file'), file);
    const publicKey = readLicensePublicKey(await readTextFile(key, 'the public key of licenses'));
    const license = licenseOf(configuration, { publicKey, trialDevices }, new Date());
    console.log(json ? JSON.stringify(license) : licenseAsText(license));
  },
};

export const licenseCommand: CommandModule = {
  command: 'license',
  describe: 'Make licenses for a bench, and say what one allows',
  builder: (y) =>
    y
      .command(keygenCommand)
      .command(makeCommand)
      .command(showCommand)
      .demandCommand(1, 'One of these is expected: keygen, make, show.')
      .epilogue(`Without a license a server is a trial version, for ${trialDevices} enrolled devices.`),
  handler: () => {},
};

/** The text of the public key that a server trusts: the one named, else that of its folder, if there is one. */
export async function licensePublicKey(data: string, path: string | undefined): Promise<string | undefined> {
  const found = path ?? join(data, licensePublicKeyFile);
  if (path === undefined && !(await isThere(found))) return undefined;
  return readTextFile(found, 'the public key of licenses (muster license keygen makes a pair)');
}
