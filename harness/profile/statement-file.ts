import { type LineProblem, namedLines, refuseProblems } from '#protocol/config-file/named-lines.ts';
import type { Word } from '#protocol/config-file/tokenizer.ts';
import { MusterError } from '#protocol/errors.ts';
import { isProfileId, type ProfileId, profiles } from '#protocol/pki/profiles.ts';
import type { Declared, Statement } from './statement.ts';
import { linesOfSeveral, type StatementLine, statementLines } from './statement-lines.ts';

const list = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(', ');
const reach = 'out-of-reach';
const ofServer = ['server', 'profile', reach];
const known = ['device', ...ofServer, ...Object.keys(statementLines)];

/**
 * Reads a statement. Like the configuration file it has one item a line, words with blanks in quotes, and comments.
 * @throws MusterError profile-invalid, which names every error by file, line and column
 */
export function readStatement(text: string, file: string): Statement {
  const problems: LineProblem[] = [];
  const items = new Map<string, { readonly words: readonly Word[]; readonly line: number }>();
  for (const { line, name, values, isBroken } of namedLines(text, problems)) {
    if (isBroken) continue;
    const report = (message: string, at = name): void => {
      problems.push({ line, column: at.start + 1, message });
    };
    const earlier = items.get(name.text);
    if (!known.includes(name.text)) report(`unknown line "${name.text}"; expected one of ${list(known)}`);
    else if (earlier) report(`"${name.text}" stands in line ${earlier.line} already; keep one of them`);
    else {
      items.set(name.text, { words: values, line });
      for (const { message, at } of wrongIn(name.text, values)) report(message, at ?? name);
    }
  }
  const server = items.get('server');
  for (const name of [server ? 'server' : 'device', 'profile']) {
    const other = name === 'device' ? ' (or "server")' : '';
    if (!items.has(name)) problems.push({ line: 1, column: 1, message: `the line "${name}"${other} is missing` });
  }
  for (const [name, { line }] of server ? items : []) {
    if (ofServer.includes(name)) continue;
    const message = `"${name}" is not declared of a server; expected are ${list(ofServer)}`;
    problems.push({ line, column: 1, message });
  }
  refuseProblems('profile-invalid', file, problems);
  const wordsOf = (name: string): readonly string[] => items.get(name)?.words.map((word) => word.text) ?? [];
  const lines: Partial<Record<StatementLine, Declared>> = {};
  for (const name of Object.keys(statementLines) as StatementLine[]) {
    const item = items.get(name);
    if (item) lines[name] = { words: wordsOf(name), line: item.line };
  }
  const outOfReach = items.get(reach);
  return {
    file,
    role: server ? 'server' : 'device',
    subject: wordsOf(server ? 'server' : 'device')[0] ?? '',
    profile: asProfileId(wordsOf('profile')[0]),
    lines,
    ...(outOfReach ? { outOfReach: { words: wordsOf(reach), line: outOfReach.line } } : {}),
  };
}

function asProfileId(word = ''): ProfileId {
  if (isProfileId(word)) return word;
  throw new MusterError('internal', `The profile "${word}" was taken for a known one.`);
}

const several: ReadonlySet<string> = new Set([...linesOfSeveral, reach]);
const caseId = /^[A-Z]+(-[A-Z0-9]+)*-\d{3}$/;

/** The words that a line takes; undefined: a name, or ids. */
function wordsFor(name: string): readonly string[] | undefined {
  if (name === 'profile') return Object.keys(profiles);
  return Object.hasOwn(statementLines, name) ? statementLines[name as StatementLine].words : undefined;
}

function wrongIn(name: string, values: readonly Word[]): { readonly message: string; readonly at?: Word }[] {
  const allowed = wordsFor(name);
  const ids = name === reach;
  const expected = allowed
    ? `expected ${several.has(name) ? 'some' : 'one'} of ${list(allowed)}`
    : `expected ${ids ? 'ids of cases' : 'one name'}`;
  if (values.length === 0) return [{ message: `"${name}" says nothing; ${expected}` }];
  const surplus = several.has(name) ? undefined : values[1];
  if (surplus)
    return [{ message: `"${name}" takes one word, seen "${surplus.text}" beside it; ${expected}`, at: surplus }];
  return values.flatMap((at, index) => {
    if (allowed ? !allowed.includes(at.text) : ids && !caseId.test(at.text))
      return [{ message: `"${name}": ${expected}, seen "${at.text}"`, at }];
    const twice = values.findIndex(({ text }) => text === at.text) < index;
    return twice ? [{ message: `"${name}" says "${at.text}" twice`, at }] : [];
  });
}
