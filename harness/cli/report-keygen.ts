import { join } from 'node:path';
import type { CommandModule, InferredOptionTypes } from 'yargs';
import { MusterError } from '#protocol/errors.ts';
import { ensureFolder, isThere, replaceTextFile } from '#protocol/text-file.ts';
import { keyIdOf } from '../certificate/dsse.ts';
import { makeSigningKey, passphraseOf, privateKeyPem, signingKeyTypes } from '../certificate/signing-keys.ts';
import { choiceOption, named, textOption } from './options.ts';

const options = named({
  out: { ...textOption('Folder for the two keys'), default: 'muster-keys' },
  type: { ...choiceOption('Ed25519, or ECDSA on P-256', signingKeyTypes), default: 'ed25519' },
  'passphrase-file': textOption(
    'File whose first line encrypts the private key (or MUSTER_PASSPHRASE; else it is not)',
  ),
} as const);

/** `muster report keygen`: a lab's pair of keys. */
export const keygenCommand: CommandModule<object, InferredOptionTypes<typeof options>> = {
  command: 'keygen',
  describe: 'Make a pair of keys to sign certifications with',
  builder: (y) =>
    y.options(options).example('$0 report keygen --out lab', 'lab/private.pem signs, lab/public.pem verifies'),
  handler: async ({ out, type, passphraseFile }) => {
    const passphrase = await passphraseOf(passphraseFile);
    await ensureFolder(out, 'the folder for the keys');
    const [privateFile, publicFile] = [join(out, 'private.pem'), join(out, 'public.pem')];
    for (const path of [privateFile, publicFile]) {
      if (await isThere(path)) {
        throw new MusterError(
          'settings-invalid',
          `${path} is there already, and certifications may be signed with it: choose another --out, or remove it.`,
        );
      }
    }
    const { publicKey, privateKey } = makeSigningKey(type === 'p256' ? 'p256' : 'ed25519');
    await replaceTextFile(privateFile, privateKeyPem(privateKey, passphrase), 0o600);
    await replaceTextFile(publicFile, publicKey.export({ type: 'spki', format: 'pem' }).toString(), 0o644);
    const how = passphrase === undefined ? 'not encrypted: its file mode alone protects it' : 'encrypted';
    console.log(
      `${privateFile} signs (muster report sign; ${how}); ${publicFile} is what others verify with.\nKey id ${keyIdOf(publicKey)}`,
    );
  },
};
