import { MusterError } from '#protocol/errors.ts';
import type { StatementView } from '#reports/run-record.ts';
import type { Discovered } from './discovery.ts';
import type { Declared, Statement } from './statement.ts';
import { type StatementLine, statementLines } from './statement-lines.ts';

/** One meeting shows all that a device offers here; of other lines it shows one of the ways that the device may have. */
const shownWhole: ReadonlySet<StatementLine> = new Set(['tls']);

/**
 * The statement beside what was seen of the device, for the report.
 * @throws MusterError profile-contradicted, which names every line that the device does otherwise
 */
export function agreeing(statement: Statement, discovered: Discovered): StatementView {
  const declared = (Object.keys(statementLines) as StatementLine[])
    .flatMap((name) => {
      const line = statement.lines[name];
      return line ? [{ name, line, seen: discovered[name] }] : [];
    })
    .sort((a, b) => (a.line.line ?? 0) - (b.line.line ?? 0));
  const wrong = declared.filter(({ name, line, seen }) => seen !== undefined && !agrees(name, line, seen));
  if (wrong.length > 0) {
    const told = wrong.map(
      ({ name, line, seen }) =>
        `  ${line.line === undefined ? '' : `line ${line.line}: `}"${name} ${line.words.join(' ')}" is declared; seen is "${name} ${seen?.join(' ') || 'none'}"`,
    );
    throw new MusterError(
      'profile-contradicted',
      `The device does otherwise than ${statement.file} declares; no case was run.\n${told.join('\n')}\nMend the statement or the device, and certify again.`,
    );
  }
  return {
    file: statement.file,
    subject: statement.subject,
    lines: [
      ...declared.map(({ name, line, seen }) => ({
        line: name,
        declared: line.words.join(' '),
        ...(seen === undefined ? {} : { discovered: seen.join(' ') }),
      })),
      ...(statement.outOfReach ? [{ line: 'out-of-reach', declared: statement.outOfReach.words.join(' ') }] : []),
    ],
  };
}

function agrees(name: StatementLine, { words }: Declared, seen: readonly string[]): boolean {
  const known = seen.every((word) => words.includes(word));
  return known && (!shownWhole.has(name) || words.every((word) => seen.includes(word)));
}
