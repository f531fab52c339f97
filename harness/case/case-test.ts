import { stripVTControlCharacters } from 'node:util';
import { test as base, type TestInfo } from '@playwright/test';
import type { Evidence } from '#reports/run-record.ts';
import { writeEvidence } from '../evidence/evidence-folder.ts';
import { Recorder } from '../evidence/recorder.ts';
import { writeRepro } from '../evidence/repro.ts';
import { type Plan, readPlan } from '../runner/plan.ts';
import { type CaseDetails, caseDetailsOf } from './details.ts';
import { Judge, type Judgement } from './judge.ts';
import { mutantOf } from './mutants.ts';

/** What one worker reports of one case: the reporter makes the case's record of it. */
export interface CaseOutcome extends Judgement {
  readonly evidence: Evidence;
  /** What the device under test took for its verbs; absent where none was asked. */
  readonly deviceMs?: number;
  /** The flawed subject that took the place of the honest one. */
  readonly mutant?: string;
}

export const outcomeAttachment = 'muster-outcome';

/** What every conformance case has, whatever it judges. */
export interface CaseRun {
  readonly plan: Plan;
  readonly details: CaseDetails;
  readonly recorder: Recorder;
  readonly judge: Judge;
  /** The flawed subject that takes the place of the honest one; undefined in a run that certifies. */
  readonly mutant: string | undefined;
}

/**
 * Playwright's own `test`, with the run of a conformance case. It is one fixture, not five, and boxed like the others:
 * Playwright takes a stack trace for each that is a step, which costs more than most cases.
 */
export const test = base.extend<{ readonly run: CaseRun; readonly details: CaseDetails }>({
  run: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from this pattern.
    async ({}, use, testInfo) => {
      const run = begin(testInfo);
      await use(run);
      const outcome = await conclude(run, testInfo);
      await testInfo.attach(outcomeAttachment, { body: JSON.stringify(outcome), contentType: 'application/json' });
    },
    { auto: true, box: 'self' },
  ],
  details: [async ({ run }, use) => use(run.details), { box: 'self' }],
});

function begin(testInfo: TestInfo): CaseRun {
  const details = caseDetailsOf(testInfo.annotations);
  if (!details) throw new Error('A conformance case declares itself with conformanceCase({ id, … }).');
  const mutant = mutantOf(testInfo.annotations);
  return { plan: readPlan(), details, recorder: new Recorder(), judge: new Judge(), mutant };
}

async function conclude({ plan, details, recorder, judge, mutant }: CaseRun, testInfo: TestInfo): Promise<CaseOutcome> {
  // A verdict is no accident: as an expected failure it does not cost Playwright a new worker (about a second each).
  if (judge.hasEnded && testInfo.status === 'failed') testInfo.fail();
  const judged = judge.conclude(failureOf(testInfo));
  const told: Judgement = {
    ...judged,
    reason: recorder.redaction.text(judged.reason),
    ...(judged.proof === undefined ? {} : { proof: recorder.redaction.text(judged.proof) }),
  };
  const evidence = recorder.evidence();
  // Each repetition has a folder of its own: they may well run side by side.
  const folder = (plan.repeat ?? 1) > 1 ? `${details.id}/${testInfo.repeatEachIndex + 1}` : details.id;
  const about = { id: details.id, title: testInfo.title, folder, ...told };
  const files = plan.outFolder && (await writeEvidence(plan.outFolder, about, evidence, recorder.capture));
  const isDevice = recorder.capture !== undefined;
  const repro =
    plan.outFolder && isDevice && told.verdict === 'fail'
      ? await writeRepro(plan.outFolder, { ...details, ...about }, recorder.stage)
      : [];
  return {
    ...told,
    evidence: { ...evidence, ...(files ? { files: [...files, ...repro] } : {}) },
    ...(recorder.deviceMs > 0 ? { deviceMs: Math.round(recorder.deviceMs) } : {}),
    ...(mutant === undefined ? {} : { mutant }),
  };
}

/** What was thrown that may be no verdict, or how the case was stopped. */
function failureOf({ status, timeout, errors }: TestInfo): string | undefined {
  if (status === 'timedOut') return `The case did not end in time (${timeout} ms).`;
  if (status === 'interrupted') return 'The run was stopped before this case ended.';
  return stripVTControlCharacters(errors[0]?.message ?? '') || undefined;
}
