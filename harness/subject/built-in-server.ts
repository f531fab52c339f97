import type { ProfileId } from '#protocol/pki/profiles.ts';
import type { Flaw } from '#reference-server/flaw.ts';
import { createThirdPartyCa } from '#simulators/third-party-ca.ts';
import { BenchServer, fileName } from './bench-server.ts';
import { builtInServerInfo } from './built-in-info.ts';
import type { Deployment, ServerInfo, ServerNeeds, ServerUnderTest } from './server.ts';

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
    const server = await BenchServer.start(needs, { profile: this.#profile, tls }, this.#flaw);
    const { urls } = server.running;
    const { clock } = server;
    return {
      httpUrl: urls.http,
      tlsUrl: urls.tls,
      anchorPem,
      get caFingerprint() {
        return server.running.fingerprints.sha256;
      },
      identities: needs.devices.map(({ identity }) => identity),
      operator: server,
      change: (device) => server.change(device),
      reload: (text) => server.reload(text),
      control: clock && {
        pass: (seconds) => clock.advance(seconds),
        restart: () => server.restart(),
        rotate: () => server.running.configurationKeeper.rotateCrypto('bench'),
      },
      kill: server.isDurable ? () => server.kill() : undefined,
      revoke: (serialNumber) => server.revoke(serialNumber),
      usageRecords: async () => (await server.running.calls.listUsage()).length,
      log: () => server.log,
      stop: () => server.stop(),
    };
  }
}

interface ServerIdentity {
  readonly anchorPem: string;
  readonly tls: { readonly chainPem: string; readonly keyPem: string };
}

const identities = new Map<ProfileId, Promise<ServerIdentity>>();

/** The third-party CA of all the servers of this process, and what they show: who they are is not what is judged here. */
function identityOf(profile: ProfileId): Promise<ServerIdentity> {
  const known = identities.get(profile) ?? makeIdentity(profile);
  identities.set(profile, known);
  return known;
}

async function makeIdentity(profile: ProfileId): Promise<ServerIdentity> {
  const thirdParty = await createThirdPartyCa({ profile });
  return { anchorPem: thirdParty.anchorPem, tls: await thirdParty.issueServer({ host: 'localhost' }) };
}
