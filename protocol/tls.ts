import type { CryptoProfile } from './pki/profiles.ts';

/** What a profile means to node:tls, for a listener and for a connection alike. */
export interface TlsProfileOptions {
  readonly minVersion: 'TLSv1' | 'TLSv1.2';
  readonly maxVersion: 'TLSv1.3';
  /** `DEFAULT@SECLEVEL=0` in legacy: above level 0, OpenSSL refuses TLS 1.0, RSA 1024 and MD5. */
  readonly ciphers?: string;
  /** Named, since the default would negotiate X25519MLKEM768, which no gateway offers and which costs twice as much. */
  readonly ecdhCurve: string;
}

export function tlsOptions(profile: CryptoProfile): TlsProfileOptions {
  return { ...profile.tls };
}
