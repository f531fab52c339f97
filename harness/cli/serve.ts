import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes } from 'yargs';
import { systemClock } from '#protocol/clock.ts';
import { MusterError, messageOf } from '#protocol/errors.ts';
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
import { type DeviceNeeds, needsAsText } from './device-needs.ts';
import { exitCodes } from './exit-codes.ts';
import { licensePublicKey, licensePublicKeyFile } from './license.ts';
import { connectionsThatFit } from './open-files.ts';
import { choiceOption, durationOption, endpointOption, flagOption, named, portOption, textOption } from './options.ts';
import { printable } from './printable.ts';
import { type OpenConsole, openConsole } from './serve-console.ts';
import { findServeFiles, type ServeFiles } from './serve-files.ts';
import { serverIdentity } from './server-identity.ts';

const serveOptions = named({
  config: textOption('Configuration file; a sample in the data folder when absent'),
  accounts: textOption('Accounts file; "accounts" beside the configuration file when absent'),
  data: { ...textOption('Folder of the server'), default: 'muster-server' },
  database: textOption('PostgreSQL, as postgres://USER@HOST:PORT/NAME; SQLite in the data folder when absent'),
  'keep-audit': durationOption('How long the audit log is kept in the database; for ever when absent'),
  listen: { ...textOption('Address to listen on'), default: '127.0.0.1' },
  name: { ...textOption('DNS name or address that devices are told'), default: 'localhost' },
  http: { ...portOption('Port for cleartext; 0 is any free one'), default: '5045' },
  tls: { ...portOption('Port for TLS'), default: '1443' },
  console: { ...portOption('Port of the console, on the loopback address'), default: '5080' },
  'console-password-file': textOption(
    'File with the password of the first administrator, admin (or MUSTER_CONSOLE_PASSWORD); random and shown once when absent',
  ),
  proxy: textOption(
    'Addresses of the proxies in front, separated by commas: they say whose connection it is (PROXY line)',
  ),
  approve: {
    ...choiceOption('Who approves: the server at once, or an administrator', ['auto', 'manual']),
    default: 'auto',
  },
  validity: { ...durationOption('Lifetime of device certificates'), default: '1y' },
  pop: {
    ...choiceOption('Proof of possession: the PKCS#10 alone, or with a nonce of the server in it', [
      'pkcs10',
      'challenge',
    ]),
    default: 'pkcs10',
  },
  profile: { ...choiceOption('legacy is insecure: MD5, RSA 1024, TLS 1.0', ['modern', 'legacy']), default: 'modern' },
  certificate: textOption("Certificate chain for TLS, PEM, the server's own first; needs --key"),
  key: textOption('Its private key, PEM'),
  'license-key': textOption(
    `Public key, PEM, of licenses that count; ${licensePublicKeyFile} in the data folder when absent`,
  ),
  metrics: endpointOption('Port, or ADDRESS:PORT, for /metrics (Prometheus), /healthz and /readyz; none when absent'),
  log: { ...choiceOption('How each event is written to stderr', ['text', 'json']), default: 'text' },
  json: flagOption('Print what a device needs as one JSON object'),
} as const);

type ServeWords = InferredOptionTypes<typeof serveOptions>;

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

const choosePorts = 'choose others with --http, --tls, --console (0 is any free port).';
const startAdvice: Readonly<Record<string, string>> = {
  EADDRINUSE: `Stop what is there, or ${choosePorts}`,
  EACCES: `This user may not have that port: ${choosePorts}`,
  EADDRNOTAVAIL: '--listen is expected to be an address of this machine.',
};

/** Opens ports; where one cannot be had, the error says what to do. */
async function advised<T>(open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (cause) {
    if (!(cause instanceof MusterError) || cause.code !== 'bench-broken') throw cause;
    const { code = '' } = Object(cause.cause) as { code?: string };
    const advice = startAdvice[code] ?? '';
    throw new MusterError('bench-broken', `${cause.message} ${advice}`.trimEnd(), { cause });
  }
}

/** Writes the anchor and the token, once the ports are ours: another server may be at work in the same folder. */
async function handOut(
  server: ReferenceServer,
  { url, newPassword }: OpenConsole,
  { data }: ServeWords,
  files: ServeFiles,
  anchorPem: string | undefined,
  metricsUrl: string | undefined,
): Promise<DeviceNeeds> {
  const anchor = join(data, 'anchor.pem');
  const operatorToken = join(data, 'operator-token');
  if (anchorPem !== undefined) await replaceTextFile(anchor, anchorPem, 0o644);
  await replaceTextFile(operatorToken, `${server.token}\n`, 0o600);
  const { id: profile, insecure } = server.settings.profile;
  return {
    httpUrl: server.urls.http,
    tlsUrl: server.urls.tls,
    ...(anchorPem === undefined ? {} : { anchor }),
    caFingerprintSha256: server.fingerprints.sha256,
    caFingerprintSha1: server.fingerprints.sha1,
    profile,
    insecure,
    accounts: server.configurationKeeper.accounts.map(({ deviceName, device, customer, username }) => ({
      deviceName,
      device,
      customer,
      username,
    })),
    ...(files.newPassword === undefined ? {} : { password: files.newPassword }),
    consoleUrl: `${url}/`,
    ...(newPassword === undefined ? {} : { consolePassword: newPassword }),
    managementUrl: `${url}/api`,
    ...(metricsUrl === undefined ? {} : { metricsUrl }),
    operatorToken,
    configuration: files.configuration,
    accountsFile: files.accounts,
  };
}

/** Resolves at SIGINT or SIGTERM; a second one ends the process. Until then SIGHUP reloads. */
function untilStopped(server: ReferenceServer): Promise<void> {
  process.on('SIGHUP', () => {
    server.reload().catch((thrown: unknown) => {
      const why = printable(messageOf(thrown)).replaceAll('\n', '\n  ');
      process.stderr.write(`muster: not reloaded; what was in force stays in force:\n  ${why}\n`);
    });
  });
  return new Promise((resolve) => {
    let stopping = false;
    for (const [signal, code] of [
      ['SIGINT', exitCodes.interrupted],
      ['SIGTERM', exitCodes.terminated],
    ] as const) {
      process.on(signal, () => {
        if (stopping) process.exit(code);
        stopping = true;
        resolve();
      });
    }
  });
}
