import { createHash } from 'node:crypto';
import { type LineProblem, namedLines, refuseProblems } from '#protocol/config-file/named-lines.ts';
import { quoteWord, type Word } from '#protocol/config-file/tokenizer.ts';
import { MusterError } from '#protocol/errors.ts';
import type { BaselineFailure } from './run-record.ts';

/** One failure that is known, and who sees to it. */
export interface BaselineEntry {
  readonly caseId: string;
  readonly requirement: string;
  readonly fails: BaselineFailure;
  /** What the case then sees, `*` for any text; one of them is enough. */
  readonly seen: readonly string[];
  readonly owner: string;
  readonly reason: string;
  /** The last day on which it is expected (UTC), as 2027-03-31. */
  readonly expires: string;
}

export interface Baseline {
  readonly file: string;
  /** SHA-256 of the text, in hexadecimal. */
  readonly digest: string;
  readonly entries: readonly (BaselineEntry & { readonly line: number })[];
}

type Report = (message: string, at?: Word) => void;

/** The lines of an entry: what each expects, and what is wrong with a word that is not that. */
const lines: Readonly<Record<string, { readonly expects: string; readonly allows: (word: string) => boolean }>> = {
  fails: { expects: '"fail" or "warn"', allows: (word) => word === 'fail' || word === 'warn' },
  seen: { expects: 'what is seen, in quotes, with * for any text', allows: (word) => /[^*\s]/.test(word) },
  owner: { expects: 'who sees to it', allows: (word) => word.trim() !== '' },
  reason: { expects: 'why it is expected, in quotes', allows: (word) => word.trim() !== '' },
  expires: { expects: 'the last day that it is expected, as 2027-03-31', allows: isDay },
};

interface Draft {
  readonly line: number;
  readonly words: readonly Word[];
  readonly values: Map<string, string[]>;
  /** Lines that stand there, good or not. */
  readonly stand: Set<string>;
}

/**
 * Reads a baseline (docs/baseline.md): `expect CASE REQUIREMENT`, then the lines of that entry; comments as in the
 * configuration file. @throws MusterError baseline-invalid, which names every error by file, line and column
 */
export function readBaseline(text: string, file: string): Baseline {
  const problems: LineProblem[] = [];
  const drafts: Draft[] = [];
  for (const { line, name, values, isBroken } of namedLines(text, problems)) {
    const report: Report = (message, at = name) => void problems.push({ line, column: at.start + 1, message });
    const earlier = drafts.at(-1);
    if (name.text === 'expect') drafts.push(begun(line, values, drafts, report));
    else if (!earlier) report(`"${name.text}" belongs to no entry; expected first: expect CASE REQUIREMENT`);
    else readLine(earlier, name, values, isBroken, report);
  }
  for (const { line, stand } of drafts)
    for (const [name, { expects }] of Object.entries(lines))
      if (!stand.has(name))
        problems.push({ line, column: 1, message: `the entry has no line "${name}"; expected ${expects}` });
  refuseProblems('baseline-invalid', file, problems);
  const digest = createHash('sha256').update(text).digest('hex');
  return { file, digest, entries: drafts.map(entryOf) };
}

function begun(line: number, words: readonly Word[], drafts: readonly Draft[], report: Report): Draft {
  const [caseId, requirement, surplus] = words;
  if (!caseId || !requirement) report('expected the ids of a case and of a requirement: expect DEV-TLS-001 ID-001');
  else if (surplus) report(`expected two ids, seen "${surplus.text}" beside them`, surplus);
  const twin = drafts.find((one) => one.words[0]?.text === caseId?.text && one.words[1]?.text === requirement?.text);
  if (twin && caseId && requirement)
    report(
      `${caseId.text} ${requirement.text} stands in line ${twin.line} already; give that entry another line "seen"`,
    );
  return { line, words, values: new Map(), stand: new Set() };
}

function readLine(draft: Draft, name: Word, values: readonly Word[], isBroken: boolean, report: Report): void {
  const wrong = wrongIn(draft, name, values, isBroken);
  draft.stand.add(name.text);
  if (wrong) report(wrong.message, wrong.at ?? name);
  else draft.values.set(name.text, [...(draft.values.get(name.text) ?? []), values[0]?.text ?? '']);
}

function wrongIn(
  { stand }: Draft,
  { text: name }: Word,
  [value, surplus]: readonly Word[],
  isBroken: boolean,
): { readonly message: string; readonly at?: Word } | undefined {
  const row = Object.hasOwn(lines, name) ? lines[name] : undefined;
  const known = Object.keys(lines).join('", "');
  if (!row) return { message: `unknown line "${name}"; expected "expect", or one of "${known}"` };
  if (stand.has(name) && name !== 'seen')
    return { message: `"${name}" stands in this entry already; keep one of them` };
  if (!value) return { message: `"${name}" says nothing; expected ${row.expects}` };
  // What is wrong with its words was told.
  if (isBroken) return undefined;
  if (surplus) return { message: `"${name}" takes one word; put quotes around all of it`, at: surplus };
  if (row.allows(value.text)) return undefined;
  return { message: `"${name}": expected ${row.expects}, seen "${value.text}"`, at: value };
}

function entryOf({ line, words, values }: Draft): Baseline['entries'][number] {
  const one = (name: string): string => values.get(name)?.[0] ?? '';
  return {
    line,
    caseId: words[0]?.text ?? '',
    requirement: words[1]?.text ?? '',
    fails: one('fails') === 'warn' ? 'warn' : 'fail',
    seen: values.get('seen') ?? [],
    owner: one('owner'),
    reason: one('reason'),
    expires: one('expires'),
  };
}

/** A day of the calendar, as 2027-03-31. */
export function isDay(text: string): boolean {
  const moment = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(text);
}

/** Entries as they are written; `readBaseline` reads them back. @throws MusterError settings-invalid for words that no quotes can hold */
export function writeEntries(entries: readonly BaselineEntry[]): string {
  return entries
    .map(({ caseId, requirement, fails, seen, owner, reason, expires }) =>
      [
        `expect ${caseId} ${requirement}`,
        `  fails ${fails}`,
        ...seen.map((way) => `  seen ${quoteWord(holdable(way))}`),
        `  owner ${quoted('owner', owner)}`,
        `  reason ${quoted('reason', reason)}`,
        `  expires ${expires}`,
        '',
      ].join('\n'),
    )
    .join('\n');
}

function quoted(name: string, text: string): string {
  try {
    return quoteWord(text);
  } catch (cause) {
    const expected = 'a text without control characters, and with one kind of quote at most';
    throw new MusterError('settings-invalid', `${name}: ${expected} is expected, seen ${JSON.stringify(text)}.`, {
      cause,
    });
  }
}

/** What quotes can hold: anything else is any text. */
function holdable(way: string): string {
  const printable = way.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/gu, '*');
  const both = printable.includes('"') && printable.includes("'");
  return both ? printable.replaceAll('"', '*') : printable;
}
