import type { InferredOptionTypes } from 'yargs';
import { licensePublicKeyFile } from './license.ts';
import { choiceOption, durationOption, endpointOption, flagOption, named, portOption, textOption } from './options.ts';

export const serveOptions = named({
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

export type ServeWords = InferredOptionTypes<typeof serveOptions>;
