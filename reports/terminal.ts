import { expectationText } from './baseline.ts';
import { commandForCase } from './command.ts';
import { isFlaky } from './repetitions.ts';
import {
  type CaseRecord,
  type CaseVerdict,
  caseVerdicts,
  deviceMsOf,
  type RequirementSetView,
  type RunRecord,
  type RunVerdict,
} from './run-record.ts';
import { subjectName } from './subject-name.ts';
import { type Painter, painter, plain, type Style, wrapped } from './terminal-text.ts';
import { findingsOf, findingVerdicts } from './verdict.ts';

export interface SummaryOptions {
  /** ANSI colours; the caller respects NO_COLOR and what is no terminal. */
  readonly color: boolean;
  /** Where the report is, as a path or a URL. */
  readonly reportPath?: string;
  /** Width to wrap at; 100 if not given. */
  readonly columns?: number;
}

export const caseStyles: Readonly<Record<CaseVerdict, Style>> = {
  pass: 'green',
  fail: 'red',
  warn: 'yellow',
  unverified: 'magenta',
  error: 'magenta',
  'unexpected-pass': 'cyan',
  'expected-failure': 'dim',
  'not-applicable': 'dim',
};

export const runStyles: Readonly<Record<RunVerdict, Style>> = {
  pass: 'green',
  fail: 'red',
  inconclusive: 'yellow',
  error: 'magenta',
  incomplete: 'yellow',
};

/** Labels of the lines under a finding are padded to this width. */
const labelColumns = 10;

/** The end of a run for a terminal: the verdict with its reasons, each finding, the counts, and where to read more. */
export function renderSummary(record: RunRecord, options: SummaryOptions): string {
  const paint = painter(options.color);
  const columns = Math.max(40, options.columns ?? 100);
  const subjects = record.subject.map(subjectName).join(', ');
  const { id, insecure, statement } = record.profile;
  const profile = `profile ${id}${insecure ? ' (INSECURE)' : ''}${statement ? `, as ${statement.file} declares` : ''}`;
  const facts = [subjects, profile, `seed ${record.seed}`, timeText(record)];
  const lines = [
    `${paint(` ${record.verdict.toUpperCase()} `, 'bold', runStyles[record.verdict])} ${plain(facts.join(' · '))}`,
    ...record.reasons.flatMap((reason) => wrapped(reason, '  ', columns)),
  ];
  for (const one of findingsOf(record)) lines.push('', ...findingLines(one, record, paint, columns));
  for (const { entry, why } of record.baseline?.stale ?? []) {
    lines.push('', `${paint('baseline', 'bold', 'cyan')} ${paint(plain(entry), 'bold')}`);
    lines.push(...wrapped(`${why}.`, '  ', columns));
  }
  const counts = caseVerdicts
    .filter((verdict) => record.counts[verdict] > 0)
    .map((verdict) => paint(`${record.counts[verdict]} ${verdict}`, caseStyles[verdict]));
  for (const { at, cases } of record.reruns ?? [])
    lines.push(
      ...wrapped(
        `Run again on ${at.slice(0, 16).replace('T', ' ')} UTC: ${cases.map(({ id, was }) => `${id} (${was} before)`).join(', ')}.`,
        '',
        columns,
      ),
    );
  const flaky = record.cases.filter(isFlaky).length;
  if (flaky > 0) counts.push(paint(`of them ${flaky} flaky`, 'magenta'));
  lines.push('', counts.length === 0 ? 'no case' : counts.join(', '));
  if (record.requirementSet) lines.push(...setLines(record, record.requirementSet));
  if (options.reportPath !== undefined) lines.push(`report: ${plain(options.reportPath)}`);
  return `${lines.join('\n')}\n`;
}

/** What a certification is by, and what of it, or beyond it, is not in the verdict. */
function setLines({ cases }: RunRecord, { name, digest, unmet = [] }: RequirementSetView): string[] {
  const newer = cases.filter(({ scored }) => scored === false);
  const found = newer
    .filter(({ verdict }) => findingVerdicts.has(verdict))
    .map(({ id, verdict }) => `${id} ${verdict}`);
  const findings = found.length === 0 ? '' : ` (${found.join(', ')})`;
  return [
    `requirement set ${name}, SHA-256 ${digest}`,
    ...(newer.length === 0 ? [] : [`newer than the set, run and not scored: ${newer.length}${findings}`]),
    ...unmet.map(({ id, why }) => plain(`not judged as the set has it: ${id}: ${why}`)),
  ];
}

/** How long the run was, and how long the device itself: side by side, they show what the harness costs. */
function timeText({ durationMs, cases }: RunRecord): string {
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  const deviceMs = deviceMsOf(cases);
  return deviceMs === 0 ? seconds(durationMs) : `${seconds(durationMs)} (the device ${seconds(deviceMs)})`;
}

function findingLines(one: CaseRecord, record: RunRecord, paint: Painter, columns: number): string[] {
  const lines = [
    `${paint(one.verdict, 'bold', caseStyles[one.verdict])} ${paint(plain(one.id), 'bold')} ${plain(one.title)}`,
  ];
  const say = (label: string, text: string) => {
    const [first = '', ...rest] = wrapped(text, ' '.repeat(labelColumns + 2), columns);
    lines.push(`  ${paint(label.padEnd(labelColumns), 'dim')}${first.trimStart()}`, ...rest);
  };
  for (const id of one.requirements) {
    const found = record.requirements.find((requirement) => requirement.id === id);
    say('expected', found === undefined ? id : `${id} (${found.level}) ${found.sentence} [${found.citation}]`);
  }
  say('seen', one.reason);
  if (one.proof !== undefined) say('proof', one.proof);
  const expectation = expectationText(one);
  if (expectation !== undefined) say('baseline', expectation);
  // Never wrapped: it is there to be copied.
  lines.push(`  ${paint('again'.padEnd(labelColumns), 'dim')}${plain(commandForCase(record, one.id))}`);
  return lines;
}
