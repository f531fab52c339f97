import { relative, resolve } from 'node:path';
import type { ArgumentsCamelCase, CommandModule } from 'yargs';
import { MusterError } from '#protocol/errors.ts';
import { readTextFile } from '#protocol/text-file.ts';
import { type Baseline, readBaseline } from '#reports/baseline-file.ts';
import { type MutationMatrix, readMutationMatrix } from '#reports/mutation-matrix.ts';
import type { RunRecord } from '#reports/run-record.ts';
import { clearPackage, expectOwnFolder } from '../certificate/package-files.ts';
import { requirementSet } from '../certificate/requirement-sets.ts';
import { clearCaseFolders } from '../evidence/evidence-folder.ts';
import { type CertificationOptions, certify, listCases } from '../runner/certification.ts';
import type { CaseListing } from '../runner/events.ts';
import type { DevicePlan, Plan } from '../runner/plan.ts';
import { reportNames } from '../runner/report-files.ts';
import { certifyAgain } from '../runner/rerun.ts';
import { expectWhole } from './certify-lock.ts';
import { type CertifyWords, certifyOptions, certifyRoles } from './certify-options.ts';
import { adapterTimeoutOf, planOf } from './certify-plan.ts';
import { exitCodes } from './exit-codes.ts';
import { GithubJob } from './github-job.ts';
import { personAt } from './person.ts';
import { progressOn } from './progress.ts';
import { commandLine } from './repeatable.ts';
import { readRunRecord } from './run-file.ts';
import { printRun } from './run-output.ts';
import { musterVersion } from './version.ts';

const defaultOut = 'muster-report';

/** Inputs of a property case that a person can be asked to try. */
const budgetOfPerson = 2;

/** `muster certify [device|server]`: judges, reports, and ends with the exit code of the verdict. */
export const certifyCommand: CommandModule<object, CertifyWords> = {
  command: 'certify [role]',
  describe: 'Judge a device, a server, or the built-in gateway and reference server',
  builder: (y) =>
    y
      .positional('role', { describe: 'What to judge; both built-in ones when left out', choices: certifyRoles })
      .options(certifyOptions)
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
async function earlierRun({
  out,
  seed,
  case: picked,
  list: listed,
}: ArgumentsCamelCase<CertifyWords>): Promise<RunRecord> {
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
  words: ArgumentsCamelCase<CertifyWords>,
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

/** @throws MusterError not-found, baseline-invalid */
async function baselineAt(path: string): Promise<Baseline> {
  return readBaseline(await readTextFile(path, 'a baseline, the failures that are expected (docs/baseline.md)'), path);
}

/** @throws MusterError not-found, settings-invalid */
async function matrixAt(path: string): Promise<MutationMatrix> {
  return readMutationMatrix(await readTextFile(path, 'a mutation matrix, what each case was seen to catch'), path);
}
