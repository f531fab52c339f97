import type { InferredOptionTypes } from 'yargs';
import { shardOf } from '../fleet/rates.ts';
import {
  countOption,
  durationOption,
  flagOption,
  numberOption,
  portOption,
  readOption,
  textOption,
} from './options.ts';

export const certifyRoles = ['device', 'server'] as const;

export const certifyOptions = {
  adapter: textOption(
    'The device under test: an executable or a URL that follows the adapter contract, or "prompt": you drive it',
  ),
  'adapter-timeout': durationOption('How long one verb of the adapter may take (30s; at the prompt 10m)'),
  target: textOption('The server under test: the URL of its TLS listener, https://HOST:PORT/tep'),
  cleartext: textOption('The URL of its cleartext listener, http://HOST:PORT/tep'),
  anchor: textOption('PEM file of the third-party CA that vouches for the target'),
  fingerprint: textOption('SHA-256 or SHA-1 of the target’s CA certificate; without it getcacert goes over TLS'),
  operator: textOption('The target’s administrator: an executable with verbs such as approve, define and configure'),
  'device-name': textOption('A device that the target knows: its configured name'),
  device: textOption('… its device number'),
  customer: textOption('… its customer number'),
  username: textOption('… its user; the password comes from MUSTER_PASSWORD or --password-file'),
  'password-file': textOption('File whose first line is the password'),
  listen: textOption('Address to listen on for a device (127.0.0.1)'),
  name: textOption('DNS name or address under which the device reaches this bench (localhost)'),
  http: portOption('Cleartext port for the device (any free one)'),
  tls: portOption('TLS port for the device (any free one)'),
  profile: textOption(
    'What is good enough: modern (the default), legacy, or the file in which a vendor declares a device',
  ),
  case: { describe: 'Only these cases', type: 'string', array: true, requiresArg: true },
  list: flagOption('Name the cases, and run none'),
  shard: readOption('Only this slice of the cases, as 2/5; muster report merge puts the slices together', shardOf),
  seed: numberOption('The seed of everything generated (a random one, which is printed)'),
  budget: countOption('How many inputs each property case makes (as many as the case says)'),
  repeat: countOption('Play each case so many times: one whose verdicts differ is flaky, and never good'),
  baseline: textOption('File of the failures that are expected (muster report baseline makes one of a run)'),
  matrix: textOption('File of what each case was seen to catch, for the report (node tools/mutation-matrix.ts --json)'),
  certify: flagOption('By a frozen requirement set, whole; leaves the statement that a lab signs (muster report sign)'),
  'requirement-set': textOption('… which one (the newest)'),
  firmware: textOption('… of this firmware, a file or sha256:HEX, for a subject that does not name it'),
  'last-failed': flagOption('Only the cases of the record in --out that were not good, into that record'),
  out: textOption(
    'Folder for run.json, report.html, junit.xml, ctrf.json, findings.sarif and the evidence of each case (muster-report)',
  ),
  strict: flagOption('A SHOULD that is not met is a finding'),
  json: flagOption('Print the run record, without its evidence, as JSON'),
} as const;

export type CertifyWords = InferredOptionTypes<typeof certifyOptions> & {
  role: (typeof certifyRoles)[number] | undefined;
};
