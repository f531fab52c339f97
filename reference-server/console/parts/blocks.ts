import type { Tone } from './badge.ts';
import { type Html, html, nothing } from './html.ts';

/** The top of a page. */
export function head(title: string, lead: string | Html = '', actions: Html = nothing): Html {
  const below = lead === '' ? nothing : html`<p class="lead">${lead}</p>`;
  const beside = actions === nothing ? nothing : html`<div class="actions">${actions}</div>`;
  return html`<header class="head"><div><h1>${title}</h1>${below}</div>${beside}</header>`;
}

/** A part of a page with a heading. A table in it goes from edge to edge, all else in `padded`. */
export function panel(title: string, inner: Html, aside: Html = nothing): Html {
  const id = `${title.toLowerCase().replaceAll(/\W+/g, '-')}-title`;
  return html`<section class="panel" aria-labelledby="${id}"><div class="panel-head"><h2 id="${id}">${title}</h2>${aside}</div>${inner}</section>`;
}

export function padded(inner: Html): Html {
  return html`<div class="padded">${inner}</div>`;
}

/** A number that leads somewhere. */
export function tile(href: string, number: string, text: string, tone: Tone): Html {
  return html`<a class="tile ${tone}" href="${href}"><b>${number}</b><span>${text}</span></a>`;
}

export function empty(text: string | Html): Html {
  return html`<p class="empty">${text}</p>`;
}

export function facts(rows: readonly (readonly [name: string, value: string | Html])[]): Html {
  return html`<dl class="facts">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}
