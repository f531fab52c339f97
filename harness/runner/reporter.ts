import type {
  FullConfig,
  FullResult,
  Reporter,
  Suite,
  TestCase,
  TestError,
  TestResult,
} from '@playwright/test/reporter';
import type { CaseGroup, CaseRecord } from '#reports/run-record.ts';
import { type CaseOutcome, outcomeAttachment } from '../case/case-test.ts';
import { caseDetailsOf } from '../case/details.ts';
import { type CaseListing, type RunnerEvent, unknownCaseExitCode } from './events.ts';
import { readPlan } from './plan.ts';

/** Turns Playwright's events into ours and sends them to the parent process. Runs inside Playwright's main process. */
export default class RunnerReporter implements Reporter {
  #pending: Promise<void> = Promise.resolve();
  /** Nobody listens any more: a run that went on would meet the device without anyone knowing. */
  readonly #abandoned = () => process.exit(1);

  constructor() {
    process.once('disconnect', this.#abandoned);
  }

  onBegin(_config: FullConfig, suite: Suite): void {
    const cases = new Map<string, CaseListing>();
    const files = new Map<string, string>();
    const problems: string[] = [];
    for (const test of suite.allTests()) {
      const at = `${test.location.file}:${test.location.line}`;
      const listing = listingOf(test);
      if (!listing) problems.push(`${at}: "${test.title}" declares no case`);
      else if (files.has(listing.id) && files.get(listing.id) !== at)
        problems.push(`${at}: ${listing.id} is declared twice`);
      else {
        cases.set(listing.id, listing);
        files.set(listing.id, at);
      }
    }
    if (readPlan().cases?.some((id) => !cases.has(id))) process.exit(unknownCaseExitCode);
    this.#send({ kind: 'listed', cases: [...cases.values()], problems });
  }

  onTestBegin(test: TestCase): void {
    const listing = listingOf(test);
    if (listing) this.#send({ kind: 'began', id: listing.id });
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    const listing = listingOf(test);
    // No case is skipped: one that was has not ended, which the process that started this run notices.
    if (!listing || result.status === 'skipped') return;
    const { verdict, reason, profileLine, proof, deviceMs, evidence, mutant } = outcomeOf(result);
    const record: CaseRecord = {
      ...listing,
      verdict,
      reason,
      ...(profileLine === undefined ? {} : { profileLine }),
      ...(proof === undefined ? {} : { proof }),
      durationMs: result.duration,
      ...(deviceMs === undefined ? {} : { deviceMs }),
      ...(evidence === undefined ? {} : { evidence }),
    };
    this.#send({ kind: 'ended', record, ...(mutant === undefined ? {} : { mutant }) });
  }

  onError(error: TestError): void {
    this.#send({ kind: 'broken', message: error.message ?? String(error.value) });
  }

  /** What was sent must have left this process; the open channel would then keep it from ending. */
  async onEnd(_result: FullResult): Promise<void> {
    await this.#pending;
    process.off('disconnect', this.#abandoned);
    if (process.connected) process.disconnect();
  }

  printsToStdio(): boolean {
    return true;
  }

  #send(event: RunnerEvent): void {
    const sent = new Promise<void>((resolve) => {
      if (process.send) process.send(event, () => resolve());
      else resolve();
    });
    this.#pending = Promise.all([this.#pending, sent]).then(() => {});
  }
}

function listingOf(test: TestCase): CaseListing | undefined {
  const details = caseDetailsOf(test.annotations);
  if (!details) return undefined;
  const { id, version, requirements, mutants, control } = details;
  return { id, version, title: test.title, group: groupOf(test), requirements, mutants, control };
}

function groupOf(test: TestCase): CaseGroup {
  const folder = /[\\/]scenarios[\\/](\w+)[\\/]/.exec(test.location.file)?.[1];
  return folder === 'properties' ? 'property' : folder === 'device' ? 'device' : 'server';
}

/** A worker that died attached nothing: that is an error of the bench, whatever Playwright calls it. */
function outcomeOf(result: TestResult): Pick<CaseOutcome, 'verdict' | 'reason' | 'proof'> & Partial<CaseOutcome> {
  const body = result.attachments.find(({ name }) => name === outcomeAttachment)?.body;
  if (body) return JSON.parse(body.toString('utf8')) as CaseOutcome;
  return { verdict: 'error', reason: `The case left no outcome: ${result.error?.message ?? result.status}` };
}
