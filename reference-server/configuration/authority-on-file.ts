import { addCrypto } from '#protocol/config-file/edit.ts';
import { readConfiguration } from '#protocol/config-file/parse.ts';
import type { Authority } from '#protocol/pki/authority.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';
import { readTextFile } from '#protocol/text-file.ts';
import { createClearinghouseAuthority } from '../enrollment/issuer.ts';
import { changeConfigurationFile } from './configuration-file.ts';
import { openAuthority, sealAuthority } from './crypto-parameters.ts';

/**
 * The clearinghouse CA of a configuration file. "If this parameter is not present … then new cryptographic parameters will
 * be generated" (WO 01/47232, crypto): they are written into the file, encrypted under the passphrase.
 * @throws MusterError config-invalid, settings-invalid
 */
export async function authorityOnFile(
  path: string,
  passphrase: string,
  profile: CryptoProfile,
  now: Date,
): Promise<Authority> {
  const { configuration } = readConfiguration(await readTextFile(path, 'a configuration file'), path);
  if (configuration.crypto !== undefined) return openAuthority(configuration.crypto, passphrase, profile, path);
  const authority = await createClearinghouseAuthority(profile, now);
  const parameters = await sealAuthority(authority, passphrase);
  await changeConfigurationFile(path, (file) => addCrypto(file, parameters), now);
  return authority;
}
