import { relative, resolve } from 'node:path';
import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes } from 'yargs';
import { MusterError } from '#protocol/errors.ts';
import { isProfileId, profiles } from '#protocol/pki/profiles.ts';
import { readTextFile } from '#protocol/text-file.ts';
import { type Baseline, readBaseline } from '#reports/baseline-file.ts';
import { type MutationMatrix, readMutationMatrix } from '#reports/mutation-matrix.ts';
import type { RunRecord } from '#reports/run-record.ts';
import { clearPackage, expectOwnFolder } from '../certificate/package-files.ts';
import { requirementSet } from '../certificate/requirement-sets.ts';
import { clearCaseFolders } from '../evidence/evidence-folder.ts';
import { shardOf } from '../fleet/rates.ts';
import { readStatement } from '../profile/statement-file.ts';
import { isModule, statementIn } from '../profile/statement-module.ts';
import { type CertificationOptions, certify, listCases } from '../runner/certification.ts';
import type { CaseListing } from '../runner/events.ts';
import { builtInWorkers, type DevicePlan, type Plan, type TargetPlan } from '../runner/plan.ts';
import { reportNames } from '../runner/report-files.ts';
import { certifyAgain } from '../runner/rerun.ts';
import { expectWhole } from './certify-lock.ts';
import { exitCodes } from './exit-codes.ts';
import { GithubJob } from './github-job.ts';
import {
  countOption,
  durationOption,
  flagOption,
  numberOption,
  portOption,
  readOption,
  textOption,
} from './options.ts';
import { readPassword } from './password.ts';
import { peerUrl } from './peer-url.ts';
import { personAt } from './person.ts';
import { progressOn } from './progress.ts';
import { commandLine, seedOf } from './repeatable.ts';
import { readRunRecord } from './run-file.ts';
import { printRun } from './run-output.ts';
import { musterVersion } from './version.ts';

const roles = ['device', 'server'] as const;

