import { html as escaping } from 'ghtml';

/** Text that is HTML already: only `html` makes it, so that nothing else gets into a page unescaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

type Value = Html | string | number | undefined | readonly Html[];

/** A template of HTML. Strings are escaped, HTML goes in as it is, lists are joined, undefined is nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(strings.map((string, index) => string + written(values[index])).join(''));
}

export const nothing = new Html('');

function written(value: Value): string {
  if (value instanceof Html) return value.text;
  if (typeof value === 'string' || typeof value === 'number') return escaping`${String(value)}`;
  return value === undefined ? '' : value.map(({ text }) => text).join('');
}
