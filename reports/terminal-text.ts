/** Text for a terminal: colours, wrapping, and what a peer sent made harmless. */

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'magenta' | 'cyan';
const codes: Readonly<Record<Style, number>> = {
  bold: 1,
  dim: 2,
  red: 31,
  green: 32,
  yellow: 33,
  magenta: 35,
  cyan: 36,
};

export type Painter = (text: string, ...styles: readonly Style[]) => string;

export function painter(color: boolean): Painter {
  if (!color) return (text) => text;
  return (text, ...styles) => `\u001b[${styles.map((style) => codes[style]).join(';')}m${text}\u001b[0m`;
}

/** What a peer sent may hold escape sequences: they are shown, not obeyed. Line breaks become blanks. */
export function plain(text: string): string {
  return (
    text
      .toWellFormed()
      .replace(/[\r\n\t]+/g, ' ')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to replace
      .replace(/[\u0000-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/g, '\uFFFD')
  );
}

export function wrapped(text: string, indent: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of plain(text).split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > columns) {
      lines.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(indent + line);
  return lines;
}
