import type { RunRecord } from '../run-record.ts';
import { findingVerdicts, verdictsWorstFirst } from '../verdict.ts';
import { chip } from './icons.ts';
import { anchorLink, html, type Markup } from './markup.ts';

/** What a reader has to do something about, worst first. */
export function findings(record: RunRecord): Markup {
  const found = verdictsWorstFirst
    .filter((verdict) => findingVerdicts.has(verdict))
    .flatMap((verdict) => record.cases.filter((one) => one.verdict === verdict));
  const items = found.map(
    (one) =>
      html`<li>${chip(one.verdict)}<div><a href="${anchorLink(one.id)}"><span class="id">${one.id}</span></a> ${one.title}</div><p class="muted">${one.reason}</p></li>`,
  );
  return html`<section aria-labelledby="attention"><h2 id="attention">What needs attention</h2>
${items.length === 0 ? html`<p>Nothing.</p>` : html`<ul class="findings panel">${items}</ul>`}</section>`;
}
