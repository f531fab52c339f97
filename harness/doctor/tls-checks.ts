import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type SecureVersion, type TLSSocket } from 'node:tls';
import { messageOf } from '#protocol/errors.ts';
import { type CryptoProfile, type ProfileId, profiles } from '#protocol/pki/profiles.ts';
import { tlsOptions } from '#protocol/tls.ts';
import { createThirdPartyCa } from '#simulators/third-party-ca.ts';
import { type Check, fail, ok, type Seen, warn } from './check.ts';

const versions: Readonly<Record<ProfileId, readonly SecureVersion[]>> = {
  modern: ['TLSv1.2', 'TLSv1.3'],
  legacy: ['TLSv1', 'TLSv1.1', 'TLSv1.2'],
};

/** Handshakes between two ends of this very process: what this Node, its OpenSSL and the policy of the system can do. */
export const tlsChecks: readonly Check[] = [
  {
    id: 'tls-modern',
    expected: 'TLS 1.2 and 1.3 with P-256 and SHA-256',
    look: () => tlsSeen(profiles.modern),
  },
  {
    id: 'tls-legacy',
    expected: 'TLS 1.0 to 1.2 with RSA 1024 and MD5, for --profile legacy and for cases about old TLS',
    look: () => tlsSeen(profiles.legacy),
  },
];

/** `offered`: what the client of these handshakes may offer, if not what the profile says. */
export async function tlsSeen(profile: CryptoProfile, offered: object = tlsOptions(profile)): Promise<Seen> {
  const refused: string[] = [];
  try {
    const ca = await createThirdPartyCa({ profile: profile.id });
    const { keyPem, chainPem } = await ca.issueServer({ host: 'localhost' });
    const server = createServer({ ...tlsOptions(profile), key: keyPem, cert: chainPem });
    server.on('tlsClientError', () => {});
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const client = { ...offered, port, host: '127.0.0.1', servername: 'localhost', ca: ca.anchorPem };
    for (const version of versions[profile.id]) {
      const why = await failureOf(connect({ ...client, minVersion: version, maxVersion: version }));
      if (why !== undefined) refused.push(`${version}: ${why}`);
    }
    server.close();
  } catch (thrown) {
    refused.push(messageOf(thrown));
  }
  if (refused.length === 0) return ok(versions[profile.id].join(', '));
  const mend =
    'Use the Node that comes with the packages (npm ci), without FIPS mode, and without an OPENSSL_CONF that forbids it.';
  return (profile.insecure ? warn : fail)(refused.join('; '), mend);
}

async function failureOf(socket: TLSSocket): Promise<string | undefined> {
  try {
    await once(socket, 'secureConnect');
    return undefined;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code ?? messageOf(thrown);
  } finally {
    socket.destroy();
  }
}
