import type { ArgumentsCamelCase, CommandModule } from 'yargs';
import { MusterError } from '#protocol/errors.ts';
import { readTextFile } from '#protocol/text-file.ts';
import { type Baseline, readBaseline } from '#reports/baseline-file.ts';
import { type MutationMatrix, readMutationMatrix } from '#reports/mutation-matrix.ts';
import type { RunRecord } from '#reports/run-record.ts';
import { listCases } from '../runner/certification.ts';
import type { CaseListing } from '../runner/events.ts';
import { expectWhole } from './certify-lock.ts';
import { type CertifyWords, certifyOptions, certifyRoles } from './certify-options.ts';
import { planOf } from './certify-plan.ts';
import { runCertification } from './certify-run.ts';
import { readRunRecord } from './run-file.ts';

const defaultOut = 'muster-report';

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
    await runCertification(plan, words.out ?? defaultOut, words, {
      baseline: words.baseline === undefined ? undefined : await baselineAt(words.baseline),
      matrix: words.matrix === undefined ? undefined : await matrixAt(words.matrix),
      earlier,
    });
  },
};

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
