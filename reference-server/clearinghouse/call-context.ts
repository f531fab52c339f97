import type { Configuration, Device } from '#protocol/config-file/configuration.ts';
import { deviceKey } from '#protocol/config-file/configuration.ts';
import { MusterError } from '#protocol/errors.ts';
import type { HttpRequest } from '#protocol/http.ts';
import type { AuthorizationRequest } from '#protocol/osp/authorization.ts';
import type { UsageIndication } from '#protocol/osp/usage.ts';
import type { Authority } from '#protocol/pki/authority.ts';
import { type Certificate, parseCertificate } from '#protocol/pki/certificate.ts';
import { type CheckResult, verifyChain } from '#protocol/pki/chain.ts';
import { fingerprint } from '#protocol/pki/keys.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';
import type { Credentials } from '../accounts.ts';
import { type IssuedCertificate, standingOf } from '../store/certificates.ts';
import type { Store } from '../store/store.ts';
import type { CallStore } from './call-store.ts';

export type Caller = Pick<HttpRequest, 'secure' | 'from' | 'peerCertificate'>;

interface Parts {
  readonly component: AuthorizationRequest | UsageIndication;
  readonly caller: Caller;
  readonly configuration: Configuration;
  readonly credentials: Credentials;
  readonly authority: Authority;
  readonly profile: CryptoProfile;
  readonly store: Store;
  readonly calls: CallStore;
  readonly now: Date;
  /** Where a call may go: drawn when first asked for, and once. */
  readonly draw: (group: string, calledNumber: string) => readonly Device[];
}

/** All that the checks of a call may look at. Expensive parts are made when first asked for, and once. */
export class CallContext {
  readonly parts: Parts;
  #certificate: Certificate | undefined;
  #chain: readonly CheckResult[] | undefined;
  #record: Promise<IssuedCertificate | undefined> | undefined;
  #destinations: readonly Device[] | undefined;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** The certificate that the device showed in TLS; undefined when it showed none, or none that can be read. */
  get certificate(): Certificate | undefined {
    const { peerCertificate } = this.parts.caller;
    if (peerCertificate) this.#certificate ??= parsed(peerCertificate);
    return this.#certificate;
  }

  /** What is wrong with its chain up to the clearinghouse CA; its dates are a matter of their own. */
  chainFault(about: 'dates' | 'all but dates'): string | undefined {
    if (!this.certificate) return 'it cannot be read';
    const { authority, profile, now } = this.parts;
    this.#chain ??= verifyChain({
      chain: [this.certificate],
      anchors: [authority.certificate],
      at: now,
      purpose: 'device',
      profile,
    });
    const failed = this.#chain.find(({ id, ok }) => !ok && (id === 'dates') === (about === 'dates'));
    return failed?.detail;
  }

  /** What the store knows of that certificate. */
  async record(): Promise<IssuedCertificate | undefined> {
    const { certificate } = this;
    if (!certificate) return undefined;
    this.#record ??= this.parts.store.findCertificate(certificate.serialNumber);
    const record = await this.#record;
    return record && Buffer.compare(record.der, certificate.der) === 0 ? record : undefined;
  }

  get #authority(): string {
    return fingerprint(this.parts.authority.certificate.spki, 'sha256');
  }

  /** By the certificate; where there is none, by the numbers in the message. Lower case; empty when nobody knows it. */
  get deviceName(): string {
    const { component, credentials } = this.parts;
    const { customerId = '', deviceId = '' } = component;
    const [commonName] = this.certificate?.subject.filter(({ type }) => type === 'CN') ?? [];
    return commonName?.value.toLowerCase() ?? credentials.account(customerId, deviceId)?.deviceName ?? '';
  }

  get device(): Device | undefined {
    return this.parts.configuration.devices.get(deviceKey(this.deviceName));
  }

  /** A flawed server may have let in a device of no group. */
  get group(): string {
    return this.device?.group ?? this.parts.configuration.groups.keys().next().value ?? '';
  }

  get destinations(): readonly Device[] {
    this.#destinations ??= this.parts.draw(this.group, this.parts.component.calledNumber);
    return this.#destinations;
  }

  /** Does its last certificate still count? Of a device that never got one here the configuration file knows. */
  async isEnrolled(): Promise<boolean> {
    const { store } = this.parts;
    const ofDevice = { device: this.deviceName, authority: this.#authority, limit: 1 };
    const [last] = await store.listCertificates({ ...ofDevice, revoked: false });
    if (last) return standingOf(last, this.#authority, this.parts.now.getTime()) === 'live';
    const [revoked] = await store.listCertificates(ofDevice);
    return revoked === undefined && this.device?.enrolled === true;
  }
}

function parsed(der: Uint8Array): Certificate | undefined {
  try {
    return parseCertificate(der);
  } catch (thrown) {
    if (thrown instanceof MusterError) return undefined;
    throw thrown;
  }
}
