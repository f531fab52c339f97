import { encodeTokenInfo, type TokenContent } from '#protocol/osp/token.ts';
import type { Authority } from '#protocol/pki/authority.ts';
import { generateKeyPair, spkiOf } from '#protocol/pki/keys.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';
import { type DataSigner, signedData } from '#protocol/pki/signed-data.ts';

/**
 * Signs the tokens of destinations (Muster protocol decisions, «What follows enrollment: tokens»). The key is one of this
 * process, under the clearinghouse CA: whoever holds that CA's certificate can verify a token with what is in it.
 */
export class TokenSigner {
  readonly #profile: CryptoProfile;
  /** One for each authority; made when first needed. */
  readonly #signers = new WeakMap<Authority, Promise<DataSigner>>();

  constructor(profile: CryptoProfile) {
    this.#profile = profile;
  }

  async sign(content: TokenContent, authority: Authority): Promise<Uint8Array> {
    const signer = this.#signers.get(authority) ?? this.#create(authority);
    this.#signers.set(authority, signer);
    return signedData(encodeTokenInfo(content), await signer);
  }

  async #create(authority: Authority): Promise<DataSigner> {
    const key = await generateKeyPair(this.#profile.authorityKey);
    const { notBefore, notAfter } = authority.certificate;
    const certificate = authority.issue({
      subject: [{ type: 'CN', value: 'Clearinghouse tokens' }],
      spki: spkiOf(key.publicKey),
      notBefore,
      notAfter,
      basicConstraints: { ca: false },
      keyUsage: ['digitalSignature'],
      extendedKeyUsage: ['emailProtection'],
    });
    return { certificate, key, signature: this.#profile.authoritySignature };
  }
}
