/** Text that is HTML already. Everything else is escaped when it enters a template. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

type Value = Markup | string | number | undefined | readonly Markup[];

/**
 * A template of HTML. Strings are escaped, so that what a peer sent can neither leave its element nor its attribute
 * (attributes must stand in double quotes); markup goes in as it is, lists are joined, undefined is nothing.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
  const parts: string[] = [];
  strings.forEach((string, index) => {
    parts.push(string);
    if (index < values.length) parts.push(written(values[index]));
  });
  return new Markup(parts.join(''));
}

function written(value: Value): string {
  if (value === undefined) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(value);
  return value.map(({ text }) => text).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/**
 * Escapes what HTML would read, and shows what a reader would miss: control characters as their pictures (␀), and the
 * characters that turn the direction of text by their number, since a name could hide behind them.
 */
export function escapeHtml(text: string): string {
  return (
    text
      .toWellFormed()
      .replace(/[&<>"'`]/g, (character) => entities[character] ?? '')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to show
      .replace(/[\u0000-\u0008\u000B-\u001F]/g, (c) =>
        c === '\r' ? '' : String.fromCharCode(0x2400 + c.charCodeAt(0)),
      )
      .replace(/[\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF]/g, (c) => {
        return `⟨U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
      })
  );
}

/** An id that HTML allows: no blanks. The same text always gives the same id. */
export function anchor(id: string): string {
  return id.toWellFormed().replace(/[\s\p{Cc}]/gu, '_');
}

/** The link to `anchor(id)`. */
export function anchorLink(id: string): string {
  return `#${encodeURIComponent(anchor(id))}`;
}

/** 182 ms, 5.0 s, 2 min 3 s. */
export function durationText(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
