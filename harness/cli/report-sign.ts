import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandModule, InferredOptionTypes } from 'yargs';
import { isThere, readTextFile, replaceTextFile } from '#protocol/text-file.ts';
import { type Envelope, envelopeText, keyIdOf, readEnvelope, signed } from '../certificate/dsse.ts';
import { packageFiles } from '../certificate/package-files.ts';
import { passphraseOf, readSigningKey } from '../certificate/signing-keys.ts';
import { checkUnsigned } from '../certificate/verification.ts';
import { exitCodes } from './exit-codes.ts';
import { named, textOption } from './options.ts';
import { findingLines } from './report-verify.ts';

const options = named({
  key: { ...textOption('The private key: PEM, Ed25519 or P-256'), demandOption: true },
  'passphrase-file': textOption('File whose first line decrypts the key (or MUSTER_PASSPHRASE)'),
} as const);

/** `muster report sign DIR`: the lab's signature, or one more, over what a certification left. */
export const signCommand: CommandModule<object, InferredOptionTypes<typeof options> & { folder: string }> = {
  command: 'sign <folder>',
  describe: 'Sign the statement of a certification, after a look at every file that it is about',
  builder: (y) =>
    y
      .positional('folder', { describe: 'The --out of muster certify --certify', type: 'string', demandOption: true })
      .options(options)
      .example('$0 report sign muster-report --key lab/private.pem', 'again with another key: a witness')
      .epilogue(`Ends ${exitCodes.findings} when the folder is not as the run left it: nothing is signed then.`),
  handler: async ({ folder, key: keyFile, passphraseFile }) => {
    const key = await readSigningKey(keyFile, await passphraseOf(passphraseFile));
    const { findings, statement } = await checkUnsigned(folder);
    if (findings.length > 0 || !statement) {
      process.stdout.write(`NOT SIGNED  ${folder} is not as the run left it:\n${findingLines(findings)}`);
      process.exitCode = exitCodes.findings;
      return;
    }
    const payload = await readFile(join(folder, packageFiles.statement));
    const path = join(folder, packageFiles.envelope);
    await replaceTextFile(path, envelopeText(signed(payload, key, await earlierSignatures(path, payload))), 0o644);
    const { verdict } = statement.predicate;
    const what = verdict === 'pass' ? 'a certificate' : `a report with the verdict ${verdict}, and no certificate`;
    process.stdout.write(`Signed: ${path}, over ${what}.\nKey id ${keyIdOf(key)}\n`);
  },
};

/** Those over the same statement; those over another are of another run. @throws MusterError attestation-malformed */
async function earlierSignatures(path: string, payload: Buffer): Promise<Envelope['signatures']> {
  if (!(await isThere(path))) return [];
  const envelope = readEnvelope(await readTextFile(path, 'a DSSE envelope'), path);
  return Buffer.from(envelope.payload, 'base64').equals(payload) ? envelope.signatures : [];
}
