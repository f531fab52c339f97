import type { ConfigFile } from '#protocol/config-file/parse.ts';
import { tokenizeLine } from '#protocol/config-file/tokenizer.ts';

/**
 * A file without problems as this project writes it: double quotes where single ones stand (they stay around a word that
 * holds a double quote), and a line break at the end. Everything else stays: comments, blanks, order, line ends.
 */
export function canonicalConfigFile(file: ConfigFile): ConfigFile {
  const lines = file.lines.map((line) => (line.includes("'") ? inDoubleQuotes(line) : line));
  const last = lines.at(-1);
  if (last === undefined || last.endsWith('\n')) return { ...file, lines };
  const lineEnd = lines[0]?.endsWith('\r\n') ? '\r\n' : '\n';
  return { ...file, lines: lines.with(-1, `${last}${lineEnd}`) };
}

function inDoubleQuotes(line: string): string {
  const mark = line.startsWith('\ufeff') ? 1 : 0;
  const end = line.replace(/\r?\n$/, '').length;
  const characters = [...tokenizeLine(line.slice(mark, end)).words].reduce(
    (text, { quoted, start, end: behind, text: word }) => {
      if (!quoted || word.includes('"')) return text;
      return `${text.slice(0, mark + start)}"${word}"${text.slice(mark + behind)}`;
    },
    line,
  );
  return characters;
}
