import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#protocol/clock.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import { hashPassword } from '#reference-server/accounts.ts';
import { CallStore } from '#reference-server/clearinghouse/call-store.ts';
import { SealedCrypto } from '#reference-server/configuration/crypto-source.ts';
import { FilePlace } from '#reference-server/configuration/file-place.ts';
import { Console } from '#reference-server/console/console.ts';
import { ApprovalRules } from '#reference-server/enrollment/approval-rules.ts';
import { SqlJournal } from '#reference-server/journal/sql-journal.ts';
import { ReferenceServer } from '#reference-server/server.ts';
import { SqlStore } from '#reference-server/store/sql-store.ts';
import { SqliteDatabase } from '#reference-server/store/sqlite-database.ts';
import { MemoryStore } from '#simulators/gateway/device-store.ts';
import { Gateway } from '#simulators/gateway/gateway.ts';
import { createThirdPartyCa } from '#simulators/third-party-ca.ts';

/** A server as `muster serve` makes it, with its console, its files and gateways that enroll with it. */
export interface ConsoleBench {
  readonly url: string;
  readonly server: ReferenceServer;
  readonly configurationFile: string;
  readonly administrator: { readonly name: string; readonly password: string };
  /** Device `number` of the configuration, from 1. */
  gateway(number: number): Gateway;
  stop(): Promise<void>;
}

const devicePassword = 'of-a-device';
export const deviceName = (number: number): string => `gw${number}.example.com`;

export async function openConsoleBench(devices: number): Promise<ConsoleBench> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-console-'));
  const configurationFile = join(folder, 'muster.conf');
  const numbers = Array.from({ length: devices }, (_, index) => index + 1);
  const lines = numbers.map((number) => `device ${deviceName(number)} "East coast" enabled\n`);
  const route = `route "East coast" "+1 404..." ${deviceName(1)} 75 ${deviceName(2)} 25\n`;
  await writeFile(
    configurationFile,
    `# Of the bench\nenroll enabled\nrouting enabled\ncdrs enabled\ngroup "East coast"\n${lines.join('')}${route}`,
  );
  const hash = await hashPassword(devicePassword, 2);
  const accounts = numbers.map((number) => `account 1 ${number} ${deviceName(number)} north ${hash}\n`);
  await writeFile(join(folder, 'accounts'), accounts.join(''));

  const database = SqliteDatabase.open(join(folder, 'muster.db'));
  const rules = new ApprovalRules(database, systemClock);
  const thirdParty = await createThirdPartyCa({ profile: 'modern' });
  let webConsole: Console | undefined;
  const server = await ReferenceServer.create(
    { httpPort: 0, tlsPort: 0, approval: 'manual', tls: await thirdParty.issueServer({ host: 'localhost' }) },
    {
      store: new SqlStore(database),
      calls: new CallStore(() => database),
      journal: new SqlJournal({ database, clock: systemClock }),
      place: new FilePlace(configurationFile, join(folder, 'accounts')),
      crypto: new SealedCrypto('a passphrase of the bench', profiles.modern),
      approvalOf: (group) => rules.of(group),
      audit: () => webConsole?.changed(),
    },
  );
  await server.start();
  webConsole = await Console.create({ server, database, rules, port: 0 });
  const password = (await webConsole.admitFirst()) ?? '';
  await webConsole.start();
  const opened = webConsole;

  return {
    url: opened.url,
    server,
    configurationFile,
    administrator: { name: 'admin', password },
    gateway: (number) =>
      new Gateway(
        {
          httpUrl: server.urls.http,
          tlsUrl: server.urls.tls,
          anchorsPem: thirdParty.anchorPem,
          deviceName: deviceName(number),
          device: String(number),
          customer: '1',
          username: 'north',
          password: devicePassword,
          profile: 'modern',
          caCertificateVia: 'tls',
          pollIntervalSeconds: 0,
          maximumPolls: 0,
          timeoutSeconds: 10,
          renewBeforeSeconds: 0,
          clockSkewSeconds: 60,
        },
        { store: new MemoryStore() },
      ),
    stop: async () => {
      await opened.stop();
      await server.stop();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
