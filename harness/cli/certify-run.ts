import { relative, resolve } from 'node:path';
import type { ArgumentsCamelCase } from 'yargs';
import type { Baseline } from '#reports/baseline-file.ts';
import type { MutationMatrix } from '#reports/mutation-matrix.ts';
import type { RunRecord } from '#reports/run-record.ts';
import { clearPackage, expectOwnFolder } from '../certificate/package-files.ts';
import { requirementSet } from '../certificate/requirement-sets.ts';
import { clearCaseFolders } from '../evidence/evidence-folder.ts';
import { type CertificationOptions, certify } from '../runner/certification.ts';
import type { Plan } from '../runner/plan.ts';
import { reportNames } from '../runner/report-files.ts';
import { certifyAgain } from '../runner/rerun.ts';
import type { CertifyWords } from './certify-options.ts';
import { adapterTimeoutOf } from './certify-plan.ts';
import { GithubJob } from './github-job.ts';
import { onInterruption } from './interruption.ts';
import { personAt } from './person.ts';
import { progressOn } from './progress.ts';
import { commandLine } from './repeatable.ts';
import { printRun } from './run-output.ts';
import { musterVersion } from './version.ts';

type Words = ArgumentsCamelCase<CertifyWords>;
type PlannedRun = CertificationOptions['plan'];

/** What a run begins from, beside its plan. */
interface Given {
  readonly baseline?: Baseline | undefined;
  readonly matrix?: MutationMatrix | undefined;
  /** The record that is to be completed with cases that run again. */
  readonly earlier?: RunRecord | undefined;
}

/** Judges in sight of who asked for it, until it is over or a signal ends it; the process ends with its exit code. */
export async function runCertification(plan: PlannedRun, outFolder: string, words: Words, given: Given): Promise<void> {
  const stopping = new AbortController();
  const interruption = onInterruption(() => stopping.abort());
  const person = plan.device?.kind === 'unattended' ? await personAt(process, stopping.signal) : undefined;
  // A line that changes would overwrite what is asked.
  const progress = progressOn(process.stderr, person === undefined && process.stderr.isTTY, plan.repeat);
  const job = GithubJob.begun(process.env, process.stderr);
  process.stderr.write(`Seed ${plan.seed}.\n`);
  try {
    if (words.certify) await expectOwnFolder(outFolder, reportNames);
    const { earlier, ...expected } = given;
    const options: CertificationOptions = {
      ...expected,
      ...(words.certify ? { requirementSet: requirementSet(words.requirementSet), firmware: words.firmware } : {}),
      plan: { ...(person ? attended(plan, person.address, words) : plan), outFolder: resolve(outFolder) },
      outFolder,
      strict: words.strict,
      shard: words.shard,
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
    if (words.certify && record.status === 'complete')
      process.stderr.write(`To sign it: muster report sign ${relative('.', outFolder)} --key PRIVATE.pem\n`);
    process.exitCode = interruption.exitCode() ?? exitCode;
  } finally {
    await person?.close();
    interruption.release();
  }
}

/** Inputs of a property case that a person can be asked to try. */
const budgetOfPerson = 2;

/** With a person in the place of the adapter. */
function attended(plan: PlannedRun, address: string, words: Words): Omit<Plan, 'workspace'> {
  const device = { kind: 'adapter', path: address, timeoutSeconds: adapterTimeoutOf(words) } as const;
  return { budget: budgetOfPerson, ...plan, device };
}
