import { type Html, html, nothing } from './html.ts';

export interface Column {
  /** Empty: a column of ticks or buttons, which need no heading. */
  readonly text: string;
  /** `name` is what the row is about. */
  readonly kind?: 'name' | 'long' | 'number' | 'tick' | 'acts';
}

/**
 * A table; each row has a cell for each column. In a narrow window its rows stand as blocks, each cell with its heading: the
 * roles keep it a table there too.
 */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly (Html | string)[])[],
): Html {
  const heads = columns.map(({ text, kind = 'text' }) =>
    text === ''
      ? html`<td role="cell" class="${kind}"></td>`
      : html`<th role="columnheader" scope="col" class="${kind}">${text}</th>`,
  );
  return html`<table role="table"><caption class="hidden">${caption}</caption>
<thead role="rowgroup"><tr role="row">${heads}</tr></thead>
<tbody role="rowgroup">${rows.map((cells) => html`<tr role="row">${cells.map((cell, at) => cellOf(cell, columns[at]))}</tr>`)}</tbody></table>`;
}

function cellOf(cell: Html | string, column: Column | undefined): Html {
  const { text = '', kind = 'text' } = column ?? {};
  const label = text === '' ? nothing : html` data-label="${text}"`;
  return kind === 'name'
    ? html`<th role="rowheader" scope="row" class="name"><div>${cell}</div></th>`
    : html`<td role="cell" class="${kind}"${label}><div>${cell}</div></td>`;
}

export interface Paging {
  readonly page: number;
  readonly pages: number;
  /** The path and query of a page. */
  readonly href: (page: number) => string;
}

export function pager({ page, pages, href }: Paging): Html {
  if (pages <= 1) return nothing;
  const previous = page > 1 ? html`<a rel="prev" href="${href(page - 1)}">Previous</a>` : html`<span>Previous</span>`;
  const next = page < pages ? html`<a rel="next" href="${href(page + 1)}">Next</a>` : html`<span>Next</span>`;
  return html`<nav class="pager" aria-label="Pages">${previous}<span>Page ${page} of ${pages}</span>${next}</nav>`;
}

/** For what is listed from the newest on: `older` is where the next page begins. */
export function newestOlder<T>(isFurther: boolean, older: T | undefined, href: (from: T | undefined) => string): Html {
  if (!isFurther && older === undefined) return nothing;
  const newest = isFurther ? html`<a href="${href(undefined)}">Newest</a>` : html`<span>Newest</span>`;
  const more = older === undefined ? html`<span>Older</span>` : html`<a rel="next" href="${href(older)}">Older</a>`;
  return html`<nav class="pager" aria-label="Pages">${newest}${more}</nav>`;
}
