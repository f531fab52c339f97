import { createSecureContext } from 'node:tls';
import { MusterError, messageOf } from '#protocol/errors.ts';
import { type ProfileId, profiles } from '#protocol/pki/profiles.ts';
import { tlsOptions } from '#protocol/tls.ts';
import { createThirdPartyCa } from '#simulators/third-party-ca.ts';
import { readTextFile } from './text-file.ts';

export interface ServerIdentity {
  readonly chainPem: string;
  readonly keyPem: string;
  /** Absent when the user brought a certificate: whoever issued it is known to the user. */
  readonly anchorPem?: string;
}

/** The server's own certificate for TLS: the user's, or one of a third-party CA made for this run. @throws MusterError */
export async function serverIdentity(options: {
  readonly name: string;
  readonly profile: ProfileId;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
}): Promise<ServerIdentity> {
  const { name, profile, certificate, key } = options;
  if (certificate === undefined && key === undefined) {
    const thirdParty = await createThirdPartyCa({ profile });
    const { chainPem, keyPem } = await thirdParty.issueServer({ host: name });
    return { chainPem, keyPem, anchorPem: thirdParty.anchorPem };
  }
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
