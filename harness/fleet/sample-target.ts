import { setTimeout as delay } from 'node:timers/promises';
import type { HttpRequest } from '#protocol/http.ts';
import { close, createHttpServer, listen } from '#protocol/http-server.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import { tlsOptions } from '#protocol/tls.ts';
import { hashPassword } from '#reference-server/accounts.ts';
import { flaws } from '#reference-server/flaws.ts';
import { ReferenceServer } from '#reference-server/server.ts';
import type { ServerOptions } from '#reference-server/settings.ts';
import { createThirdPartyCa } from '#simulators/third-party-ca.ts';
import { fleetIdentity } from './identities.ts';
import { type FleetPlan, type TargetAt, wholeMix } from './plan.ts';

export interface SampleTarget {
  readonly target: TargetAt;
  /** How long each answer is held back from now on, in milliseconds. */
  delayMs: number;
  readonly server: ReferenceServer;
  close(): Promise<void>;
}

const seed = 7;

/** For tests: a server in this process that knows so many simulators, and may be slow or flawed. `host`: or an IP address. `lines`: more of its configuration. */
export async function startSampleTarget(
  fleet: number,
  options: Partial<ServerOptions> = {},
  flawId?: string,
  host = 'localhost',
  lines: readonly string[] = [],
): Promise<SampleTarget> {
  const accounts = await Promise.all(
    Array.from({ length: fleet }, async (_, index) => {
      const { password, ...account } = fleetIdentity(seed, index);
      return { ...account, passwordHash: await hashPassword(password, 2) };
    }),
  );
  const devices = accounts.map(({ deviceName }) => `device ${deviceName} fleet enabled\n`).join('');
  const thirdParty = await createThirdPartyCa({ profile: 'modern' });
  const tls = await thirdParty.issueServer({ host });
  const flaw = flaws.find(({ id }) => id === flawId);
  const server = await ReferenceServer.create(
    {
      configuration: { text: `enroll enabled\ngroup fleet\n${devices}${lines.join('\n')}\n`, fileName: 'sample.conf' },
      accounts,
      tls,
      ...options,
    },
    flaw ? { flaw } : {},
  );
  const respond = async (request: HttpRequest) => {
    if (sample.delayMs > 0) await delay(sample.delayMs);
    return server.respond(request);
  };
  const asked = { requestCert: true, rejectUnauthorized: false, ca: [] };
  const secure = { ...tlsOptions(profiles.modern), ...asked, cert: tls.chainPem, key: tls.keyPem };
  const listeners = [createHttpServer(respond), createHttpServer(respond, undefined, secure)];
  const ports = await Promise.all(
    listeners.map((listener) => listen(listener, 0, host === 'localhost' ? '127.0.0.1' : host)),
  );
  const sample: SampleTarget = {
    delayMs: 0,
    server,
    target: {
      kind: 'at',
      httpUrl: `http://${host}:${ports[0]}/tep`,
      tlsUrl: `https://${host}:${ports[1]}/tep`,
      anchorPem: thirdParty.anchorPem,
      caFingerprint: server.fingerprints.sha256,
    },
    close: async () => {
      await Promise.all(listeners.map((listener) => close(listener)));
    },
  };
  return sample;
}

/** For tests: the plan of a small fleet, whose generator may be as late as a busy machine makes it. */
export function samplePlan(target: FleetPlan['target'], differs: Partial<FleetPlan> = {}): FleetPlan {
  const fleet = differs.fleet ?? 12;
  return {
    seed,
    prefix: 'gw',
    fleet,
    from: 0,
    to: fleet,
    shard: { index: 0, of: 1 },
    model: { kind: 'closed' },
    inFlight: 8,
    workers: 1,
    profile: 'modern',
    keyKind: 'p256',
    timeoutSeconds: 20,
    connections: 'new',
    life: { pollSeconds: 0.05, polls: 400, renewals: 0, storm: false, holdSeconds: 0 },
    mix: wholeMix,
    target,
    thresholds: [],
    limits: { lateMs: 10, dropSeconds: 10, loopDelayMs: 60_000 },
    ...differs,
  };
}
