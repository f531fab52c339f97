import { isIP } from 'node:net';
import { type Authority, type CertificateTemplate, createAuthority } from '#protocol/pki/authority.ts';
import type { Certificate } from '#protocol/pki/certificate.ts';
import { generateKeyPair, type KeyPair, privateKeyPem, spkiOf } from '#protocol/pki/keys.ts';
import { toPem } from '#protocol/pki/pem.ts';
import { type CryptoProfile, type ProfileId, profiles, signatureFor } from '#protocol/pki/profiles.ts';

const dayMs = 86_400_000;

export interface ThirdPartyCaOptions {
  readonly profile: ProfileId;
  /** Common name of the root; the intermediate's is derived from it. */
  readonly name?: string;
  /** Server certificates come from an intermediate CA under the root. */
  readonly intermediate?: boolean;
  /** Default: a day ago. */
  readonly notBefore?: Date;
  /** Default: in ten years. */
  readonly notAfter?: Date;
}

export interface ServerCertificateOptions {
  /** DNS name, or address: it becomes the common name and the subjectAltName. */
  readonly host: string;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Default: a new one of the profile. */
  readonly key?: KeyPair;
  /** Whatever shall differ from a good server certificate. */
  readonly changes?: Partial<CertificateTemplate>;
}

/** What a TLS listener needs. */
export interface ServerCertificate {
  readonly key: KeyPair;
  readonly keyPem: string;
  readonly certificate: Certificate;
  /** Leaf first, the root left out. */
  readonly chain: readonly Certificate[];
  readonly chainPem: string;
}

/** The CA that vouches for servers (WO 01/47232, third-party server 135), made for one run. */
export interface ThirdPartyCa {
  readonly profile: CryptoProfile;
  readonly root: Authority;
  readonly intermediate: Authority | undefined;
  /** What devices carry from the factory. */
  readonly anchorPem: string;
  issueServer(options: ServerCertificateOptions): Promise<ServerCertificate>;
}

export async function createThirdPartyCa(options: ThirdPartyCaOptions): Promise<ThirdPartyCa> {
  const profile = profiles[options.profile];
  const name = options.name ?? 'Third-Party Root CA';
  const notBefore = options.notBefore ?? new Date(Date.now() - dayMs);
  const notAfter = options.notAfter ?? new Date(Date.now() + 3650 * dayMs);
  const authority = async (commonName: string, issuer?: Authority): Promise<Authority> => {
    const key = await generateKeyPair(profile.authorityKey);
    const signature = signatureFor(key.publicKey, profile);
    const subject = [{ type: 'CN', value: commonName }] as const;
    return createAuthority({
      subject,
      key,
      signature,
      notBefore,
      notAfter,
      ...(issuer ? { issuer, pathLength: 0 } : {}),
    });
  };
  const root = await authority(name);
  const intermediate = options.intermediate ? await authority(`${name}, Intermediate`, root) : undefined;
  const issuer = intermediate ?? root;
  return {
    profile,
    root,
    intermediate,
    anchorPem: pemOf([root.certificate]),
    issueServer: async (server) => {
      const key = server.key ?? (await generateKeyPair(profile.deviceKey));
      const template = serverTemplate(server, key, { notBefore, notAfter });
      const certificate = issuer.issue({ ...template, ...server.changes });
      const chain = intermediate ? [certificate, intermediate.certificate] : [certificate];
      return { key, keyPem: privateKeyPem(key), certificate, chain, chainPem: pemOf(chain) };
    },
  };
}

/** RFC 9525 §2: the identity is in subjectAltName; the common name repeats it for older devices. */
export function serverTemplate(
  { host, notBefore, notAfter }: ServerCertificateOptions,
  key: KeyPair,
  period: { notBefore: Date; notAfter: Date },
): CertificateTemplate {
  const isRsa = key.publicKey.asymmetricKeyType === 'rsa';
  return {
    subject: [{ type: 'CN', value: host }],
    spki: spkiOf(key.publicKey),
    notBefore: notBefore ?? period.notBefore,
    notAfter: notAfter ?? period.notAfter,
    basicConstraints: { ca: false },
    // RSA key transport (TLS 1.2 and below) needs keyEncipherment.
    keyUsage: isRsa ? ['digitalSignature', 'keyEncipherment'] : ['digitalSignature'],
    extendedKeyUsage: ['serverAuth'],
    ...(isIP(host) === 0 ? { dnsNames: [host] } : { ipAddresses: [host] }),
  };
}

function pemOf(certificates: readonly Certificate[]): string {
  return certificates.map(({ der }) => toPem('CERTIFICATE', der)).join('');
}
