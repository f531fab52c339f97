import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MusterError } from '#protocol/errors.ts';
import { renderHtml } from '#reports/html/page.ts';
import { renderJunit } from '#reports/junit.ts';
import type { CaseRecord, RunRecord, RunStatus, SubjectView } from '#reports/run-record.ts';
import { deviceUnderTest } from '../case/device-test.ts';
import { serverUnderTest } from '../case/server-test.ts';
import type { CaseListing, RunnerEvent } from './events.ts';
import type { Plan } from './plan.ts';
import { makeRecord } from './record.ts';
import { runPlan } from './run.ts';

export interface CertificationOptions {
  readonly plan: Omit<Plan, 'workspace'>;
  readonly outFolder: string;
  readonly strict: boolean;
  readonly muster: string;
  /** The command line, as a person would type it again. */
  readonly command: string;
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunnerEvent) => void;
}

export interface Certification {
  readonly record: RunRecord;
  readonly exitCode: number;
}

/**
 * Judges the subjects of a plan, and leaves run.json, report.html and junit.xml in the folder. run.json says `incomplete`
 * until all is over. @throws MusterError bench-broken when a subject does not even say what it is
 */
export async function certify(options: CertificationOptions): Promise<Certification> {
  const startedAt = new Date();
  const began = performance.now();
  if (options.plan.cases) await expectKnownCases(options.plan, options.plan.cases);
  const listed = new Map<string, CaseListing>();
  const cases: CaseRecord[] = [];
  const collect = (event: RunnerEvent): void => {
    if (event.kind === 'listed') for (const listing of event.cases) listed.set(listing.id, listing);
    if (event.kind === 'ended') cases.push(event.record);
    options.onEvent(event);
  };
  return withWorkspace(async (workspace) => {
    const plan: Plan = { ...options.plan, workspace };
    const subject = await describeSubjects(plan);
    const made = (status: RunStatus) =>
      makeRecord({
        ...options,
        plan,
        subject,
        startedAt,
        durationMs: performance.now() - began,
        status,
        listed: [...listed.values()],
        cases,
      });
    await mkdir(options.outFolder, { recursive: true });
    await writeFile(join(options.outFolder, 'run.json'), jsonOf(made('incomplete').record));
    await runPlan(plan, { signal: options.signal, onEvent: collect });
    const certification = made(options.signal.aborted ? 'incomplete' : 'complete');
    await writeReports(options.outFolder, certification.record);
    return certification;
  });
}

/** Every case that this plan would run. */
export async function listCases(plan: Omit<Plan, 'workspace'>): Promise<readonly CaseListing[]> {
  const cases: CaseListing[] = [];
  const onEvent = (event: RunnerEvent): void => {
    if (event.kind === 'listed') cases.push(...event.cases);
  };
  await withWorkspace((workspace) => runPlan({ ...plan, workspace }, { listOnly: true, onEvent }));
  return cases.sort((a, b) => a.id.localeCompare(b.id));
}

/** An unknown id is fatal, not a run of fewer cases. @throws MusterError not-found, which says what there is */
async function expectKnownCases(plan: Omit<Plan, 'workspace'>, asked: readonly string[]): Promise<void> {
  const { cases: _asked, ...everything } = plan;
  const known = await listCases(everything);
  const unknown = asked.filter((id) => !known.some((listing) => listing.id === id));
  if (unknown.length === 0) return;
  const there = known.map(({ id, title }) => `  ${id}  ${title}`).join('\n');
  throw new MusterError(
    'not-found',
    `There is no case ${unknown.map((id) => `"${id}"`).join(', ')}. There is:\n${there}`,
  );
}

async function describeSubjects(plan: Plan): Promise<SubjectView[]> {
  const device = plan.device && { role: 'device' as const, ...(await deviceUnderTest(plan.device).info()) };
  const server = plan.server && { role: 'server' as const, ...serverUnderTest(plan, undefined).info() };
  return [device, server].filter((subject) => subject !== undefined);
}

async function writeReports(folder: string, record: RunRecord): Promise<void> {
  await writeFile(join(folder, 'report.html'), renderHtml(record));
  await writeFile(join(folder, 'junit.xml'), renderJunit(record));
  // Last, since it says whether the run is complete.
  await writeFile(join(folder, 'run.json'), jsonOf(record));
}

function jsonOf(record: RunRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}

/** Runs a plan in a scratch folder of its own. */
export async function runInWorkspace(
  plan: Omit<Plan, 'workspace'>,
  onEvent: (event: RunnerEvent) => void,
): Promise<void> {
  await withWorkspace((workspace) => runPlan({ ...plan, workspace }, { onEvent }));
}

async function withWorkspace<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
