import type { Authority } from '#protocol/pki/authority.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';
import { createClearinghouseAuthority } from '../enrollment/issuer.ts';
import { openAuthority, sealAuthority } from './crypto-parameters.ts';

/** Where the clearinghouse CA of a configuration comes from. */
export interface CryptoSource {
  /**
   * The CA of a crypto line, or of a file without one: undefined when a new one must be made. `where` names the file, `current`
   * is the CA in force. @throws MusterError settings-invalid when the line does not open
   */
  open(
    parameters: string | undefined,
    where: string,
    current: Authority | undefined,
    now: Date,
  ): Promise<Authority | undefined>;
  /** A new CA, and the parameters of its crypto line; none where no line is kept. */
  make(now: Date): Promise<{ readonly authority: Authority; readonly parameters?: string }>;
}

/** In the file, encrypted under a passphrase. */
export class SealedCrypto implements CryptoSource {
  readonly #passphrase: string;
  readonly #profile: CryptoProfile;

  constructor(passphrase: string, profile: CryptoProfile) {
    this.#passphrase = passphrase;
    this.#profile = profile;
  }

  async open(parameters: string | undefined, where: string): Promise<Authority | undefined> {
    return parameters === undefined ? undefined : openAuthority(parameters, this.#passphrase, this.#profile, where);
  }

  async make(now: Date) {
    const authority = await createClearinghouseAuthority(this.#profile, now);
    return { authority, parameters: await sealAuthority(authority, this.#passphrase) };
  }
}

/** In memory, whatever the file says: for benches, which make hundreds of servers and have no secret to keep. */
export class HeldCrypto implements CryptoSource {
  readonly #profile: CryptoProfile;
  readonly #first: Authority | undefined;

  constructor(profile: CryptoProfile, first?: Authority) {
    this.#profile = profile;
    this.#first = first;
  }

  async open(_parameters: string | undefined, _where: string, current: Authority | undefined, now: Date) {
    return current ?? this.#first ?? (await this.make(now)).authority;
  }

  async make(now: Date) {
    return { authority: await createClearinghouseAuthority(this.#profile, now) };
  }
}
