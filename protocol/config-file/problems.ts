/**
 * The rules of the configuration file (WO 01/47232, Tables 7 and 8), each with its permanent name. A reader may be told
 * to leave a rule out: that is how a flawed server is made.
 */
export const configRules = {
  'bad-character': 'A word holds no control character, and a quote only encloses a whole word.',
  'unterminated-quote': 'A quote ends on the line it began on.',
  'unknown-item': 'The first word of a line is an item of Table 8.',
  'missing-word': 'A line has all the words of its item.',
  'surplus-word': 'A line has no word more than its item takes.',
  'bad-flag': 'A flag is the word enabled or disabled, without quotation marks; the mark of a device is enrolled.',
  'bad-weight': 'A weight is a whole number from 0 to 999999999.',
  'duplicate-group': 'No two groups have the same name.',
  'duplicate-device': 'No two devices have the same name, case aside.',
  'duplicate-route': 'No two routes have the same group and number, blanks in the number aside.',
  'undefined-group': 'The group of a device or a route is defined by a group line, before it or after it.',
  'undefined-device': 'The destination of a route is defined by a device line, before it or after it.',
} as const;

export type ConfigRule = keyof typeof configRules;

export interface ConfigProblem {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units; a tab is one, a byte order mark none. */
  readonly column: number;
  /** What was expected, what was seen and what to do, without the file, line and column. */
  readonly message: string;
  readonly rule: ConfigRule;
}

/** One problem for people: `muster.conf:9:7: duplicate group "ACME ITSP": …`. */
export function describeProblem(problem: ConfigProblem, fileName: string): string {
  return `${fileName}:${problem.line}:${problem.column}: ${problem.message}`;
}

/** A name in a message: in double quotes, at most 64 characters of it, nothing that a terminal or a log could trip over. */
export function show(name: string): string {
  const clipped = name.length > 64 ? `${name.slice(0, 64)}…` : name;
  return `"${clipped.replace(/[\p{C}\p{Zl}\p{Zp}"\\]/gu, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`)}"`;
}
