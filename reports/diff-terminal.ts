import { byKind, type CaseChange, explanationOf, headlineOf, type RunDiff, versionsOf } from './diff.ts';
import { caseStyles } from './terminal.ts';
import { type Painter, painter, plain, wrapped } from './terminal-text.ts';

/** The second run beside the first, for a terminal: first what else they differ in, then each case, what is worse first. */
export function renderDiff(diff: RunDiff, options: { readonly color: boolean; readonly columns: number }): string {
  const paint = painter(options.color);
  const columns = Math.max(40, options.columns);
  const lines = (['before', 'after'] as const).map((name) => {
    const { startedAt, verdict, subject, cases } = diff[name];
    const facts = [startedAt.slice(0, 16).replace('T', ' '), verdict, subject.join(', '), `${cases} cases`];
    return `${paint(name.padEnd(8), 'dim')}${plain(facts.join(' · '))}`;
  });
  if (diff.differences.length > 0) lines.push('', paint('The runs differ in more than their verdicts', 'bold'));
  for (const { name, before, after } of diff.differences)
    lines.push(...wrapped(`${name}: ${before} → ${after}`, '  ', columns));
  lines.push('', paint(headlineOf(diff), 'bold', diff.worse ? 'red' : 'green'));
  for (const { title, changes } of byKind(diff)) {
    lines.push('', paint(`${title} (${changes.length})`, 'bold'));
    for (const change of changes) lines.push(...caseLines(change, paint, columns));
  }
  lines.push('', `${diff.changes.length} changed or not mended, ${diff.unchanged} as before`);
  return `${lines.join('\n')}\n`;
}

function caseLines(change: CaseChange, paint: Painter, columns: number): string[] {
  const { id, title, before, after } = change;
  const verdicts = [before, after].map((side) => (side ? paint(side.verdict, caseStyles[side.verdict]) : 'none'));
  const versions = versionsOf(change);
  return [
    `  ${paint(plain(id), 'bold')} ${verdicts.join(' → ')}${versions ? ` (${versions})` : ''}`,
    ...wrapped(title, '    ', columns),
    ...wrapped(explanationOf(change), '    ', columns).map((line) => paint(line, 'dim')),
  ];
}
