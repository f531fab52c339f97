import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { ArgumentsCamelCase, CommandModule } from 'yargs';
import { systemClock } from '#protocol/clock.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import { isThere, readTextFile, replaceTextFile } from '#protocol/text-file.ts';
import { auditJson, auditLine } from '#reference-server/audit.ts';
import { CallStore } from '#reference-server/clearinghouse/call-store.ts';
import { SealedCrypto } from '#reference-server/configuration/crypto-source.ts';
import { FilePlace } from '#reference-server/configuration/file-place.ts';
import { trialDevices } from '#reference-server/configuration/license.ts';
import { ApprovalRules } from '#reference-server/enrollment/approval-rules.ts';
import { SqlJournal } from '#reference-server/journal/sql-journal.ts';
import type { OperationsListener } from '#reference-server/operations/operations-listener.ts';
import { ReferenceServer } from '#reference-server/server.ts';
import { usualConnections } from '#reference-server/settings.ts';
import type { Database } from '#reference-server/store/database.ts';
import { openDatabase } from '#reference-server/store/open-database.ts';
import { SqlStore } from '#reference-server/store/sql-store.ts';
import { needsAsText } from './device-needs.ts';
import { licensePublicKey } from './license.ts';
import { connectionsThatFit } from './open-files.ts';
import { advised } from './port-advice.ts';
import { printable } from './printable.ts';
import { type OpenConsole, openConsole } from './serve-console.ts';
import { findServeFiles, type ServeFiles } from './serve-files.ts';
import { handOut } from './serve-handout.ts';
import { type ServeWords, serveOptions } from './serve-options.ts';
import { untilStopped } from './serve-signals.ts';
import { serverIdentity } from './server-identity.ts';

export const serveCommand: CommandModule<object, ServeWords> = {
  command: 'serve',
  describe: 'Run the reference enrollment server',
  builder: (y) =>
    y
      .options(serveOptions)
      .example('$0 serve', 'on this machine, with a sample configuration; it prints what a device needs')
      .example('$0 serve --config muster.conf --approve manual', 'your devices; an administrator approves')
      .example('$0 serve --listen 0.0.0.0 --name enroll.example.com', 'for devices on a network')
      .example(
        '$0 serve --config muster.conf --database postgres://muster@db/muster',
        'one of several, over PostgreSQL',
      )
      .example('$0 serve --profile legacy --http 6045 --tls 2443 --console 6080', 'for devices of 2001, beside another')
      .epilogue(
        'Configuration and accounts are read again when they change, and at SIGHUP. SIGINT and SIGTERM stop the server. The crypto line of the configuration opens with MUSTER_PASSPHRASE, or with the key file in the data folder. Without a license line that counts it is a trial version, for 100 enrolled devices (muster license). The password for PostgreSQL may be in PGPASSWORD or in ~/.pgpass.',
      ),
  handler: async (options) => {
    const files = await findServeFiles(options.data, options.config, options.accounts);
    const database = await openDatabase(options.database, join(options.data, 'muster.db'));
    try {
      await serve(options, files, database);
    } finally {
      await database.close();
    }
  },
};

async function serve(options: ArgumentsCamelCase<ServeWords>, files: ServeFiles, database: Database): Promise<void> {
  const crypto = new SealedCrypto(await cryptoPassphrase(options.data), profiles[options.profile]);
  const identity = await serverIdentity(options);
  const publicKey = await licensePublicKey(options.data, options['license-key']);
  const logLine = options.log === 'json' ? auditJson : auditLine;
  const store = new SqlStore(database);
  const journal = new SqlJournal({
    database,
    clock: systemClock,
    keptSeconds: options['keep-audit'],
    onTrouble: (why) => process.stderr.write(`muster: the audit log waits for its database: ${printable(why)}\n`),
  });
  const operations = options.metrics && (await operationsOf(store));
  const rules = new ApprovalRules(database, systemClock);
  let webConsole: OpenConsole | undefined;
  const server = await ReferenceServer.create(
    {
      profile: options.profile,
      name: options.name,
      listen: options.listen,
      httpPort: options.http,
      tlsPort: options.tls,
      ...(options.proxy === undefined ? {} : { proxies: options.proxy.split(',') }),
      approval: options.approve,
      validitySeconds: options.validity,
      proofOfPossession: options.pop,
      trialDevices,
      ...(publicKey === undefined ? {} : { licensePublicKey: publicKey }),
      maximumConnections: Math.min(usualConnections, await connectionsThatFit()),
      tls: identity,
    },
    {
      store,
      calls: new CallStore(() => database),
      place: new FilePlace(files.configuration, files.accounts),
      crypto,
      journal,
      audit: (event, by) => {
        process.stderr.write(`${logLine(new Date(), event, by)}\n`);
        operations?.count(event);
        webConsole?.changed();
      },
      approvalOf: (group) => rules.of(group),
      ...(operations ? { watch: operations.timed } : {}),
    },
  );
  const stopped = untilStopped(server);
  try {
    operations?.watch(server);
    const metricsUrl = options.metrics && (await operations?.open(options.metrics));
    await advised(() => server.start());
    server.configurationKeeper.watch();
    const passwordFile = options['console-password-file'];
    webConsole = await advised(() => openConsole({ server, database, rules, port: options.console, passwordFile }));
    const needs = await handOut(server, webConsole, options, files, identity.anchorPem, metricsUrl);
    process.stdout.write(options.json ? `${JSON.stringify(needs)}\n` : needsAsText(needs, files));
    await stopped;
  } finally {
    await webConsole?.stop();
    await server.stop(graceSeconds);
    await operations?.close();
  }
}

/** How long requests under way may take to get their answer, once the server was told to stop. */
const graceSeconds = 10;

/** Read when it is asked for: most servers on a desk are not watched. */
async function operationsOf(store: SqlStore): Promise<OperationsListener> {
  const { OperationsListener } = await import('#reference-server/operations/operations-listener.ts');
  return new OperationsListener(store);
}

/** From MUSTER_PASSPHRASE; else of a key file in the data folder, which is made when there is none. */
async function cryptoPassphrase(data: string): Promise<string> {
  const { MUSTER_PASSPHRASE: given } = process.env;
  if (given) return given;
  const path = join(data, 'crypto-key');
  if (!(await isThere(path))) await replaceTextFile(path, `${randomBytes(32).toString('base64url')}\n`, 0o600);
  return (await readTextFile(path, 'the key file of the crypto line')).trim();
}
