import type { Compared, LoadDiff } from './load-diff.ts';
import { headlineOf, numberOf, ratioText, thresholdChanges, toneOf } from './load-diff-words.ts';
import { latencyText, stepNames } from './load-words.ts';

/** The second run beside the first, as lines for a terminal: what makes them hard to compare comes first. */
export function renderLoadDiff(diff: LoadDiff, options: { color: boolean; columns: number }): string {
  const { before, after, obstacles, regressions, numbers, steps, failures, thresholds } = diff;
  const paint = (code: number, text: string): string => (options.color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const cut = (line: string): string =>
    line.length <= options.columns ? line : `${line.slice(0, options.columns - 1)}…`;
  const row = (name: string, compared: Compared): string => {
    const cells = [numberOf(compared, compared.before), numberOf(compared, compared.after), ratioText(compared)];
    const line = cut(`${name.padEnd(24)}${cells.map((cell) => cell.padStart(12)).join('')}`.trimEnd());
    const tone = toneOf(compared);
    return tone === undefined ? line : paint(tone === 'worse' ? 31 : 32, line);
  };
  const part = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : ['', title, ...lines]);
  return [
    ...[before, after].map(({ startedAt, verdict, durationMs, command }, at) =>
      cut(`${at === 0 ? 'before' : 'after '}  ${startedAt}  ${verdict} in ${latencyText(durationMs)}  ${command}`),
    ),
    '',
    paint(regressions.length > 0 ? 31 : obstacles.length > 0 ? 33 : 32, headlineOf(diff)),
    ...regressions.map((sentence) => `  ${sentence}`),
    ...part(
      'Hard to compare, for they differ:',
      obstacles.map(({ name, before: had, after: has }) => paint(33, `  ${name}: ${had} → ${has}`)),
    ),
    '',
    `${''.padEnd(24)}${['before', 'after', ''].map((cell) => cell.padStart(12)).join('')}`.trimEnd(),
    ...numbers.map((compared) => row(compared.name, compared)),
    ...steps.flatMap(({ step, rows }) =>
      rows.map((compared, at) => row(`${at === 0 ? stepNames[step] : ''}`.padEnd(17) + compared.name, compared)),
    ),
    ...part(
      'Thresholds',
      thresholds.map(({ text, change, before: had, after: has }) =>
        paint(
          change === 'broken' ? 31 : change === 'mended' ? 32 : 0,
          cut(`  ${text}: ${had?.seen ?? '–'} → ${has?.seen ?? '–'} (${thresholdChanges[change]})`),
        ),
      ),
    ),
    ...part(
      'Failures by kind',
      failures.map(({ kind, before: had, after: has, change }) =>
        paint(change === 'new' || change === 'more' ? 31 : 0, cut(`  ${had} → ${has} (${change})  ${kind}`)),
      ),
    ),
  ].join('\n');
}
