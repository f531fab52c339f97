import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes } from 'yargs';
import { MusterError } from '#protocol/errors.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import { readTextFile } from '#protocol/text-file.ts';
import { examine, type Finding, type Grade } from '../doctor/check.ts';
import { clockChecks } from '../doctor/clock-checks.ts';
import { machineChecks } from '../doctor/machine-checks.ts';
import { networkChecks } from '../doctor/network-checks.ts';
import { programChecks } from '../doctor/program-checks.ts';
import type { Target } from '../doctor/target-checks.ts';
import { exitCodes } from './exit-codes.ts';
import { choiceOption, durationOption, flagOption, named, portOption, textOption } from './options.ts';
import { peerUrl } from './peer-url.ts';
import { printable } from './printable.ts';

const options = named({
  adapter: textOption('A device, too: the adapter that muster certify device will be given'),
  'adapter-timeout': { ...durationOption('How long one verb of the adapter may take'), default: '30s' },
  target: textOption('A server, too: the URL of its TLS listener, https://HOST:PORT/tep'),
  cleartext: textOption('… the URL of its cleartext listener, http://HOST:PORT/tep'),
  anchor: textOption('… PEM file of the third-party CA that vouches for it'),
  fingerprint: textOption('… SHA-256 or SHA-1 of its CA certificate'),
  listen: { ...textOption('Address to listen on for a device'), default: '127.0.0.1' },
  name: { ...textOption('DNS name or address under which a device reaches this bench'), default: 'localhost' },
  http: portOption('Cleartext port for a device (any free one)'),
  tls: portOption('TLS port for a device (any free one)'),
  profile: { ...choiceOption('legacy is insecure', ['modern', 'legacy']), default: 'modern' },
  out: { ...textOption('Folder that reports are to go to'), default: 'muster-report' },
  json: flagOption('Print the checks as JSON'),
} as const);

type Words = InferredOptionTypes<typeof options>;

/** `muster doctor`: is this bench fit for a run, and if not, how is it mended? */
export const doctorCommand: CommandModule<object, Words> = {
  command: 'doctor',
  describe: 'Look at this bench, and at a device or a server: what is wrong, and how to mend it',
  builder: (y) =>
    y
      .options(options)
      .example('$0 doctor', 'this machine')
      .example('$0 doctor --adapter ./adapter', '… and each verb of an adapter, with an honest server')
      .example(
        '$0 doctor --target https://ch.example.com:1443/tep --cleartext http://ch.example.com:5045/tep --anchor ca.pem',
        '… and a server: there, verified, and of the same time',
      )
      .example(
        '$0 doctor --listen 0.0.0.0 --name bench.example.com --http 5045 --tls 1443',
        'for a device on a network',
      )
      .epilogue(`Ends ${exitCodes.good} when nothing failed, warnings or not, else ${exitCodes.bench}.`),
  handler: async (words) => {
    const findings = await findingsFor(words);
    process.stdout.write(words.json ? `${JSON.stringify(findings)}\n` : findingsAsText(findings));
    if (findings.some(({ grade }) => grade === 'fail')) process.exitCode = exitCodes.bench;
  },
};

async function findingsFor(words: ArgumentsCamelCase<Words>): Promise<readonly Finding[]> {
  const target = await targetOf(words);
  const { tlsChecks } = await import('../doctor/tls-checks.ts');
  const bench = [
    ...machineChecks(words.out),
    ...clockChecks,
    ...tlsChecks,
    ...programChecks(process.env.PATH ?? ''),
    ...networkChecks(words),
  ];
  return [...(await examine(bench)), ...(await deviceFindings(words)), ...(await targetFindings(target))];
}

async function deviceFindings(words: ArgumentsCamelCase<Words>): Promise<readonly Finding[]> {
  const { adapter, adapterTimeout, profile } = words;
  if (adapter === undefined) return [];
  const { visitAdapter } = await import('../doctor/adapter-visit.ts');
  return visitAdapter(adapter, adapterTimeout, words, profile);
}

async function targetFindings(target: Target | undefined): Promise<readonly Finding[]> {
  if (target === undefined) return [];
  const { targetChecks } = await import('../doctor/target-checks.ts');
  return examine(targetChecks(target));
}

/** @throws MusterError settings-invalid, not-found */
async function targetOf(words: ArgumentsCamelCase<Words>): Promise<Target | undefined> {
  const { target, cleartext, anchor, fingerprint, profile } = words;
  const given = { target, cleartext, anchor };
  const missing = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [`--${name}`] : []));
  if (missing.length === 3 && fingerprint === undefined) return undefined;
  if (!target || !cleartext || !anchor) {
    throw new MusterError('settings-invalid', `A server needs also: ${missing.join(', ')}.`);
  }
  return {
    tlsUrl: peerUrl(target, 'target', 'https:'),
    httpUrl: peerUrl(cleartext, 'cleartext', 'http:'),
    anchorPem: await readTextFile(anchor, 'the PEM of the third-party CA'),
    fingerprint,
    profile: profiles[profile],
    timeoutSeconds: 10,
  };
}

const marks: Readonly<Record<Grade, string>> = { ok: 'ok  ', warn: 'warn', fail: 'FAIL', unknown: '?   ' };

function findingsAsText(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ id }) => id.length));
  const indent = ' '.repeat(width + 6);
  const lines = findings.flatMap(({ id, grade, expected, seen, mend }) => [
    `${marks[grade]}  ${id.padEnd(width)}  ${printable(seen)}`,
    ...(grade === 'ok' ? [] : [`${indent}  expected: ${expected}`, `${indent}  mend: ${mend ?? ''}`]),
  ]);
  const count = (grade: Grade): number => findings.filter((each) => each.grade === grade).length;
  const sum = `${count('ok')} good, ${count('warn')} warnings, ${count('fail')} failures, ${count('unknown')} not known`;
  return `${lines.join('\n')}\n\n${sum}\n`;
}
