import { flakyText, type History, type HistoryRun, type HistorySeries, heldText } from './history.ts';
import { caseVerdicts } from './run-record.ts';
import { subjectName } from './subject-name.ts';
import { runStyles } from './terminal.ts';
import { type Painter, painter, plain, wrapped } from './terminal-text.ts';

/** Runs that are shown; the page has all of them. */
const mostRuns = 20;
const mostRequirements = 10;

/** The history for a terminal: the latest runs of each subject, what does not always hold, and what is flaky. */
export function renderHistory(
  { series }: History,
  options: { readonly color: boolean; readonly columns: number },
): string {
  const paint = painter(options.color);
  const lines = series.flatMap((one, at) => [
    ...(at === 0 ? [] : ['']),
    ...seriesLines(one, paint, Math.max(60, options.columns)),
  ]);
  return `${lines.join('\n')}\n`;
}

function seriesLines(
  { subject, profile, runs, requirements, flaky }: HistorySeries,
  paint: Painter,
  columns: number,
): string[] {
  const lines = [
    paint(plain(`${subject}, profile ${profile}: ${runs.length === 1 ? '1 run' : `${runs.length} runs`}`), 'bold'),
  ];
  if (runs.length > mostRuns) lines.push(paint(`  … ${runs.length - mostRuns} earlier ones`, 'dim'));
  for (const [at, run] of runs.entries())
    if (at >= runs.length - mostRuns) lines.push(...runLines(run, runs[at - 1], paint, columns));
  const broken = requirements.filter(({ held, judged }) => held < judged || judged === 0);
  if (broken.length > 0) lines.push('', '  Requirements that do not always hold');
  for (const { id, level, sentence, held, judged } of broken.slice(0, mostRequirements))
    lines.push(...wrapped(`${id} (${level}) ${heldText({ held, judged })}: ${sentence}`, '  ', columns));
  if (broken.length > mostRequirements) lines.push(`  … and ${broken.length - mostRequirements} more`);
  if (flaky.length > 0) lines.push('', '  Flaky cases');
  for (const one of flaky) lines.push(...wrapped(`${one.id} ${flakyText(one)}: ${one.title}`, '  ', columns));
  return lines;
}

function runLines(run: HistoryRun, last: HistoryRun | undefined, paint: Painter, columns: number): string[] {
  const { startedAt, verdict, counts, durationMs } = run;
  const tally = caseVerdicts.filter((each) => counts[each] > 0).map((each) => `${counts[each]} ${each}`);
  const other = last !== undefined && firmwareOf(last) !== firmwareOf(run) ? ['other firmware'] : [];
  const facts = [
    run.subject.map(subjectName).join(' and '),
    ...other,
    tally.join(', '),
    `${(durationMs / 1000).toFixed(0)} s`,
  ].join(' · ');
  const head = `  ${startedAt.slice(0, 16).replace('T', ' ')}  `;
  const [first = '', ...rest] = wrapped(facts, ' '.repeat(head.length + 13), columns);
  return [`${head}${paint(verdict.padEnd(13), runStyles[verdict])}${first.trimStart()}`, ...rest];
}

/** It may be a long digest: whether it is another says enough. */
function firmwareOf({ subject }: HistoryRun): string {
  return subject.map(({ firmware = '' }) => firmware).join('\n');
}
