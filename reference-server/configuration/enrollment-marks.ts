import type { Clock } from '#protocol/clock.ts';
import { type Configuration, type Device, deviceKey } from '#protocol/config-file/configuration.ts';
import { messageOf } from '#protocol/errors.ts';
import { fingerprint } from '#protocol/pki/keys.ts';
import type { Audit } from '../audit.ts';
import { type IssuedCertificate, standingOf } from '../store/certificates.ts';
import type { Store } from '../store/store.ts';
import type { ConfigurationKeeper } from './configuration-keeper.ts';

const certificatesAtOnce = 1000;
/** When more devices lost their marks, everything that was issued is gone through once. */
const devicesOneByOne = 100;

/**
 * Keeps the word `enrolled` of each device what the store knows. The file is the source of truth for which devices there are
 * and what they may; who has a certificate is a fact of the store, and the file's word for it is mended
 * (Muster protocol decisions, «The configuration file: enrolled»).
 */
export class EnrollmentMarks {
  readonly #store: Store;
  readonly #keeper: ConfigurationKeeper;
  readonly #clock: Clock;
  /** What the last change of the configuration asked for. */
  mended: Promise<void> = Promise.resolve();

  constructor(store: Store, keeper: ConfigurationKeeper, clock: Clock, audit: Audit) {
    this.#store = store;
    this.#keeper = keeper;
    this.#clock = clock;
    keeper.onChange((now, before) => {
      this.mended = this.#mendLost(now, before).catch((thrown: unknown) => {
        audit({ event: 'configuration-unwritten', detail: `marks not compared with the store: ${messageOf(thrown)}` });
      });
    });
  }

  /** Marks every device with a certificate that counts: the server may have ended before it wrote so. */
  async mendAll(): Promise<void> {
    const endsFrom = this.#clock.now().getTime();
    const filter = { authority: this.#authority(), revoked: false, endsFrom, limit: certificatesAtOnce };
    for (let after: string | undefined; ; ) {
      const some = await this.#store.listCertificates(after === undefined ? filter : { ...filter, after });
      for (const certificate of some) if (this.#counts(certificate)) this.#keeper.setEnrolled(certificate.device, true);
      after = some.at(-1)?.serial;
      if (some.length < certificatesAtOnce) return;
    }
  }

  /** No mark is true any more: another CA took the place of the one that certified these devices. */
  clearAll(): void {
    for (const { name, enrolled } of this.#keeper.current.devices.values()) {
      if (enrolled) this.#keeper.setEnrolled(name, false);
    }
  }

  /** The mark of one device, after something happened to its certificates: a revocation, for example. */
  async mend(device: string): Promise<void> {
    const all = await this.#store.listCertificates({ device: deviceKey(device) });
    if (all.length > 0)
      this.#keeper.setEnrolled(
        device,
        all.some((certificate) => this.#counts(certificate)),
      );
  }

  async #mendLost(now: Configuration, before: Configuration): Promise<void> {
    const lost = devicesWithoutTheirMark(now, before);
    if (lost.length > devicesOneByOne) return this.mendAll();
    for (const { name } of lost) await this.mend(name);
  }

  #counts(certificate: IssuedCertificate): boolean {
    return standingOf(certificate, this.#authority(), this.#clock.now().getTime()) === 'live';
  }

  #authority(): string {
    return fingerprint(this.#keeper.authority.certificate.spki, 'sha256');
  }
}

function devicesWithoutTheirMark({ devices }: Configuration, before: Configuration): Device[] {
  if (devices === before.devices) return [];
  const lost: Device[] = [];
  for (const [key, device] of devices) {
    // A device that was not there before may have been, once.
    if (!device.enrolled && before.devices.get(key)?.enrolled !== false) lost.push(device);
  }
  return lost;
}
