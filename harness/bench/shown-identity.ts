import { isIP } from 'node:net';
import type { SecureVersion } from 'node:tls';
import type { Authority } from '#protocol/pki/authority.ts';
import type { KeyPair } from '#protocol/pki/keys.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';
import type { ObservedListener } from '#simulators/hostile/observed-listener.ts';
import { forgeServerIdentity, type PkiFault, type TlsIdentity } from '#simulators/hostile/pki-faults.ts';
import type { ThirdPartyCa } from '#simulators/third-party-ca.ts';
import { leafKeyOf, type Variation } from './variation.ts';

export type GoodIdentity = TlsIdentity & { readonly key: KeyPair };

/** What the TLS listener of the bench shows a device, and what is the good identity there. */
export class ShownIdentity {
  /** What the device is told of the server's identity. */
  host: string;
  /** The one TLS version that is spoken; undefined while any of the profile is. */
  version: SecureVersion | undefined;
  readonly #thirdParty: ThirdPartyCa;
  readonly #variation: Variation;
  readonly #profile: CryptoProfile;
  #listener: Pick<ObservedListener, 'present'> | undefined;
  #good: GoodIdentity;
  #now: TlsIdentity;
  #givesTickets = false;

  private constructor(parts: ShownIdentityParts, good: GoodIdentity) {
    this.host = parts.host;
    this.#thirdParty = parts.thirdParty;
    this.#variation = parts.variation;
    this.#profile = parts.profile;
    this.#good = good;
    this.#now = good;
  }

  /** The good identity of this host. Nobody sees it before `showAt`. */
  static async create(parts: ShownIdentityParts): Promise<ShownIdentity> {
    return new ShownIdentity(parts, await goodIdentity(parts, [parts.host]));
  }

  get good(): GoodIdentity {
    return this.#good;
  }

  get now(): TlsIdentity {
    return this.#now;
  }

  showAt(listener: Pick<ObservedListener, 'present'>): void {
    this.#listener = listener;
    this.show(this.#good);
  }

  show(identity: TlsIdentity): void {
    const { version: _any, ...others } = identity;
    this.#now = {
      ...others,
      ...(this.version === undefined ? {} : { version: this.version }),
      ...(this.#givesTickets ? { givesTickets: true } : {}),
    };
    this.#listener?.present(this.#now, this.#profile);
  }

  /** The good identity is another from now on, made out for the host alone, or for these names. */
  async renew(names: readonly string[] = [this.host]): Promise<void> {
    const [host, thirdParty, variation, profile] = [this.host, this.#thirdParty, this.#variation, this.#profile];
    this.#good = await goodIdentity({ host, thirdParty, variation, profile }, names);
  }

  offerSessions(): void {
    this.#givesTickets = true;
    this.show(this.#now);
  }

  speakAnyVersion(): void {
    this.version = undefined;
    this.show(this.#now);
  }

  /** The good chain with one fault, as if made at `now`. `listUrl`: where the third-party CA lists what it revoked. */
  forge(fault: PkiFault, clearinghouse: Authority, listUrl: string, now = new Date()): Promise<TlsIdentity> {
    const { key } = this.#good;
    const [thirdParty, profile] = [this.#thirdParty.root, this.#profile];
    return forgeServerIdentity(fault, {
      thirdParty,
      clearinghouse,
      host: this.host,
      key,
      profile,
      now,
      listUrl,
    });
  }
}

export interface ShownIdentityParts {
  readonly host: string;
  readonly thirdParty: ThirdPartyCa;
  readonly variation: Variation;
  readonly profile: CryptoProfile;
}

async function goodIdentity(
  { host, thirdParty, variation, profile }: ShownIdentityParts,
  names: readonly string[],
): Promise<GoodIdentity> {
  const key = await leafKeyOf(variation, profile);
  const changes = {
    dnsNames: names.filter((name) => isIP(name) === 0),
    ipAddresses: names.filter((name) => isIP(name) !== 0),
  };
  return { ...(await thirdParty.issueServer({ host, key, changes })), key };
}
