/** The built-in server of a fleet, in a process of its own: what it costs is not the generator's. Told what to be over IPC. */
import { MusterError, messageOf } from '#protocol/errors.ts';
import { type Account, hashPassword } from '#reference-server/accounts.ts';
import { honest } from '#reference-server/flaw.ts';
import { flaws } from '#reference-server/flaws.ts';
import { ReferenceServer } from '#reference-server/server.ts';
import { createThirdPartyCa } from '#simulators/third-party-ca.ts';
import type { TargetReport } from './built-in-target.ts';
import { durableStore } from './durable-store.ts';
import { fleetIdentity } from './identities.ts';
import type { FleetPlan } from './plan.ts';

/** A bench makes many passwords and has nothing to protect. */
const passwordCost = 16;
/** Where every call may go. */
const destinations = 3;

async function serve({ connections, target, profile, seed, prefix, from, to }: FleetPlan): Promise<ReferenceServer> {
  if (target.kind !== 'built-in') throw new MusterError('internal', 'This target is elsewhere.');
  const flaw = [honest, ...flaws].find(({ id }) => id === target.flaw);
  if (!flaw) throw new MusterError('not-found', `There is no flaw "${target.flaw}".`);
  const hashes = new Map<string, Promise<string>>();
  const accounts: Account[] = [];
  for (let index = from; index < to; index++) {
    const { password, ...account } = fleetIdentity(seed, index, prefix);
    const hash = hashes.get(password) ?? hashPassword(password, passwordCost);
    hashes.set(password, hash);
    accounts.push({ ...account, passwordHash: await hash });
  }
  const devices = accounts.map(({ deviceName }) => `device ${deviceName} fleet enabled\n`);
  const names = accounts.slice(0, destinations).map(({ deviceName }) => `${deviceName} 1`);
  const configuration = ['enroll enabled', 'routing enabled', 'cdrs enabled', 'group fleet', ''].join('\n');
  const routes = `route fleet "" ${names.join(' ')}\n`;
  const thirdParty = await createThirdPartyCa({ profile });
  const server = await ReferenceServer.create(
    {
      profile,
      httpPort: 0,
      tlsPort: 0,
      managementPort: 0,
      configuration: { text: `${configuration}${devices.join('')}${routes}`, fileName: 'fleet.conf' },
      accounts,
      // The fleet decides how many there are, and how long they are kept.
      maximumConnections: 1_000_000,
      idleSeconds: 3600,
      approval: target.approval,
      proofOfPossession: target.proofOfPossession,
      sessionTickets: connections === 'resumed',
      ...(target.validitySeconds === undefined ? {} : { validitySeconds: target.validitySeconds }),
      tls: await thirdParty.issueServer({ host: 'localhost' }),
    },
    { flaw, ...(target.store === 'sqlite' ? durableStore() : {}) },
  );
  await server.start();
  send({
    kind: 'listening',
    address: {
      tlsUrl: server.urls.tls,
      httpUrl: server.urls.http,
      anchorPem: thirdParty.anchorPem,
      caFingerprint: server.fingerprints.sha256,
    },
    management: { url: new URL(server.urls.management).origin, token: server.token },
  });
  return server;
}

function send(report: TargetReport): void {
  process.send?.(report);
}

let serving: Promise<ReferenceServer> | undefined;
process.on('message', (order: FleetPlan | 'usage') => {
  if (order === 'usage') {
    const { user, system } = process.cpuUsage();
    const rssMiB = process.memoryUsage.rss() / 2 ** 20;
    send({ kind: 'usage', cpuMs: (user + system) / 1000, rssMiB, peakRssMiB: process.resourceUsage().maxRSS / 1024 });
    return;
  }
  serving = serve(order);
  serving.catch((thrown: unknown) => send({ kind: 'failed', reason: messageOf(thrown) }));
});
// Whoever started it is gone: nobody needs it any more. Ctrl-C is the fleet's to handle.
process.on('disconnect', () => process.exit());
process.on('SIGINT', () => {});
