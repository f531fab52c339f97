import { MusterError } from '../errors.ts';
import type { ConfigRule } from './problems.ts';

export interface Word {
  readonly text: string;
  /** In single or double quotes. */
  readonly quoted: boolean;
  /** Offsets in the text that was read, quotes included; `end` is behind the word. */
  readonly start: number;
  readonly end: number;
}

export interface WordFault {
  readonly offset: number;
  readonly rule: Extract<ConfigRule, 'bad-character' | 'unterminated-quote'>;
  readonly message: string;
}

const ordinary = 0;
const blank = 1;
const comment = 2;
const quote = 3;
const control = 4;

/** What each ASCII character is. */
const kinds = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code === 0x20 || code === 0x09) return blank;
  if (code === 0x23) return comment;
  if (code === 0x22 || code === 0x27) return quote;
  return code < 0x20 || code === 0x7f ? control : ordinary;
});

/** Beyond ASCII: controls are refused anywhere; blanks and quotation marks that only look like ours, outside quotes. */
const foreignControl = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;
const foreignLookalike = /[\p{Zs}\u2018-\u201f\ufeff]/u;

/**
 * Appends the words between two offsets of a text to `words`: blanks (space, tab) part them, quotes of either kind hold
 * them together, `#` outside quotes begins a comment. The span is one line without its end. There is no escape: a word
 * in one kind of quote may hold the other kind. Never throws; linear in the span.
 */
export function readWords(text: string, start: number, end: number, words: Word[], faults: WordFault[]): void {
  let at = start;
  while (at < end) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? kinds[code] : ordinary;
    if (kind === blank) at++;
    else if (kind === comment) return;
    else at = kind === quote ? readQuoted(text, at, end, words, faults) : readBare(text, at, end, words, faults);
  }
}

function readBare(text: string, start: number, end: number, words: Word[], faults: WordFault[]): number {
  let at = start;
  let fault = -1;
  for (; at < end; at++) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? kinds[code] : ordinary;
    if (kind === blank || kind === comment) break;
    if (fault < 0 && (kind !== ordinary || (code >= 128 && isForeign(text, at, true)))) fault = at;
  }
  if (fault >= 0) faults.push(badCharacter(text, fault));
  words.push({ text: text.slice(start, at), quoted: false, start, end: at });
  return at;
}

function readQuoted(text: string, start: number, end: number, words: Word[], faults: WordFault[]): number {
  const mark = text.charCodeAt(start);
  let at = start + 1;
  let fault = -1;
  for (; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === mark) break;
    if (fault < 0 && (code < 128 ? kinds[code] === control : isForeign(text, at, false))) fault = at;
  }
  if (fault >= 0) faults.push(badCharacter(text, fault));
  if (at >= end) {
    const kind = mark === 0x22 ? 'double' : 'single';
    const message = `unterminated quote: expected the closing ${kind} quote on this line, seen its end; add the quote`;
    faults.push({ offset: start, rule: 'unterminated-quote', message });
    words.push({ text: text.slice(start + 1, end), quoted: true, start, end });
    return end;
  }
  words.push({ text: text.slice(start + 1, at), quoted: true, start, end: at + 1 });
  const next = at + 1;
  if (next < end) {
    const code = text.charCodeAt(next);
    const kind = code < 128 ? kinds[code] : ordinary;
    if (kind !== blank && kind !== comment) {
      const message = 'bad character: expected a blank after the closing quote; put one quote around the whole word';
      faults.push({ offset: next, rule: 'bad-character', message });
    }
  }
  return next;
}

/** A whole surrogate pair is a character like any other; half of one is none. */
function isForeign(text: string, at: number, bare: boolean): boolean {
  const code = text.charCodeAt(at);
  if (code >= 0xdc00 && code <= 0xdfff && (text.codePointAt(at - 1) ?? 0) > 0xffff) return false;
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  return foreignControl.test(character) || (bare && foreignLookalike.test(character));
}

function badCharacter(text: string, offset: number): WordFault {
  const code = text.codePointAt(offset) ?? 0;
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  const remedy =
    code === 0x22 || code === 0x27
      ? `a quote (${name}) inside a word without quotes; put the other kind of quote around the whole word`
      : `${name}, which may not stand here; remove it, or type a plain blank or quote in its place`;
  return { offset, rule: 'bad-character', message: `bad character: ${remedy}` };
}

/**
 * The words of one line, given without its end. `problem` is the first thing wrong with them; its column counts from 1,
 * in UTF-16 code units.
 */
export function tokenizeLine(line: string): {
  readonly words: readonly Word[];
  readonly problem?: { readonly column: number; readonly message: string };
} {
  const words: Word[] = [];
  const faults: WordFault[] = [];
  readWords(line, 0, line.length, words, faults);
  const [fault] = faults;
  return fault ? { words, problem: { column: fault.offset + 1, message: fault.message } } : { words };
}

/**
 * A word as it is written: bare where that reads back the same, else in double quotes, else (it holds one) in single quotes.
 * @throws MusterError config-invalid for a word that no quotes can hold: both kinds of quote, or a control character
 */
export function quoteWord(word: string): string {
  for (const written of [word, `"${word}"`, `'${word}'`]) {
    const { words, problem } = tokenizeLine(written);
    const [first] = words;
    if (!problem && words.length === 1 && first?.text === word && first.end === written.length) return written;
  }
  throw new MusterError(
    'config-invalid',
    'A word of the configuration file cannot hold both kinds of quote, nor a control character or a line break; choose another.',
  );
}
