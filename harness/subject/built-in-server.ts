import { ManualClock, systemClock } from '#protocol/clock.ts';
import { MusterError } from '#protocol/errors.ts';
import type { Authority } from '#protocol/pki/authority.ts';
import type { ProfileId } from '#protocol/pki/profiles.ts';
import { hashPassword } from '#reference-server/accounts.ts';
import { type AuditEvent, auditLine } from '#reference-server/audit.ts';
import { MemoryPlace } from '#reference-server/configuration/memory-place.ts';
import type { Flaw } from '#reference-server/flaw.ts';
import { ReferenceServer } from '#reference-server/server.ts';
import type { ServerOptions } from '#reference-server/settings.ts';
import { MemoryStore } from '#reference-server/store/memory-store.ts';
import { createOperator, type Operator } from '#simulators/operator.ts';
import { createThirdPartyCa } from '#simulators/third-party-ca.ts';
import { configurationOf } from './configuration-text.ts';
import { Disk } from './disk.ts';
import { type Deployment, FileRefused, type ServerInfo, type ServerNeeds, type ServerUnderTest } from './server.ts';

const benchPasswordCost = 16;
const fileName = 'muster.conf';

/** The reference server as a server under test: each case gets one of its own, on free ports. */
export class BuiltInServer implements ServerUnderTest {
  readonly #profile: ProfileId;
  readonly #flaw: Flaw;

  constructor(profile: ProfileId, flaw: Flaw) {
    this.#profile = profile;
    this.#flaw = flaw;
  }

  async info(): Promise<ServerInfo> {
    return builtInServerInfo(this.#flaw.id);
  }

  async configurationFile(): Promise<string> {
    return fileName;
  }

  async deploy(needs: ServerNeeds): Promise<Deployment> {
    const { anchorPem, tls } = await identityOf(this.#profile);
    const accounts = await Promise.all(
      needs.devices.map(async ({ identity }) => ({
        ...identity,
        passwordHash: await hashPassword(identity.password, needs.costlyPasswords ? undefined : benchPasswordCost),
      })),
    );
    const clock = needs.controlled ? new ManualClock(systemClock.now()) : systemClock;
    const disk = needs.durable ? await Disk.create() : undefined;
    let store = disk?.store() ?? new MemoryStore();
    const place = new MemoryPlace({ text: configurationOf(needs), fileName, accounts });
    const { configuration: _inPlace, ...others } = needs;
    const options: ServerOptions = {
      ...others,
      ...needs.controlled,
      profile: this.#profile,
      httpPort: 0,
      tlsPort: 0,
      managementPort: 0,
      tls,
    };
    const log: string[] = [];
    const audit = (event: AuditEvent): number => log.push(auditLine(clock.now(), event));
    const begin = async (differs: Partial<ServerOptions>, authority?: Authority): Promise<ReferenceServer> => {
      const parts = { flaw: this.#flaw, place, clock, store, audit, ...(authority ? { authority } : {}) };
      const begun = await unlessRefused(ReferenceServer.create({ ...options, ...differs }, parts));
      await begun.start();
      return begun;
    };
    let server = await begin({});
    const { urls } = server;
    const reload = async (configuration: string): Promise<void> => {
      const former = await place.read();
      place.put(configuration);
      await unlessRefused(server.reload()).catch((thrown: unknown) => {
        place.put(former.text);
        throw thrown;
      });
    };
    let devices = needs.devices;
    const again = async (): Promise<void> => {
      const { authority } = server;
      await server.stop();
      server = await begin(portsOf(urls), authority);
    };
    const kill = async (): Promise<void> => {
      const { authority } = server;
      const { text } = await place.read();
      const closeFormer = disk?.kill();
      store = disk?.store() ?? store;
      await server.stop();
      await closeFormer?.();
      // What the one that was killed still wrote was never there.
      place.put(text);
      server = await begin(portsOf(urls), authority);
    };
    const operator = (): Operator => createOperator({ url: new URL(urls.management).origin, token: server.token });
    return {
      httpUrl: urls.http,
      tlsUrl: urls.tls,
      anchorPem,
      get caFingerprint() {
        return server.fingerprints.sha256;
      },
      identities: needs.devices.map(({ identity }) => identity),
      operator: {
        approve: async (deviceName) => operator().approve(await waiting(operator(), deviceName)),
        reject: async (deviceName, reason) => operator().reject(await waiting(operator(), deviceName), reason),
      },
      change: (device) => {
        devices = [...devices.filter(({ identity }) => identity !== device.identity), device];
        return reload(configurationOf({ ...needs, devices }));
      },
      reload,
      control:
        clock instanceof ManualClock
          ? {
              pass: (seconds) => clock.advance(seconds),
              restart: again,
              rotate: () => server.configurationKeeper.rotateCrypto('bench'),
            }
          : undefined,
      kill: disk && kill,
      revoke: async (serialNumber) => {
        await store.revokeCertificate(serialNumber, 'asked for by a case', clock.now().getTime());
      },
      usageRecords: async () => (await server.calls.listUsage()).length,
      log: () => log,
      stop: async () => {
        await server.stop();
        await disk?.remove();
      },
    };
  }
}

interface Identity {
  readonly anchorPem: string;
  readonly tls: { readonly chainPem: string; readonly keyPem: string };
}

const identities = new Map<ProfileId, Promise<Identity>>();

/** The third-party CA of all the servers of this process, and what they show: who they are is not what is judged here. */
function identityOf(profile: ProfileId): Promise<Identity> {
  const known = identities.get(profile) ?? makeIdentity(profile);
  identities.set(profile, known);
  return known;
}

async function makeIdentity(profile: ProfileId): Promise<Identity> {
  const thirdParty = await createThirdPartyCa({ profile });
  return { anchorPem: thirdParty.anchorPem, tls: await thirdParty.issueServer({ host: 'localhost' }) };
}

function builtInServerInfo(flaw: string): ServerInfo {
  return {
    name: flaw === 'honest' ? 'built-in reference server' : `built-in reference server, flawed: ${flaw}`,
    version: '1',
    capabilities: ['approval', 'validity', 'challenge', 'configuration', 'reload', 'time-outs', 'limits', 'log'],
  };
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

async function waiting(operator: Operator, deviceName: string): Promise<string> {
  const found = (await operator.list('pending')).find(({ device }) => device === deviceName.toLowerCase());
  if (!found) throw new MusterError('not-found', `No enrollment of ${deviceName} waits for approval.`);
  return found.id;
}
