import { buildOutcomeOf, wholeRunName, wholeRunOutcome } from './build-outcome.ts';
import type { CaseRecord, RunRecord } from './run-record.ts';
import { findingsOf } from './verdict.ts';

/** GitHub shows no more of a level than this of one step. */
const mostOfLevel = 10;

interface Annotation {
  readonly level: 'error' | 'warning';
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/**
 * The findings of a run as workflow commands, which GitHub Actions shows beside a job, the worst first. What it would not
 * show stands in the job's summary, and the last of them says so.
 */
export function renderGithubAnnotations(record: RunRecord): string {
  const all = annotationsOf(record);
  const shown = (['error', 'warning'] as const).flatMap((level) => {
    const ofLevel = all.filter((one) => one.level === level);
    if (ofLevel.length <= mostOfLevel) return ofLevel;
    const left = ofLevel.length - mostOfLevel + 1;
    const properties = { title: `${left} more` };
    return [...ofLevel.slice(0, mostOfLevel - 1), { level, properties, message: 'The summary of this job has all.' }];
  });
  return shown.map(({ level, properties, message }) => githubCommand(level, properties, message)).join('');
}

function annotationsOf(record: RunRecord): readonly Annotation[] {
  const wholeRun = wholeRunOutcome(record);
  return [
    ...findingsOf(record).map(annotationOf),
    ...(record.baseline?.stale ?? []).map(({ entry, why }): Annotation => {
      const [, file = entry, line = '1'] = /^(.*):(\d+)$/.exec(entry) ?? [];
      return { level: 'error', properties: { file, line, title: 'stale entry of the baseline' }, message: why };
    }),
    ...(wholeRun
      ? [{ level: 'error' as const, properties: { title: wholeRunName }, message: record.reasons.join('\n') }]
      : []),
  ];
}

function annotationOf(one: CaseRecord): Annotation {
  const proof = one.proof === undefined ? '' : `\nProof: ${one.proof}`;
  return {
    level: buildOutcomeOf(one) === 'good' ? 'warning' : 'error',
    properties: { title: `${one.verdict}: ${one.id}` },
    message: `${one.title}.\n${one.reason}${proof}`,
  };
}

/** One workflow command, as a line. */
export function githubCommand(
  level: Annotation['level'],
  properties: Annotation['properties'],
  message: string,
): string {
  const pairs = Object.entries(properties).map(([name, value]) => `${name}=${escapedProperty(value)}`);
  return `::${level} ${pairs.join(',')}::${escaped(message)}\n`;
}

/** A line of its own would be a command of its own, whoever wrote it: a device's words may hold any. */
const escaped = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const escapedProperty = (text: string): string => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
