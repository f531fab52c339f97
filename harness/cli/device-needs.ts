import { commandName, shellWord } from './command-name.ts';
import type { ServeFiles } from './serve-files.ts';

/** What a device needs to enroll, and what its administrator needs; `--json` prints it as it stands. */
export interface DeviceNeeds {
  readonly httpUrl: string;
  readonly tlsUrl: string;
  /** PEM file of the third-party CA; absent when the server's certificate is the user's own. */
  readonly anchor?: string;
  readonly caFingerprintSha256: string;
  readonly caFingerprintSha1: string;
  readonly profile: string;
  readonly insecure: boolean;
  readonly accounts: readonly DeviceAccount[];
  /** Of the sample account, at the start that made it and never again. */
  readonly password?: string;
  readonly consoleUrl: string;
  /** Of the first administrator of the console, at the start that made it and never again. */
  readonly consolePassword?: string;
  readonly managementUrl: string;
  /** Where Prometheus asks, when it was asked for. */
  readonly metricsUrl?: string;
  readonly operatorToken: string;
  readonly configuration: string;
  readonly accountsFile: string;
}

interface DeviceAccount {
  readonly deviceName: string;
  readonly device: string;
  readonly customer: string;
  readonly username: string;
}

const mostAccountsShown = 5;

export function needsAsText(needs: DeviceNeeds, files: ServeFiles): string {
  const { accounts, managementUrl: api, operatorToken } = needs;
  const shown = accounts.slice(0, mostAccountsShown).map(({ deviceName, device, customer, username }) => {
    return `  ${deviceName}: device ${device}, customer ${customer}, user ${username}`;
  });
  const curl = `curl -H "Authorization: Bearer $(cat ${shellWord(operatorToken)})"`;
  const lines = [
    'What a device needs',
    `  cleartext URL   ${needs.httpUrl}`,
    `  TLS URL         ${needs.tlsUrl}`,
    `  trust anchor    ${needs.anchor ?? 'the CA that your certificate is of'}`,
    `  CA SHA-256      ${needs.caFingerprintSha256}`,
    `  CA SHA-1        ${needs.caFingerprintSha1}`,
    `  profile         ${needs.profile}${needs.insecure ? ' — insecure: MD5, RSA 1024 and TLS 1.0, for old devices only' : ''}`,
    '',
    `Devices (${files.configuration}, ${files.accounts})`,
    ...shown,
    ...(accounts.length > shown.length ? [`  … and ${accounts.length - shown.length} more`] : []),
    ...(accounts.length === 0 ? ['  none: make an account with "muster config account"'] : []),
    ...(needs.password === undefined
      ? []
      : [`  password        ${needs.password}   (shown this once; kept as a hash)`]),
    '',
    ...(accounts[0] ? ['Enroll a simulated gateway', `  ${enrollLine(needs, accounts[0])}`, ''] : []),
    'Console, for the people who run this server',
    `  ${needs.consoleUrl}`,
    ...(needs.consolePassword === undefined
      ? []
      : ['  name            admin', `  password        ${needs.consolePassword}   (shown this once; kept as a hash)`]),
    '',
    'Approve from a script',
    `  ${curl} '${api}/enrollments?state=pending'`,
    `  ${curl} -X POST ${api}/enrollments/ID/approve`,
    ...(needs.metricsUrl === undefined ? [] : ['', `Metrics            ${needs.metricsUrl}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** To be copied: a password that is not known is asked for at the terminal. */
function enrollLine(needs: DeviceNeeds, { deviceName, device, customer, username }: DeviceAccount): string {
  const options = [
    ['--http', needs.httpUrl],
    ['--tls', needs.tlsUrl],
    ['--anchor', needs.anchor ?? 'ANCHOR.pem'],
    ['--fingerprint', needs.caFingerprintSha256],
    ['--name', deviceName],
    ['--device', device],
    ['--customer', customer],
    ['--username', username],
    ...(needs.profile === 'modern' ? [] : [['--profile', needs.profile]]),
  ];
  const words = options.flat().map((word = '') => shellWord(word));
  const password = needs.password === undefined ? '' : `MUSTER_PASSWORD=${shellWord(needs.password)} `;
  return `${password}${commandName()} enroll ${words.join(' ')}`;
}