const options = {
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

const defaultOut = 'muster-report';

/** The adapter that is a person. */
const byHand = 'prompt';

/** Inputs of a property case that a person can be asked to try. */
const budgetOfPerson = 2;

type Words = InferredOptionTypes<typeof options> & { role: (typeof roles)[number] | undefined };

/** `muster certify [device|server]`: judges, reports, and ends with the exit code of the verdict. */
export const certifyCommand: CommandModule<object, Words> = {
  command: 'certify [role]',
  describe: 'Judge a device, a server, or the built-in gateway and reference server',
  builder: (y) =>
    y
      .positional('role', { describe: 'What to judge; both built-in ones when left out', choices: roles })
      .options(options)
      .example('$0 certify', 'the built-in gateway and the reference server')
      .example('$0 certify device --adapter ./adapter', 'a device that an adapter drives')
      .example('$0 certify device --adapter prompt', 'a device that you drive by hand')
      .example('$0 certify device --case DEV-TLS-002', 'one case')
      .example('$0 certify device --adapter ./adapter --certify', 'a statement that a lab can sign')
      .example('$0 certify server --target https://ch.example.com:1443/tep …', 'a server elsewhere'),
  handler: async (words) => {
    expectWhole(words);
    const earlier = words.lastFailed ? await earlierRun(words) : undefined;
    const plan = await planOf(earlier ? { ...words, seed: earlier.seed } : words);
    if (words.list) return list(await listCases(plan), words.json);
    const baseline = words.baseline === undefined ? undefined : await baselineAt(words.baseline);
    const matrix = words.matrix === undefined ? undefined : await matrixAt(words.matrix);
    await run(plan, words, {
      ...(baseline ? { baseline } : {}),
      ...(matrix ? { matrix } : {}),
      ...(earlier ? { earlier } : {}),
    });
  },
};

/** What a run begins from, beside its plan. */
interface Given {
  readonly baseline?: Baseline;
  readonly matrix?: MutationMatrix;
  /** The record that is to be completed with cases that run again. */
  readonly earlier?: RunRecord;
}

/** @throws MusterError not-found, settings-invalid */
async function earlierRun({ out, seed, case: picked, list: listed }: ArgumentsCamelCase<Words>): Promise<RunRecord> {
  if (picked || listed)
    throw new MusterError(
      'settings-invalid',
      `--last-failed picks the cases: leave --${picked ? 'case' : 'list'} out.`,
    );
  const earlier = await readRunRecord(out ?? defaultOut);
  if (seed === undefined || seed === earlier.seed) return earlier;
  throw new MusterError(
    'settings-invalid',
    `--last-failed runs with the seed of the record, ${earlier.seed}; seen ${seed}.`,
  );
}

async function run(
  plan: Omit<Plan, 'workspace'>,
  words: ArgumentsCamelCase<Words>,
  { baseline, matrix, earlier }: Given,
): Promise<void> {
  const outFolder = words.out ?? defaultOut;
  const stopping = new AbortController();
  let interruptedBy: 'SIGINT' | 'SIGTERM' | undefined;
  const codeOf = (signal: typeof interruptedBy) =>
    signal === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted;
  const stop = (signal: NodeJS.Signals): void => {
    // Whoever asks twice does not want to wait for the report.
    if (interruptedBy) process.exit(codeOf(interruptedBy));
    interruptedBy = signal === 'SIGTERM' ? 'SIGTERM' : 'SIGINT';
    stopping.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const person = plan.device?.kind === 'unattended' ? await personAt(process, stopping.signal) : undefined;
  const device: DevicePlan | undefined = person
    ? { kind: 'adapter', path: person.address, timeoutSeconds: adapterTimeoutOf(words) }
    : plan.device;
  // A line that changes would overwrite what is asked.
  const progress = progressOn(process.stderr, person === undefined && process.stderr.isTTY, plan.repeat);
  const job = GithubJob.begun(process.env, process.stderr);
  process.stderr.write(`Seed ${plan.seed}.\n`);
  try {
    const certificate = words.certify
      ? { requirementSet: requirementSet(words.requirementSet), firmware: words.firmware }
      : undefined;
    if (certificate) await expectOwnFolder(outFolder, reportNames);
    const options: CertificationOptions = {
      plan: {
        ...plan,
        ...(device ? { device } : {}),
        ...(person && plan.budget === undefined ? { budget: budgetOfPerson } : {}),
        outFolder: resolve(outFolder),
      },
      outFolder,
      strict: words.strict,
      ...(words.shard === undefined ? {} : { shard: words.shard }),
      ...(baseline ? { baseline } : {}),
      ...(matrix ? { matrix } : {}),
      ...certificate,
      muster: musterVersion(),
      command: commandLine(),
      signal: stopping.signal,
      onEvent: progress.onEvent,
      // Not before: a run that is refused takes nothing away.
      onDescribed: async () => {
        await clearCaseFolders(outFolder);
        await clearPackage(outFolder);
      },
    };
    const { record, exitCode } = await (earlier ? certifyAgain(earlier, options) : certify(options));
    progress.end();
    printRun(record, outFolder, words.json, job);
    if (certificate && record.status === 'complete')
      process.stderr.write(`To sign it: muster report sign ${relative('.', outFolder)} --key PRIVATE.pem\n`);
    process.exitCode = interruptedBy ? codeOf(interruptedBy) : exitCode;
  } finally {
    await person?.close();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

function list(cases: readonly CaseListing[], json: boolean): void {
  if (json) {
    console.log(JSON.stringify(cases));
    return;
  }
  for (const { id, title, requirements, mutants } of cases) {
    console.log(
      `${id.padEnd(12)} ${title}\n${' '.repeat(13)}${requirements.join(' ')}; must fail: ${mutants.join(', ')}`,
    );
  }
}

async function planOf(words: ArgumentsCamelCase<Words>): Promise<Omit<Plan, 'workspace'>> {
  refuseForeign(words);
  const judgesDevice = words.role !== 'server';
  const judgesServer = words.role !== 'device';
  const device = devicePlanOf(words);
  const external = words.adapter !== undefined || words.target !== undefined;
  return {
    ...(await profileOf(words)),
    seed: seedOf(words.seed),
    ...(words.budget === undefined ? {} : { budget: words.budget }),
    ...(words.case ? { cases: words.case } : {}),
    ...(words.repeat === undefined ? {} : { repeat: words.repeat }),
    ...(judgesDevice ? { device } : {}),
    ...(judgesServer
      ? { server: words.target === undefined ? { kind: 'built-in', flaw: 'honest' } : await targetOf(words) }
      : {}),
    network: {
      listen: words.listen ?? '127.0.0.1',
      name: words.name ?? 'localhost',
      http: words.http ?? 0,
      tls: words.tls ?? 0,
    },
    // One device or server elsewhere is met by one case at a time.
    workers: external ? 1 : builtInWorkers(words.case),
    caseTimeoutSeconds: caseTimeoutOf(words, device.kind === 'built-in' && !external),
  };
}

/** @throws MusterError not-found, baseline-invalid */
async function baselineAt(path: string): Promise<Baseline> {
  return readBaseline(await readTextFile(path, 'a baseline, the failures that are expected (docs/baseline.md)'), path);
}

/** @throws MusterError not-found, settings-invalid */
async function matrixAt(path: string): Promise<MutationMatrix> {
  return readMutationMatrix(await readTextFile(path, 'a mutation matrix, what each case was seen to catch'), path);
}

/** One of the built-in profiles, or that of a statement. @throws MusterError settings-invalid, not-found, profile-invalid */
async function profileOf({
  profile = 'modern',
  role,
}: ArgumentsCamelCase<Words>): Promise<Pick<Plan, 'profile' | 'statement'>> {
  if (isProfileId(profile)) return { profile };
  const statement = isModule(profile)
    ? await statementIn(profile)
    : readStatement(
        await readTextFile(
          profile,
          `a built-in profile (${Object.keys(profiles).join(', ')}) or the file of a statement`,
        ),
        profile,
      );
  if (role !== undefined && role !== statement.role)
    throw new MusterError(
      'settings-invalid',
      `--profile: ${profile} declares a ${statement.role}: muster certify ${statement.role}.`,
    );
  return { profile: statement.profile, statement };
}

/** A case asks for some ten verbs, and for three with each input of a budget; a hand needs more time than a program. */
function caseTimeoutOf(words: ArgumentsCamelCase<Words>, isBuiltIn: boolean): number {
  const { budget = 0 } = words;
  return isBuiltIn ? 60 + Math.ceil(budget / 5) : Math.max(300, 20 * adapterTimeoutOf(words)) + 10 * budget;
}

/** Without a terminal nobody can drive a device by hand: every case is then unverified. */
function devicePlanOf(words: ArgumentsCamelCase<Words>): DevicePlan {
  const { adapter } = words;
  if (adapter === undefined) return { kind: 'built-in', persona: 'honest' };
  if (adapter === byHand) return { kind: 'unattended' };
  return { kind: 'adapter', path: adapter, timeoutSeconds: adapterTimeoutOf(words) };
}

function adapterTimeoutOf({ adapter, adapterTimeout }: ArgumentsCamelCase<Words>): number {
  return adapterTimeout ?? (adapter === byHand ? 600 : 30);
}

const deviceOnly = ['adapter', 'adapterTimeout', 'listen', 'name', 'http', 'tls'] as const;
const serverOnly = [
  'target',
  'cleartext',
  'anchor',
  'fingerprint',
  'operator',
  'deviceName',
  'device',
  'customer',
  'username',
  'passwordFile',
] as const;

/** An option that would have no effect is a mistake. @throws MusterError settings-invalid */
function refuseForeign(words: ArgumentsCamelCase<Words>): void {
  const given = (names: readonly (keyof typeof words)[]) => names.filter((name) => words[name] !== undefined);
  const refuse = (names: readonly (keyof typeof words)[], where: string): void => {
    const [first] = given(names);
    if (first === undefined) return;
    const option = String(first).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new MusterError('settings-invalid', `--${option} belongs to: muster certify ${where}.`);
  };
  if (words.role !== 'device') refuse(deviceOnly, 'device');
  if (words.role !== 'server') refuse(serverOnly, 'server');
  if (words.target === undefined) refuse(serverOnly, 'server --target URL');
}

async function targetOf(words: ArgumentsCamelCase<Words>): Promise<TargetPlan> {
  const { target, cleartext, anchor, deviceName, device, customer, username, fingerprint, operator } = words;
  const missing = Object.entries({ cleartext, anchor, 'device-name': deviceName, device, customer, username })
    .filter(([, value]) => value === undefined)
    .map(([name]) => `--${name}`);
  if (!target || !cleartext || !anchor || !deviceName || !device || !customer || !username) {
    throw new MusterError('settings-invalid', `--target needs also: ${missing.join(', ')}.`);
  }
  return {
    kind: 'target',
    tlsUrl: peerUrl(target, 'target', 'https:'),
    httpUrl: peerUrl(cleartext, 'cleartext', 'http:'),
    anchorPem: await readTextFile(anchor, 'the PEM of the third-party CA'),
    deviceName: deviceName.toLowerCase(),
    device,
    customer,
    username,
    password: await readPassword({
      environment: process.env,
      file: words.passwordFile,
      input: process.stdin,
      piped: false,
    }),
    ...(fingerprint === undefined ? {} : { caFingerprint: fingerprint }),
    ...(operator === undefined ? {} : { operatorPath: operator }),
  };
}
