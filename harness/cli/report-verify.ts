import { stat } from 'node:fs/promises';
import type { CommandModule, InferredOptionTypes } from 'yargs';
import { MusterError } from '#protocol/errors.ts';
import { readVerificationKey } from '../certificate/signing-keys.ts';
import { type PackageFinding, type Verification, verifyPackage } from '../certificate/verification.ts';
import { exitCodes } from './exit-codes.ts';
import { flagOption, named, textOption } from './options.ts';
import { printableLine } from './printable.ts';

const options = named({
  key: { ...textOption('The public key of the lab, PEM, from somewhere else than this folder'), demandOption: true },
  json: flagOption('Print what was found as JSON'),
} as const);

/** `muster report verify DIR`: offline; every file that is not as it was signed is named. */
export const verifyCommand: CommandModule<object, InferredOptionTypes<typeof options> & { folder: string }> = {
  command: 'verify <folder>',
  describe: 'Hold a signed certification against a public key, and every file against its digest',
  builder: (y) =>
    y
      .positional('folder', { describe: 'A folder that was certified and signed', type: 'string', demandOption: true })
      .options(options)
      .example('$0 report verify acme-2.4.1 --key lab-public.pem', 'offline; names each file that was changed')
      .epilogue(
        `Ends ${exitCodes.good} when all is as it was signed, whatever its verdict; ${exitCodes.findings} when something was changed, is missing, came later, or was signed by another key.`,
      ),
  handler: async ({ folder, key: keyFile, json }) => {
    const key = await readVerificationKey(keyFile);
    const isFolder = await stat(folder).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isFolder) throw new MusterError('not-found', `${folder}: a folder that was certified is expected.`);
    const verification = await verifyPackage(folder, key);
    process.stdout.write(json ? `${JSON.stringify(asJson(verification))}\n` : asText(verification));
    process.exitCode = verification.findings.length === 0 ? exitCodes.good : exitCodes.findings;
  },
};

/** One line a finding. What a file is called may hold escape sequences: they are shown, not obeyed. */
export function findingLines(findings: readonly PackageFinding[]): string {
  return findings.map(({ file, what }) => `  ${printableLine(`${file}: ${what}`)}\n`).join('');
}

function asText({ findings, signedBy, unchecked, statement }: Verification): string {
  const lines = [
    ...signedBy.map((id) => `signed by the key ${id}`),
    ...unchecked.map((id) => `not checked: a signature by the key ${printableLine(id)}, which was not given`),
  ];
  const about = statement ? aboutLines(statement) : [];
  const head =
    findings.length === 0
      ? `GOOD  as it was signed: ${statement?.predicate.files.length ?? 0} files and the statement`
      : `NOT AS IT WAS SIGNED  ${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}:`;
  return `${head}\n${findingLines(findings)}${[...about, ...lines].map((line) => `${line}\n`).join('')}`;
}

function aboutLines({ subject, predicate }: NonNullable<Verification['statement']>): string[] {
  const { verdict, requirementSet, profile } = predicate;
  return [
    `about ${printableLine(`${subject[0]?.name}, firmware SHA-256 ${subject[0]?.digest.sha256}`)}`,
    `verdict ${printableLine(`${verdict}, requirement set ${requirementSet?.name}, profile ${profile?.id}`)}`,
  ];
}

function asJson({ statement, ...rest }: Verification) {
  const { verdict, requirementSet, muster } = statement?.predicate ?? {};
  return {
    good: rest.findings.length === 0,
    ...rest,
    ...(statement ? { subject: statement.subject, verdict, requirementSet, muster } : {}),
  };
}
