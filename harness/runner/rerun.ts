import { MusterError } from '#protocol/errors.ts';
import { heldAgainst } from '#reports/baseline.ts';
import type { Baseline } from '#reports/baseline-file.ts';
import { planWords } from '#reports/command.ts';
import { differencesBetween } from '#reports/diff.ts';
import type { CaseRecord, CaseVerdict, RunRecord } from '#reports/run-record.ts';
import { judgeRun } from '#reports/verdict.ts';
import { clearCaseFolders } from '../evidence/evidence-folder.ts';
import { type Certification, type CertificationOptions, certify, withWorkspace } from './certification.ts';
import { dayOf } from './record.ts';
import { leaveReports } from './report-files.ts';

/** What need not be seen again. A failure that was expected is a failure: it is. */
const good: ReadonlySet<CaseVerdict> = new Set(['pass', 'warn', 'not-applicable']);

/**
 * Runs the cases of a record again that were not good, into the same record: the others keep their verdicts and their evidence.
 * `options` are those of the command now; its plan names no case. An interruption leaves what has ended until then.
 * @throws MusterError settings-invalid when another subject, profile, seed, version or plan is judged now
 */
export async function certifyAgain(earlier: RunRecord, options: CertificationOptions): Promise<Certification> {
  const { outFolder, strict, baseline } = options;
  const again = casesToRunAgain(earlier, strict);
  if (earlier.requirementSet) refuse(' a certification, which is made in one piece');
  // Another version may not even have these cases.
  if (earlier.muster !== options.muster) refuse(`\n  Muster: was ${earlier.muster}\n  Muster: is ${options.muster}`);
  expectSamePlan(earlier, options.command);
  const rerun = again.length === 0 ? undefined : await runAgain(earlier, again, options);
  const certification = rejoined(earlier, rerun, { strict, baseline });
  await leaveReports(outFolder, certification.record);
  return certification;
}

/** These cases alone, as far as they ended. */
async function runAgain(
  earlier: RunRecord,
  again: readonly string[],
  options: CertificationOptions,
): Promise<RunRecord> {
  const { plan, outFolder } = options;
  const ended = new Map<string, number>();
  const { shard: _shard, ...rest } = options;
  // Its reports, which are of these cases alone, go nowhere; the evidence of each goes where that of the run is.
  const { record } = await withWorkspace((folder) =>
    certify({
      ...rest,
      plan: { ...plan, cases: again },
      outFolder: folder,
      onDescribed: async (described) => {
        expectSameRun(earlier, described);
        await clearCaseFolders(outFolder, again);
      },
      onEvent: (event) => {
        if (event.kind === 'ended') ended.set(event.record.id, (ended.get(event.record.id) ?? 0) + 1);
        options.onEvent(event);
      },
    }),
  );
  return { ...record, cases: record.cases.filter(({ id }) => (ended.get(id) ?? 0) >= (plan.repeat ?? 1)) };
}

/** The cases of a record that were not good; with `strict`, an unmet SHOULD is not. */
export function casesToRunAgain({ cases }: RunRecord, strict: boolean): string[] {
  return cases.filter(({ verdict }) => !good.has(verdict) || (strict && verdict === 'warn')).map(({ id }) => id);
}

/** @throws MusterError settings-invalid */
function expectSamePlan(earlier: RunRecord, command: string): void {
  const [had, has] = [planWords(earlier.command).join(' '), planWords(command).join(' ')];
  if (had === has) return;
  refuse(`\n  the command was “${had}”\n  the command is “${has}”`);
}

/** What may differ: how far it came, and what is expected of it. */
const free: ReadonlySet<string> = new Set(['Status', 'Baseline', 'Shard']);

/** @throws MusterError settings-invalid */
function expectSameRun(earlier: RunRecord, now: RunRecord): void {
  const differences = differencesBetween(earlier, now).filter(({ name }) => !free.has(name));
  if (differences.length > 0)
    refuse(differences.map(({ name, before, after }) => `\n  ${name}: was ${before}\n  ${name}: is ${after}`).join(''));
}

function refuse(seen: string): never {
  throw new MusterError(
    'settings-invalid',
    `--last-failed: expected what the record in --out is of, seen:${seen}\nRun all cases, or name another --out.`,
  );
}

interface Judging {
  readonly strict: boolean;
  readonly baseline?: Baseline | undefined;
}

/**
 * The earlier record, with those cases in it that ran again, judged anew. One that was not over stays so: nobody knows which
 * cases it lacks.
 */
export function rejoined(
  earlier: RunRecord,
  rerun: RunRecord | undefined,
  { strict, baseline }: Judging,
): Certification {
  const ran = new Map(rerun?.cases.map((one) => [one.id, one]));
  const kept = earlier.cases.filter(({ id }) => !ran.has(id)).map(withoutExpectation);
  const known = new Set(baseline?.entries.map(({ caseId }) => caseId));
  const day = dayOf(new Date(rerun?.startedAt ?? Date.now()));
  const held = baseline && heldAgainst(baseline, kept, { day, known });
  const judged = new Map([...(held?.cases ?? kept), ...ran.values()].map((one) => [one.id, one]));
  const cases = earlier.cases.flatMap(({ id }) => judged.get(id) ?? []);
  const all = [...(held?.stale ?? []), ...(rerun?.baseline?.stale ?? [])];
  const stale = [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
  const { status, requirementSet } = earlier;
  const { exitCode, ...judgement } = judgeRun(cases, { strict, status, stale, requirementSet });
  const { baseline: _baseline, ...rest } = earlier;
  const reruns = [...(earlier.reruns ?? []), ...(rerun && ran.size > 0 ? [rerunOf(earlier, rerun)] : [])];
  const record: RunRecord = {
    ...rest,
    ...judgement,
    durationMs: earlier.durationMs + (rerun?.durationMs ?? 0),
    ...(baseline ? { baseline: { file: baseline.file, digest: baseline.digest, stale } } : {}),
    ...(reruns.length > 0 ? { reruns } : {}),
    cases,
  };
  return { record, exitCode };
}

/** It is held against the baseline of now; what passes and is expected to fail ran again. */
function withoutExpectation({ expectation: _expectation, ...one }: CaseRecord): CaseRecord {
  return one;
}

function rerunOf(earlier: RunRecord, { startedAt, durationMs, command, cases }: RunRecord) {
  const was = new Map(earlier.cases.map(({ id, verdict }) => [id, verdict]));
  const ran = cases.flatMap(({ id }) => {
    const verdict = was.get(id);
    return verdict === undefined ? [] : [{ id, was: verdict }];
  });
  return { at: startedAt, durationMs, command, cases: ran };
}
