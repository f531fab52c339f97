import { MusterError } from '../errors.ts';
import type { Configuration, Device } from './configuration.ts';
import { ConfigDraft, type ConfigLine } from './draft.ts';
import { readItem } from './items.ts';
import { type ConfigProblem, type ConfigRule, describeProblem } from './problems.ts';
import { readWords, type Word, type WordFault } from './tokenizer.ts';

/** A configuration file as it was written: nothing is lost, comments, line ends, blanks and a byte order mark included. */
export interface ConfigFile {
  readonly name: string;
  /** Every line with its end; joined, they are the file. */
  readonly lines: readonly string[];
  /** By `deviceKey`: the line (from 1) that defines the device. */
  readonly deviceLines: ReadonlyMap<string, Pick<Device, 'line'>>;
}

/** What a file says, as far as it can be read, and everything that is wrong with it, in the order of the file. */
export interface ReadConfigFile {
  readonly file: ConfigFile;
  readonly configuration: Configuration;
  readonly problems: readonly ConfigProblem[];
}

/** So many problems at most stand in the message of an error; all of them stand in its details. */
const problemsInMessage = 1000;

/**
 * Reads a configuration file (WO 01/47232, Tables 7 and 8): what it says, as far as it can be read, and everything that
 * is wrong with it, in the order of the file. Never throws; time and memory are linear in the text.
 */
export function parseConfigFile(text: string, fileName: string): ReadConfigFile {
  const draft = new ConfigDraft();
  const lines: string[] = [];
  const faults: WordFault[] = [];
  for (let start = 0; start < text.length; ) {
    const feed = text.indexOf('\n', start);
    const next = feed < 0 ? text.length : feed + 1;
    lines.push(text.slice(start, next));
    const content = start === 0 && text.charCodeAt(0) === 0xfeff ? 1 : start;
    const words: Word[] = [];
    readWords(text, content, contentEnd(text, feed, next), words, faults);
    const at: ConfigLine = { line: lines.length, words, start: content };
    if (faults.length > 0) {
      for (const { offset, rule, message } of faults.splice(0)) draft.report(at, offset, rule, message);
      draft.giveUpOn(at);
    }
    if (words.length > 0) readItem(at, draft);
    start = next;
  }
  const configuration = draft.finish();
  return {
    file: { name: fileName, lines, deviceLines: configuration.devices },
    configuration,
    problems: draft.problems,
  };
}

/** Every line with its end. */
export function linesOf(text: string): readonly string[] {
  const lines: string[] = [];
  for (let start = 0; start < text.length; ) {
    const feed = text.indexOf('\n', start);
    const next = feed < 0 ? text.length : feed + 1;
    lines.push(text.slice(start, next));
    start = next;
  }
  return lines;
}

/** Where the line's content ends: before LF or CR LF. */
function contentEnd(text: string, feed: number, next: number): number {
  if (feed < 0) return next;
  return text.charCodeAt(feed - 1) === 0x0d ? feed - 1 : feed;
}

/**
 * Reads a configuration file that must be right. `omit` leaves rules out, for servers that are flawed on purpose; of two
 * duplicates the later then counts.
 * @throws MusterError as expectNoProblems
 */
export function readConfiguration(
  text: string,
  fileName: string,
  options: { omit?: ReadonlySet<ConfigRule> } = {},
): { file: ConfigFile; configuration: Configuration } {
  const read = parseConfigFile(text, fileName);
  expectNoProblems(read, options.omit);
  return read;
}

/**
 * @throws MusterError config-invalid: its message has a line for each problem, `file:line:column: …`; `details.problems`
 * is every ConfigProblem
 */
export function expectNoProblems(
  { file: { name }, problems: found }: ReadConfigFile,
  omit?: ReadonlySet<ConfigRule>,
): void {
  const problems = found.filter(({ rule }) => !omit?.has(rule));
  if (problems.length === 0) return;
  const lines = problems.slice(0, problemsInMessage).map((problem) => describeProblem(problem, name));
  if (problems.length > lines.length) lines.push(`${name}: … and ${problems.length - lines.length} problems more`);
  throw new MusterError('config-invalid', lines.join('\n'), { details: { problems } });
}
