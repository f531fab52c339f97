import { type ErrorCode, MusterError } from '../errors.ts';
import { tokenizeLine, type Word } from './tokenizer.ts';

/** Lines and columns count from 1. */
export interface LineProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface NamedLine {
  readonly line: number;
  readonly name: Word;
  readonly values: readonly Word[];
  /** Its words are not what somebody meant: that was told. */
  readonly isBroken: boolean;
}

/**
 * The lines of a text that has the form of the configuration file: a name, and words behind it; blanks, quotes and comments
 * as there. What is wrong with the words of a line goes to `problems`.
 */
export function namedLines(text: string, problems: LineProblem[]): NamedLine[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((content, index) => {
      const line = index + 1;
      const { words, problem } = tokenizeLine(content);
      if (problem) problems.push({ line, ...problem });
      const [name, ...values] = words;
      return name === undefined ? [] : [{ line, name, values, isBroken: problem !== undefined }];
    });
}

/** @throws MusterError of that code, which names every problem by file, line and column; nothing when there is none */
export function refuseProblems(code: ErrorCode, file: string, problems: readonly LineProblem[]): void {
  if (problems.length === 0) return;
  const sorted = problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
  const told = sorted.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}.`);
  throw new MusterError(code, told.join('\n'), { details: { file, problems: sorted } });
}
