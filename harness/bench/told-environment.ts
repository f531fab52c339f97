import { mkdir, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { fingerprint } from '#protocol/pki/keys.ts';
import type { Identity } from '../case/identity.ts';
import { takesFingerprint } from '../profile/statement.ts';
import type { Plan } from '../runner/plan.ts';
import type { DeviceEnvironment } from '../subject/device.ts';

/** What a device is told of one case, as it is at present. */
export class ToldEnvironment {
  readonly #plan: Plan;
  #tellsFingerprint = true;
  #now: DeviceEnvironment;

  private constructor(plan: Plan, now: DeviceEnvironment) {
    this.#plan = plan;
    this.#now = now;
  }

  /** Makes the folder of the case, with the anchor in it. Nothing listens yet: `ports` says where. */
  static async create(plan: Plan, caseId: string, identity: Identity, anchorPem: string): Promise<ToldEnvironment> {
    const { workspace, profile } = plan;
    const stateFolder = join(workspace, caseId, 'state');
    await mkdir(stateFolder, { recursive: true });
    const anchorFile = join(workspace, caseId, 'anchor.pem');
    await writeFile(anchorFile, anchorPem);
    return new ToldEnvironment(plan, {
      httpUrl: '',
      tlsUrl: '',
      anchorPem,
      anchorFile,
      caFingerprintSha256: '',
      caFingerprintSha1: '',
      clock: '',
      calledNumber: '',
      ...identity,
      profile,
      caseId,
      stateFolder,
    });
  }

  get now(): DeviceEnvironment {
    return this.#now;
  }

  /** The server listens there. */
  ports({ http, tls }: { readonly http: number; readonly tls: number }): void {
    const { name } = this.#plan.network;
    this.#now = { ...this.#now, httpUrl: `http://${name}:${http}/tep`, tlsUrl: `https://${name}:${tls}/tep` };
  }

  /** The server is this name or address. */
  host(host: string, port: number): void {
    const authority = isIP(host) === 6 ? `[${host}]` : host;
    this.#now = { ...this.#now, tlsUrl: `https://${authority}:${port}/tep` };
  }

  async anchor(anchorPem: string): Promise<void> {
    if (anchorPem === this.#now.anchorPem) return;
    await writeFile(this.#now.anchorFile, anchorPem);
    this.#now = { ...this.#now, anchorPem };
  }

  /** What the device's clock is to say; undefined: its own. */
  clock(now: Date | undefined): void {
    this.#now = { ...this.#now, clock: now?.toISOString() ?? '' };
  }

  /** Out of band, of this CA certificate; `told`: from now on, whatever certificate it is, or not at all. */
  fingerprintOf(der: Uint8Array, told = this.#tellsFingerprint): void {
    this.#tellsFingerprint = told;
    const of = (hash: 'sha256' | 'sha1'): string =>
      told && takesFingerprint(this.#plan.statement, hash) ? fingerprint(der, hash) : '';
    this.#now = { ...this.#now, caFingerprintSha256: of('sha256'), caFingerprintSha1: of('sha1') };
  }
}
