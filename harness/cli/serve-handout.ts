import { join } from 'node:path';
import { replaceTextFile } from '#protocol/text-file.ts';
import type { ReferenceServer } from '#reference-server/server.ts';
import type { DeviceNeeds } from './device-needs.ts';
import type { OpenConsole } from './serve-console.ts';
import type { ServeFiles } from './serve-files.ts';
import type { ServeWords } from './serve-options.ts';

/** Writes the anchor and the token, once the ports are ours: another server may be at work in the same folder. */
export async function handOut(
  server: ReferenceServer,
  { url, newPassword }: OpenConsole,
  { data }: ServeWords,
  files: ServeFiles,
  anchorPem: string | undefined,
  metricsUrl: string | undefined,
): Promise<DeviceNeeds> {
  const anchor = join(data, 'anchor.pem');
  const operatorToken = join(data, 'operator-token');
  if (anchorPem !== undefined) await replaceTextFile(anchor, anchorPem, 0o644);
  await replaceTextFile(operatorToken, `${server.token}\n`, 0o600);
  const { id: profile, insecure } = server.settings.profile;
  return {
    httpUrl: server.urls.http,
    tlsUrl: server.urls.tls,
    ...(anchorPem === undefined ? {} : { anchor }),
    caFingerprintSha256: server.fingerprints.sha256,
    caFingerprintSha1: server.fingerprints.sha1,
    profile,
    insecure,
    accounts: server.configurationKeeper.accounts.map(({ deviceName, device, customer, username }) => ({
      deviceName,
      device,
      customer,
      username,
    })),
    ...(files.newPassword === undefined ? {} : { password: files.newPassword }),
    consoleUrl: `${url}/`,
    ...(newPassword === undefined ? {} : { consolePassword: newPassword }),
    managementUrl: `${url}/api`,
    ...(metricsUrl === undefined ? {} : { metricsUrl }),
    operatorToken,
    configuration: files.configuration,
    accountsFile: files.accounts,
  };
}
