import { stripVTControlCharacters } from 'node:util';
import { test as base } from '@playwright/test';
import type { Evidence } from '#reports/run-record.ts';
import { writeEvidence } from '../evidence/evidence-folder.ts';
import { Recorder } from '../evidence/recorder.ts';
import { writeRepro } from '../evidence/repro.ts';
import { type Plan, readPlan } from '../runner/plan.ts';
import { type CaseDetails, caseDetailsOf } from './details.ts';
import { Judge, type Judgement } from './judge.ts';

/** What one worker reports of one case: the reporter makes the case's record of it. */
export interface CaseOutcome extends Judgement {
  readonly evidence: Evidence;
  /** The flawed subject that took the place of the honest one. */
  readonly mutant?: string;
}

export const outcomeAttachment = 'muster-outcome';

interface CaseFixtures {
  readonly plan: Plan;
  readonly details: CaseDetails;
  readonly recorder: Recorder;
  readonly judge: Judge;
  /** The flawed subject that takes the place of the honest one; undefined in a run that certifies. */
  readonly mutant: string | undefined;
  readonly outcome: undefined;
}

/** Playwright's own `test`, with the parts that every conformance case has. */
export const test = base.extend<CaseFixtures>({
  mutant: async ({ plan, details }, use, testInfo) => {
    const role = details.id.startsWith('DEV-') ? 'device' : 'server';
    const mutants = plan.mutation?.all?.[role] ?? details.mutants;
    const mutant = plan.mutation ? mutants[testInfo.repeatEachIndex] : undefined;
    testInfo.skip(plan.mutation !== undefined && mutant === undefined, 'This case has no such mutant.');
    await use(mutant);
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from this pattern.
  plan: async ({}, use) => use(readPlan()),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from this pattern.
  details: async ({}, use, testInfo) => {
    const details = caseDetailsOf(testInfo.annotations);
    if (!details) throw new Error('A conformance case declares itself with conformanceCase({ id, … }).');
    await use(details);
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from this pattern.
  recorder: async ({}, use) => use(new Recorder()),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from this pattern.
  judge: async ({}, use) => use(new Judge()),
  outcome: [
    async ({ plan, details, judge, recorder, mutant }, use, testInfo) => {
      await use(undefined);
      // A verdict is no accident: as an expected failure it does not cost Playwright a new worker (about a second each).
      if (judge.hasEnded && testInfo.status === 'failed') testInfo.fail();
      const thrown = stripVTControlCharacters(testInfo.errors[0]?.message ?? '') || undefined;
      const unfinished: Partial<Record<string, string>> = {
        timedOut: `The case did not end in time (${testInfo.timeout} ms).`,
        interrupted: 'The run was stopped before this case ended.',
      };
      const failure = unfinished[testInfo.status ?? ''] ?? thrown;
      const judged = judge.conclude(failure);
      const told: Judgement = {
        ...judged,
        reason: recorder.redaction.text(judged.reason),
        ...(judged.proof === undefined ? {} : { proof: recorder.redaction.text(judged.proof) }),
      };
      const evidence = recorder.evidence();
      const about = { id: details.id, title: testInfo.title, ...told };
      const files = plan.outFolder && (await writeEvidence(plan.outFolder, about, evidence, recorder.capture));
      const isDevice = recorder.capture !== undefined;
      const repro =
        plan.outFolder && isDevice && told.verdict === 'fail'
          ? await writeRepro(plan.outFolder, { ...details, ...about }, recorder.stage)
          : [];
      const outcome: CaseOutcome = {
        ...told,
        evidence: { ...evidence, ...(files ? { files: [...files, ...repro] } : {}) },
        ...(mutant === undefined ? {} : { mutant }),
      };
      await testInfo.attach(outcomeAttachment, { body: JSON.stringify(outcome), contentType: 'application/json' });
    },
    { auto: true },
  ],
});
