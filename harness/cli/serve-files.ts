import { dirname, join } from 'node:path';
import { ensureFolder, isThere, replaceTextFile } from '#protocol/text-file.ts';
import { sampleFiles } from './serve-sample.ts';

/** Where a server's files are. */
export interface ServeFiles {
  readonly configuration: string;
  readonly accounts: string;
  /** The password of the sample account, when the sample was written just now. */
  readonly newPassword?: string;
}

/** Finds the files; when none were named and there are none, writes a sample. @throws MusterError */
export async function findServeFiles(data: string, config?: string, accountsFile?: string): Promise<ServeFiles> {
  await ensureFolder(data, 'the folder of the server');
  const configuration = config ?? join(data, 'muster.conf');
  const accounts = accountsFile ?? join(dirname(configuration), 'accounts');
  const named = config !== undefined || accountsFile !== undefined;
  if (named || (await isThere(configuration)) || (await isThere(accounts))) return { configuration, accounts };
  const sample = await sampleFiles();
  await replaceTextFile(accounts, sample.accounts, 0o600);
  await replaceTextFile(configuration, sample.configuration, 0o600);
  return { configuration, accounts, newPassword: sample.password };
}
