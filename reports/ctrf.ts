import {
  type BuildOutcome,
  buildDetailOf,
  buildMessageOf,
  buildOutcomeOf,
  wholeRunName,
  wholeRunOutcome,
} from './build-outcome.ts';
import type { CaseRecord, RunRecord } from './run-record.ts';
import { subjectName } from './subject-name.ts';

/** CTRF knows no error: whatever is neither good nor left out is failed, and `rawStatus` keeps the verdict. */
const statuses: Readonly<Record<BuildOutcome, 'passed' | 'failed' | 'skipped'>> = {
  good: 'passed',
  failure: 'failed',
  error: 'failed',
  skipped: 'skipped',
};

/** The run as JSON of the Common Test Report Format, for build servers that show tests of any tool (ctrf.io, 0.0.0). */
export function renderCtrf(record: RunRecord): string {
  const wholeRun = wholeRunOutcome(record);
  const tests = [
    ...record.cases.map(testOf),
    ...(record.baseline?.stale ?? []).map(({ entry, why }) => failed('baseline', entry, 'stale', [why])),
    ...(wholeRun ? [failed('run', wholeRunName, record.verdict, record.reasons)] : []),
  ];
  const count = (wanted: string) => tests.filter(({ status }) => status === wanted).length;
  const start = Date.parse(record.startedAt) || 0;
  const tool = { name: 'muster', version: record.muster };
  const report = {
    reportFormat: 'CTRF',
    specVersion: '0.0.0',
    timestamp: record.startedAt,
    generatedBy: `muster ${record.muster}`,
    results: {
      tool,
      summary: {
        tests: tests.length,
        passed: count('passed'),
        failed: count('failed'),
        skipped: count('skipped'),
        pending: 0,
        other: 0,
        start,
        stop: start + Math.round(record.durationMs),
        duration: Math.round(record.durationMs),
      },
      tests,
      environment: {
        appName: record.subject.map(subjectName).join(', '),
        testEnvironment: `profile ${record.profile.id}`,
        ...(record.shard ? { shardId: `${record.shard.index + 1}/${record.shard.of}` } : {}),
        healthy: record.verdict === 'pass',
      },
      extra: {
        verdict: record.verdict,
        reasons: record.reasons,
        seed: record.seed,
        profile: record.profile.id,
        insecure: record.profile.insecure,
        command: record.command,
      },
    },
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function testOf(one: CaseRecord) {
  const status = statuses[buildOutcomeOf(one)];
  return {
    testId: one.id,
    name: `${one.id} ${one.title}`,
    status,
    rawStatus: one.verdict,
    duration: Math.round(one.durationMs),
    suite: ['muster', one.group],
    type: 'conformance',
    message: buildMessageOf(one),
    ...(status === 'failed' ? { trace: buildDetailOf(one) } : {}),
    tags: one.requirements,
    // Not CTRF's `flaky`: that is a test that passed in the end, and ours is then never good.
    extra: { version: one.version, control: one.control, proof: one.proof, repetitions: one.repetitions },
  };
}

/** What is no case, and keeps the run from being green. */
function failed(suite: string, name: string, rawStatus: string, reasons: readonly string[]) {
  const [message = rawStatus] = reasons;
  return {
    name,
    status: 'failed',
    rawStatus,
    duration: 0,
    suite: ['muster', suite],
    message,
    trace: reasons.join('\n'),
  };
}
