import { type Html, html, nothing } from './html.ts';

/** Links of which one is where we are. */
export function choices(
  label: string,
  links: readonly { readonly href: string; readonly text: string; readonly chosen: boolean }[],
): Html {
  const items = links.map(({ href, text, chosen }) => {
    const current = chosen ? html` aria-current="true"` : nothing;
    return html`<li><a href="${href}"${current}>${text}</a></li>`;
  });
  return html`<nav class="filters" aria-label="${label}"><ul>${items}</ul></nav>`;
}

/** A path with those parameters that have a value. */
export function hrefOf(path: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const query = new URLSearchParams(given).toString();
  return query === '' ? path : `${path}?${query}`;
}
