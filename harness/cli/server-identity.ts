import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { MusterError, messageOf } from '#protocol/errors.ts';
import { type ProfileId, profiles } from '#protocol/pki/profiles.ts';
import { isThere, readTextFile, replaceTextFile } from '#protocol/text-file.ts';
import { tlsOptions } from '#protocol/tls.ts';
import { createThirdPartyCa } from '#simulators/third-party-ca.ts';

export interface ServerIdentity {
  readonly chainPem: string;
  readonly keyPem: string;
  /** Absent when the user brought a certificate: whoever issued it is known to the user. */
  readonly anchorPem?: string;
}

interface KeptIdentity extends ServerIdentity {
  readonly name: string;
  readonly profile: ProfileId;
}

interface IdentityOptions {
  readonly name: string;
  readonly profile: ProfileId;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  /** The folder of the server. */
  readonly data: string;
}

/** The server's own certificate for TLS: the user's, or one of a third-party CA made for this folder. @throws MusterError */
export async function serverIdentity(options: IdentityOptions): Promise<ServerIdentity> {
  const { profile, certificate, key } = options;
  if (certificate === undefined && key === undefined) return keptIdentity(options);
  if (certificate === undefined || key === undefined) {
    throw new MusterError('settings-invalid', '--certificate and --key are expected together; one is missing.');
  }
  const chainPem = await readTextFile(certificate, 'a certificate chain in PEM');
  const keyPem = await readTextFile(key, 'a private key in PEM');
  try {
    createSecureContext({ ...tlsOptions(profiles[profile]), cert: chainPem, key: keyPem });
  } catch (cause) {
    const expected = 'expected a certificate chain and its private key, in PEM and without a pass phrase';
    throw new MusterError('settings-invalid', `${certificate}, ${key}: ${expected}; seen: ${messageOf(cause)}.`, {
      cause,
    });
  }
  return { chainPem, keyPem };
}

/** A device keeps its trust anchor for long: the same folder, name and profile keep theirs from start to start. */
async function keptIdentity({ data, name, profile }: IdentityOptions): Promise<ServerIdentity> {
  const path = join(data, 'tls-identity.json');
  const kept = (await isThere(path))
    ? (JSON.parse(await readTextFile(path, 'a TLS identity')) as KeptIdentity)
    : undefined;
  if (kept?.name === name && kept.profile === profile) return kept;
  const thirdParty = await createThirdPartyCa({ profile });
  const { chainPem, keyPem } = await thirdParty.issueServer({ host: name });
  const made: KeptIdentity = { name, profile, chainPem, keyPem, anchorPem: thirdParty.anchorPem };
  await replaceTextFile(path, `${JSON.stringify(made)}\n`, 0o600);
  return made;
}
