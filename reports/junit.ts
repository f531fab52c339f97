import {
  type BuildOutcome,
  buildDetailOf,
  buildMessageOf,
  buildOutcomeOf,
  wholeRunName,
  wholeRunOutcome,
} from './build-outcome.ts';
import { type BaselineView, type CaseRecord, caseGroups, type RunRecord } from './run-record.ts';
import { subjectName } from './subject-name.ts';

/**
 * The run as JUnit XML, one test suite a group: a `<failure>` is the subject's, an `<error>` is missing proof, a stale
 * expectation or ours, and a case that is excluded or expected to fail is `<skipped>`. A run that is not good without
 * any such case (empty, not over, strict) gets a suite of its own, so that no reader takes it for green.
 */
export function renderJunit(record: RunRecord): string {
  const suites = caseGroups
    .map((group) => suiteOf(record, group, record.cases.filter((one) => one.group === group).map(testcaseOf)))
    .filter((suite) => suite.testcases.length > 0);
  const stale = record.baseline?.stale ?? [];
  if (stale.length > 0) suites.push(suiteOf(record, 'baseline', stale.map(staleTestcase)));
  const wholeRun = wholeRunOutcome(record);
  if (wholeRun) suites.push(suiteOf(record, 'run', [runTestcase(record, wholeRun)]));
  const sum = (count: (suite: Suite) => number) => suites.reduce((total, suite) => total + count(suite), 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="muster" tests="${sum(({ testcases }) => testcases.length)}" failures="${sum((suite) => suite.failures)}" errors="${sum((suite) => suite.errors)}" time="${seconds(record.durationMs)}">`,
    ...suites.map(({ xml }) => xml),
    '</testsuites>',
    '',
  ].join('\n');
}

interface Testcase {
  readonly outcome: BuildOutcome;
  readonly durationMs: number;
  readonly xml: string;
}

interface Suite {
  readonly failures: number;
  readonly errors: number;
  readonly testcases: readonly Testcase[];
  readonly xml: string;
}

function testcaseOf(one: CaseRecord): Testcase {
  const outcome = buildOutcomeOf(one);
  const message = buildMessageOf(one);
  const lines = [
    `  <testcase name=${quoted(`${one.id} ${one.title}`)} classname="muster.${one.group}" time="${seconds(one.durationMs)}">`,
  ];
  if (outcome === 'failure' || outcome === 'error') {
    lines.push(
      `    <${outcome} type="${one.verdict}" message=${quoted(message)}>${escapeXml(buildDetailOf(one))}</${outcome}>`,
    );
  } else if (outcome === 'skipped') {
    lines.push(`    <skipped type="${one.verdict}" message=${quoted(message)}/>`);
  } else {
    lines.push(`    <system-out>${escapeXml(`${one.verdict}: ${buildDetailOf(one)}`)}</system-out>`);
  }
  return { outcome, durationMs: one.durationMs, xml: [...lines, '  </testcase>'].join('\n') };
}

function staleTestcase({ entry, why }: BaselineView['stale'][number]): Testcase {
  const xml = [
    `  <testcase name=${quoted(entry)} classname="muster.baseline" time="0.000">`,
    `    <error type="stale" message=${quoted(why)}/>`,
    '  </testcase>',
  ].join('\n');
  return { outcome: 'error', durationMs: 0, xml };
}

function runTestcase(record: RunRecord, outcome: BuildOutcome): Testcase {
  const reasons = record.reasons.join('\n');
  return {
    outcome,
    durationMs: 0,
    xml: [
      `  <testcase name="${wholeRunName}" classname="muster.run" time="0.000">`,
      `    <${outcome} type="${record.verdict}" message=${quoted(record.reasons[0] ?? record.verdict)}>${escapeXml(reasons)}</${outcome}>`,
      '  </testcase>',
    ].join('\n'),
  };
}

function suiteOf(record: RunRecord, name: string, testcases: readonly Testcase[]): Suite {
  const number = (outcome: BuildOutcome) => testcases.filter((one) => one.outcome === outcome).length;
  const durationMs = testcases.reduce((total, one) => total + one.durationMs, 0);
  const failures = number('failure');
  const errors = number('error');
  const properties: readonly (readonly [string, string])[] = [
    ['muster', record.muster],
    ['profile', record.profile.id],
    ['profile.insecure', String(record.profile.insecure)],
    ['seed', String(record.seed)],
    ['verdict', record.verdict],
    ['command', record.command],
    ...record.subject.map((subject) => [`subject.${subject.role}`, subjectName(subject)] as const),
  ];
  // xs:dateTime of whole seconds: older readers know no fraction and no zone.
  const timestamp = Number.isNaN(Date.parse(record.startedAt))
    ? ''
    : ` timestamp="${new Date(record.startedAt).toISOString().slice(0, 19)}"`;
  const xml = [
    ` <testsuite name="muster.${name}" tests="${testcases.length}" failures="${failures}" errors="${errors}" skipped="${number('skipped')}" time="${seconds(durationMs)}"${timestamp}>`,
    '  <properties>',
    ...properties.map(([key, value]) => `   <property name=${quoted(key)} value=${quoted(value)}/>`),
    '  </properties>',
    ...testcases.map((one) => one.xml),
    ' </testsuite>',
  ].join('\n');
  return { failures, errors, testcases, xml };
}

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(3);

const quoted = (text: string): string =>
  `"${escapeXml(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`;

/**
 * Text for an element. Characters that XML 1.0 (§2.2) cannot carry, escaped or not, become their picture (␀) or U+FFFD;
 * a carriage return is written as a reference, since a reader would turn it into a line feed (§2.11).
 */
function escapeXml(text: string): string {
  return (
    text
      .toWellFormed()
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;') // ']]>' too (§2.4)
      .replaceAll('\r', '&#13;')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to replace
      .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F]/g, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0)))
      .replace(/[\uFFFE\uFFFF]/g, '\uFFFD')
  );
}
