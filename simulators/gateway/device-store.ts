import type { KeyPair } from '#protocol/pki/keys.ts';

/** Who a device is, once enrolled. */
export interface DeviceIdentity {
  readonly key: KeyPair;
  /** DER */
  readonly certificate: Uint8Array;
  /** DER of the clearinghouse's CA certificate, which the device verified. */
  readonly caCertificate: Uint8Array;
}

/** A request that was made, and perhaps sent. It is stored before it is sent: a retry needs the same bytes. */
export interface PendingRequest {
  readonly key: KeyPair;
  readonly nonce: Uint8Array;
  /** DER */
  readonly pkcs10: Uint8Array;
  /** DER of the CA certificate that the issued certificate must be signed by. */
  readonly caCertificate: Uint8Array;
  /** For whom it was made; a request of other settings is not resumed. */
  readonly owner: string;
  /** True once the server answered that it is pending: from then on it is asked for by `retrieve`. */
  readonly acknowledged: boolean;
}

/** What a device keeps from one start to the next. Each write happens whole or not at all. */
export interface DeviceStore {
  readIdentity(): Promise<DeviceIdentity | undefined>;
  writeIdentity(identity: DeviceIdentity): Promise<void>;
  removeIdentity(): Promise<void>;
  readPending(): Promise<PendingRequest | undefined>;
  writePending(pending: PendingRequest): Promise<void>;
  removePending(): Promise<void>;
}

/** Keeps everything in memory, for fleets and tests. */
export class MemoryStore implements DeviceStore {
  #identity: DeviceIdentity | undefined;
  #pending: PendingRequest | undefined;

  async readIdentity(): Promise<DeviceIdentity | undefined> {
    return this.#identity;
  }

  async writeIdentity(identity: DeviceIdentity): Promise<void> {
    // What came over the wire is a part of a larger buffer, which would stay with it.
    this.#identity = { ...identity, certificate: new Uint8Array(identity.certificate) };
  }

  async removeIdentity(): Promise<void> {
    this.#identity = undefined;
  }

  async readPending(): Promise<PendingRequest | undefined> {
    return this.#pending;
  }

  async writePending(pending: PendingRequest): Promise<void> {
    this.#pending = pending;
  }

  async removePending(): Promise<void> {
    this.#pending = undefined;
  }
}
