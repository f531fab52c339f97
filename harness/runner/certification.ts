import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MusterError, messageOf } from '#protocol/errors.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import type { Baseline } from '#reports/baseline-file.ts';
import type { MutationMatrix } from '#reports/mutation-matrix.ts';
import type { CaseRecord, RunRecord, RunStatus, ShardView, StatementView, SubjectView } from '#reports/run-record.ts';
import { certifiedSubjects } from '../certificate/certified-subject.ts';
import type { FrozenSet } from '../certificate/requirement-sets.ts';
import { agreeing } from '../profile/contradictions.ts';
import { builtInDeviceInfo, builtInServerInfo } from '../subject/built-in-info.ts';
import type { DeviceInfo } from '../subject/device.ts';
import type { ServerInfo } from '../subject/server.ts';
import type { CaseListing, RunnerEvent } from './events.ts';
import { builtInPlan, builtInWorkers, type DevicePlan, type Plan, type ServerPlan } from './plan.ts';
import { makeRecord } from './record.ts';
import { leaveReports, makeReportFolder } from './report-files.ts';
import { runPlan } from './run.ts';
import { areDeclared } from './scenario-files.ts';

export interface CertificationOptions {
  readonly plan: Omit<Plan, 'workspace'>;
  readonly outFolder: string;
  readonly strict: boolean;
  /** Of all cases of the plan, only these. */
  readonly shard?: { readonly index: number; readonly of: number } | undefined;
  /** The failures that are expected. */
  readonly baseline?: Baseline | undefined;
  /** What the cases were seen to catch, for the report. */
  readonly matrix?: MutationMatrix | undefined;
  /** A certification: by this set. */
  readonly requirementSet?: FrozenSet;
  /** Of a certification: the file or the digest of what runs, for a subject that does not name it. */
  readonly firmware?: string | undefined;
  readonly muster: string;
  /** The command line, as a person would type it again. */
  readonly command: string;
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunnerEvent) => void;
  /** Sees what is to be judged before any case runs; what it throws ends the run. */
  readonly onDescribed?: (record: RunRecord) => Promise<void>;
}

export interface Certification {
  readonly record: RunRecord;
  readonly exitCode: number;
}

/**
 * Judges the subjects of a plan, and leaves its reports in the folder. They say `incomplete` until all is over and cleaned up.
 * @throws MusterError not-found for a case that there is not; profile-contradicted when the device does otherwise than its
 * statement declares; bench-broken when a server does not answer at all; settings-invalid for a certification of a firmware
 * without a digest
 */
export async function certify(options: CertificationOptions): Promise<Certification> {
  const { outFolder, signal } = options;
  const shard = await shardOf(options);
  const plan = shard ? { ...options.plan, cases: shard.mine } : options.plan;
  // Says what there is, and throws: nothing is started, and nobody is met, for a case that there is not.
  if (!areDeclared(plan)) await listCases(plan);
  const startedAt = new Date();
  const began = performance.now();
  const { silence, ...described } = await describeSubjects(plan);
  const subject = options.requirementSet
    ? await certifiedSubjects(described.subject, silence, options.firmware)
    : described.subject;
  const statement = silence === undefined ? await checkStatement(plan) : undefined;
  const listed = new Map<string, CaseListing>();
  const cases: CaseRecord[] = [];
  let begun: Promise<void> | undefined;
  let known: ReadonlySet<string> | undefined;
  const collect = (event: RunnerEvent): void => {
    if (event.kind === 'listed') {
      for (const listing of event.cases) listed.set(listing.id, listing);
      begun = leaveReports(outFolder, made('incomplete').record);
      // It is awaited when the run is over.
      begun.catch(() => {});
    }
    if (event.kind === 'ended') cases.push(event.record);
    options.onEvent(event);
  };
  const made = (status: RunStatus) =>
    makeRecord({
      ...options,
      shard: shard?.view,
      subject,
      statement,
      startedAt,
      durationMs: performance.now() - began,
      status,
      listed: [...listed.values()],
      known,
      cases,
    });
  await makeReportFolder(outFolder);
  await options.onDescribed?.(made('incomplete').record);
  await withWorkspace((workspace) =>
    runPlan(
      { ...plan, workspace, workers: workersFor(plan, subject) },
      { signal, onEvent: collect, listOnly: silence !== undefined },
    ),
  );
  if (plan.cases?.some((id) => !listed.has(id)) && !signal.aborted) {
    await listCases(plan);
    throw new MusterError('internal', `A case was not found by its id, which must stand in its file as "id: '…'".`);
  }
  await begun;
  if (silence !== undefined) {
    for (const listing of listed.values()) {
      collect({ kind: 'ended', record: { ...listing, verdict: 'error', reason: silence, durationMs: 0 } });
    }
  }
  if (!signal.aborted) known = await knownTo(options, new Set([...listed.keys(), ...(shard?.view.cases ?? [])]));
  const certification = made(signal.aborted ? 'incomplete' : 'complete');
  await leaveReports(outFolder, certification.record);
  if (options.requirementSet) {
    const { leavePackage } = await import('../certificate/package.ts');
    await leavePackage(outFolder, certification.record, options.requirementSet);
  }
  return certification;
}

