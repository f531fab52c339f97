import { createHash } from 'node:crypto';
import { structuredPatch } from 'diff';
import { linesOf } from '#protocol/config-file/parse.ts';

/** Some lines that differ, with what is around them. */
export interface Hunk {
  /** From 1; lines that are added alone come before it. */
  readonly beforeLine: number;
  readonly afterLine: number;
  /** Each begins with a blank (in both), `-` (before alone) or `+` (after alone), and has no line end. */
  readonly lines: readonly string[];
}

export interface TextDifference {
  readonly hunks: readonly Hunk[];
  readonly removed: number;
  readonly added: number;
}

const context = 3;
/** The smallest difference of two large texts that have little in common can take for ever. */
const patienceMs = 300;

/**
 * What differs between two configuration files, line by line. License keys and cryptographic parameters are not shown: six
 * digits of their SHA-256 tell one from another. Takes less than a second for any two files of 200,000 lines.
 */
export function differenceOf(before: string, after: string): TextDifference {
  const [from, to] = [linesOf(before), linesOf(after)];
  const start = from.findIndex((line, index) => line !== to[index]);
  if (start < 0 && from.length === to.length) return { hunks: [], removed: 0, added: 0 };
  const head = Math.max(0, (start < 0 ? from.length : start) - context);
  let tail = 0;
  while (tail < Math.min(from.length, to.length) - head && from.at(-1 - tail) === to.at(-1 - tail)) tail++;
  tail = Math.max(0, tail - context);
  const withEnds = lineEndsIn(before) !== lineEndsIn(after);
  const shown = (lines: readonly string[]) =>
    lines.slice(head, lines.length - tail).map((line) => shownLine(line, withEnds));
  const [old, young] = [shown(from), shown(to)];
  const hunks = (smallest(old, young) ?? lineByLine(old, young)).map(({ beforeLine, afterLine, lines }) => ({
    beforeLine: beforeLine + head,
    afterLine: afterLine + head,
    lines,
  }));
  const all = hunks.flatMap(({ lines }) => lines);
  const counted = (mark: string): number => all.filter((line) => line.startsWith(mark)).length;
  return { hunks, removed: counted('-'), added: counted('+') };
}

/** In the form of `diff -u`; empty when nothing differs. */
export function unifiedText({ hunks }: TextDifference, beforeName: string, afterName: string): string {
  if (hunks.length === 0) return '';
  const range = (start: number, lines: readonly string[], other: string): string => {
    const count = lines.filter((line) => !line.startsWith(other)).length;
    return `${count === 0 ? start - 1 : start},${count}`;
  };
  const parts = hunks.flatMap(({ beforeLine, afterLine, lines }) => [
    `@@ -${range(beforeLine, lines, '+')} +${range(afterLine, lines, '-')} @@`,
    ...lines,
  ]);
  return `${[`--- ${beforeName}`, `+++ ${afterName}`, ...parts].join('\n')}\n`;
}

function smallest(before: readonly string[], after: readonly string[]): Hunk[] | undefined {
  const options = { context, timeout: patienceMs };
  const patch = structuredPatch('', '', joined(before), joined(after), '', '', options);
  return patch?.hunks.map(({ oldStart, newStart, lines }) => ({
    beforeLine: oldStart,
    afterLine: newStart,
    lines: lines.filter((line) => !line.startsWith('\\')),
  }));
}

/** Right, if not always the smallest: each line against the one in its place. */
function lineByLine(before: readonly string[], after: readonly string[]): Hunk[] {
  const hunks: Hunk[] = [];
  for (let index = 0; index < Math.max(before.length, after.length); index++) {
    const [old, young] = [before[index], after[index]];
    if (old === young) continue;
    const lines = [...(old === undefined ? [] : [`-${old}`]), ...(young === undefined ? [] : [`+${young}`])];
    hunks.push({ beforeLine: index + 1, afterLine: index + 1, lines });
  }
  return hunks;
}

const joined = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

/** Which kinds of line ends a text has. */
function lineEndsIn(text: string): string {
  return [/[^\r]\n|^\n/.test(text), text.includes('\r\n'), text !== '' && !text.endsWith('\n')].join();
}

/** Without its secret; its end is shown only where that is a difference. */
function shownLine(line: string, withEnd: boolean): string {
  const bare = line.replace(/\r?\n$/, '');
  const end = line.slice(bare.length);
  const shownEnd = !withEnd || end === '\n' ? '' : end === '' ? '␃' : '␍';
  const [, item, secret] = /^(\ufeff?\s*(?:license|crypto)\s+)(\S.*)$/.exec(bare) ?? [];
  if (item === undefined || secret === undefined) return bare + shownEnd;
  return `${item}[not shown, ${createHash('sha256').update(secret).digest('hex').slice(0, 6)}]${shownEnd}`;
}
