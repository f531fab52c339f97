import { type Clock, ManualClock, systemClock } from '#protocol/clock.ts';
import { MusterError } from '#protocol/errors.ts';
import type { Authority } from '#protocol/pki/authority.ts';
import { hashPassword } from '#reference-server/accounts.ts';
import { type AuditEvent, auditLine } from '#reference-server/audit.ts';
import { MemoryPlace } from '#reference-server/configuration/memory-place.ts';
import type { Flaw } from '#reference-server/flaw.ts';
import { ReferenceServer } from '#reference-server/server.ts';
import type { ServerOptions } from '#reference-server/settings.ts';
import { MemoryStore } from '#reference-server/store/memory-store.ts';
import type { Store } from '#reference-server/store/store.ts';
import { createOperator, type Operator } from '#simulators/operator.ts';
import { configurationOf } from './configuration-text.ts';
import { Disk } from './disk.ts';
import { type DeviceDefinition, FileRefused, type ServerNeeds } from './server.ts';

const benchPasswordCost = 16;

/** The name that its configuration file has in its messages. */
export const fileName = 'muster.conf';

/** One reference server for one case, on free ports, and what may happen to it: ports, store and configuration stay. */
export class BenchServer {
  /** Absent: nobody moves its clock. */
  readonly clock: ManualClock | undefined;
  readonly log: string[] = [];
  readonly #needs: ServerNeeds;
  readonly #options: ServerOptions;
  readonly #flaw: Flaw;
  readonly #place: MemoryPlace;
  readonly #disk: Disk | undefined;
  #store: Store;
  #devices: readonly DeviceDefinition[];
  #server!: ReferenceServer;

  private constructor(
    needs: ServerNeeds,
    options: ServerOptions,
    flaw: Flaw,
    place: MemoryPlace,
    disk: Disk | undefined,
  ) {
    this.clock = needs.controlled && new ManualClock(systemClock.now());
    this.#needs = needs;
    this.#options = options;
    this.#flaw = flaw;
    this.#place = place;
    this.#disk = disk;
    this.#store = disk?.store() ?? new MemoryStore();
    this.#devices = needs.devices;
  }

  /** @throws FileRefused */
  static async start(
    needs: ServerNeeds,
    about: Pick<ServerOptions, 'profile' | 'tls'>,
    flaw: Flaw,
  ): Promise<BenchServer> {
    const cost = needs.costlyPasswords ? undefined : benchPasswordCost;
    const accounts = await Promise.all(
      needs.devices.map(async ({ identity }) => ({
        ...identity,
        passwordHash: await hashPassword(identity.password, cost),
      })),
    );
    const place = new MemoryPlace({ text: configurationOf(needs), fileName, accounts });
    const { configuration: _inPlace, ...others } = needs;
    const ports = { httpPort: 0, tlsPort: 0, managementPort: 0 };
    const options: ServerOptions = { ...others, ...needs.controlled, ...about, ...ports };
    const server = new BenchServer(needs, options, flaw, place, needs.durable ? await Disk.create() : undefined);
    await server.#begin({});
    return server;
  }

  /** In its present life. */
  get running(): ReferenceServer {
    return this.#server;
  }

  get isDurable(): boolean {
    return this.#disk !== undefined;
  }

  /** @throws FileRefused; the file in force is then the former one */
  async reload(text: string): Promise<void> {
    const former = await this.#place.read();
    this.#place.put(text);
    await unlessRefused(this.#server.reload()).catch((thrown: unknown) => {
      this.#place.put(former.text);
      throw thrown;
    });
  }

  change(device: DeviceDefinition): Promise<void> {
    this.#devices = [...this.#devices.filter(({ identity }) => identity !== device.identity), device];
    return this.reload(configurationOf({ ...this.#needs, devices: this.#devices }));
  }

  async restart(): Promise<void> {
    const former = this.#server;
    await former.stop();
    await this.#begin(portsOf(former.urls), former.authority);
  }

  /** As SIGKILL does: what another life begins with is what was on the disk at this moment. */
  async kill(): Promise<void> {
    const former = this.#server;
    const { text } = await this.#place.read();
    const closeFormer = this.#disk?.kill();
    this.#store = this.#disk?.store() ?? new MemoryStore();
    await former.stop();
    await closeFormer?.();
    // What the one that was killed still wrote was never there.
    this.#place.put(text);
    await this.#begin(portsOf(former.urls), former.authority);
  }

  async revoke(serialNumber: string): Promise<void> {
    await this.#store.revokeCertificate(serialNumber, 'asked for by a case', this.#clock.now().getTime());
  }

  /** @throws MusterError not-found when nothing waits */
  async approve(deviceName: string): Promise<void> {
    await this.#operator.approve(await this.#waiting(deviceName));
  }

  /** @throws MusterError not-found when nothing waits */
  async reject(deviceName: string, reason: string): Promise<void> {
    await this.#operator.reject(await this.#waiting(deviceName), reason);
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    await this.#disk?.remove();
  }

  get #clock(): Clock {
    return this.clock ?? systemClock;
  }

  get #operator(): Operator {
    const { urls, token } = this.#server;
    return createOperator({ url: new URL(urls.management).origin, token });
  }

  async #waiting(deviceName: string): Promise<string> {
    const found = (await this.#operator.list('pending')).find(({ device }) => device === deviceName.toLowerCase());
    if (!found) throw new MusterError('not-found', `No enrollment of ${deviceName} waits for approval.`);
    return found.id;
  }

  async #begin(differs: Partial<ServerOptions>, authority?: Authority): Promise<void> {
    const clock = this.#clock;
    const audit = (event: AuditEvent): number => this.log.push(auditLine(clock.now(), event));
    const parts = { flaw: this.#flaw, place: this.#place, clock, store: this.#store, audit };
    const given = authority ? { authority } : {};
    this.#server = await unlessRefused(
      ReferenceServer.create({ ...this.#options, ...differs }, { ...parts, ...given }),
    );
    await this.#server.start();
  }
}

async function unlessRefused<T>(read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (thrown) {
    if (thrown instanceof MusterError && thrown.code === 'config-invalid') throw new FileRefused(thrown.message);
    throw thrown;
  }
}

/** So that a server that begins again is where it was. */
function portsOf({ http, tls, management }: ReferenceServer['urls']) {
  const portOf = (url: string): number => Number(new URL(url).port);
  return { httpPort: portOf(http), tlsPort: portOf(tls), managementPort: portOf(management) };
}