/** The cases of a shard: every so-manieth of all, so that long ones are spread. @throws MusterError settings-invalid */
async function shardOf({
  shard,
  plan,
  strict,
}: CertificationOptions): Promise<{ readonly mine: readonly string[]; readonly view: ShardView } | undefined> {
  if (!shard) return undefined;
  const cases = (await listCases(plan)).map(({ id }) => id);
  const { index, of } = shard;
  if (of > cases.length)
    throw new MusterError(
      'settings-invalid',
      `--shard: at most ${cases.length} shards are expected, one for each case.`,
    );
  return { mine: cases.filter((_, at) => at % of === index), view: { ...shard, strict, cases } };
}

/**
 * Every case that this plan would run. An unknown id is fatal, not a run of fewer cases.
 * @throws MusterError not-found, which says what there is
 */
export async function listCases(plan: Omit<Plan, 'workspace'>): Promise<readonly CaseListing[]> {
  const { cases: asked, ...everything } = plan;
  // When one of them is unknown after all, the runner lists none.
  const picked = areDeclared(plan) ? await listedOf(plan) : [];
  const known = picked.length > 0 ? picked : await listedOf(everything);
  const unknown = asked?.filter((id) => !known.some((listing) => listing.id === id)) ?? [];
  if (unknown.length === 0) return asked ? known.filter(({ id }) => asked.includes(id)) : known;
  const there = known.map(({ id, title }) => `  ${id}  ${title}`).join('\n');
  throw new MusterError(
    'not-found',
    `There is no case ${unknown.map((id) => `"${id}"`).join(', ')}. There is:\n${there}`,
  );
}

async function listedOf(plan: Omit<Plan, 'workspace'>): Promise<CaseListing[]> {
  const listed: CaseListing[] = [];
  const onEvent = (event: RunnerEvent): void => {
    if (event.kind === 'listed') listed.push(...event.cases);
  };
  await withWorkspace((workspace) => runPlan({ ...plan, workspace }, { listOnly: true, onEvent }));
  return listed.sort((a, b) => a.id.localeCompare(b.id));
}

/** Every case that there is, where the baseline is about others than those of this run: one that nobody knows is stale. */
async function knownTo(
  { baseline, plan }: CertificationOptions,
  listed: ReadonlySet<string>,
): Promise<ReadonlySet<string> | undefined> {
  if (!baseline || baseline.entries.every(({ caseId }) => listed.has(caseId))) return listed;
  return new Set((await listCases(builtInPlan(plan.seed))).map(({ id }) => id));
}

/** What is judged. `silence`: why the device does not even say what it is, so that no case asks it for more. */
async function describeSubjects(plan: Omit<Plan, 'workspace'>): Promise<{ subject: SubjectView[]; silence?: string }> {
  const { device, server } = plan;
  const others = server ? [{ role: 'server' as const, ...(await serverInfo(plan, server)) }] : [];
  if (!device) return { subject: others };
  try {
    return { subject: [{ role: 'device', ...(await deviceInfo(device)) }, ...others] };
  } catch (cause) {
    const unknown = {
      role: 'device',
      name: 'a device that did not answer',
      version: 'unknown',
      capabilities: [],
    } as const;
    return { subject: [unknown, ...others], silence: `The device did not say what it is. ${messageOf(cause)}` };
  }
}

/** Subjects elsewhere are asked; only then is it loaded what asks them. */
async function deviceInfo(device: DevicePlan): Promise<DeviceInfo> {
  if (device.kind === 'built-in') return builtInDeviceInfo(device.persona);
  const { deviceUnderTest } = await import('../subject/under-test.ts');
  return (await deviceUnderTest(device)).info();
}

async function serverInfo({ profile }: Pick<Plan, 'profile'>, server: ServerPlan): Promise<ServerInfo> {
  if (server.kind === 'built-in') return builtInServerInfo(server.flaw);
  const [{ expectTargetAnswers }, { serverUnderTest }] = await Promise.all([
    import('../subject/target-reach.ts'),
    import('../subject/under-test.ts'),
  ]);
  await expectTargetAnswers(server, profiles[profile]);
  const subject = await serverUnderTest({ profile, server }, undefined);
  await subject.recover?.();
  return subject.info();
}

/** What the device declares is held against what it is seen to do, before any case. @throws MusterError profile-contradicted */
async function checkStatement(plan: Omit<Plan, 'workspace'>): Promise<StatementView | undefined> {
  const { statement, device } = plan;
  if (!statement) return undefined;
  if (!device || statement.role === 'server') return agreeing(statement, {});
  const [{ discover }, { deviceUnderTest }] = await Promise.all([
    import('../profile/discovery.ts'),
    import('../subject/under-test.ts'),
  ]);
  return withWorkspace(async (workspace) =>
    agreeing(statement, await discover(await deviceUnderTest(device), { ...plan, workspace })),
  );
}

/** The word by which a device says that each state folder is a device of its own (docs/device-adapter.md). */
const sideBySide = 'parallel';

/** Cases meet one device one after the other, unless it can be many and each has ports of its own. */
function workersFor({ workers, network, cases }: Omit<Plan, 'workspace'>, subjects: readonly SubjectView[]): number {
  const isMany = subjects.some(({ role, capabilities }) => role === 'device' && capabilities.includes(sideBySide));
  return isMany && network.http === 0 && network.tls === 0 ? builtInWorkers(cases) : workers;
}

/** Runs a plan in a scratch folder of its own. */
export async function runInWorkspace(
  plan: Omit<Plan, 'workspace'>,
  onEvent: (event: RunnerEvent) => void,
): Promise<void> {
  await withWorkspace((workspace) => runPlan({ ...plan, workspace }, { onEvent }));
}

export async function withWorkspace<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
