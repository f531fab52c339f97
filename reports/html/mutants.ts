import type { Coverage } from '../coverage.ts';
import { caseChip } from './icons.ts';
import { anchor, html, type Markup } from './markup.ts';

/** The way back: each flawed device or server, and the cases that must fail it. */
export function mutantTable({ mutants }: Coverage): Markup | undefined {
  if (mutants.length === 0) return undefined;
  const rows = mutants.map(
    ({
      id,
      cases,
    }) => html`<tr role="row" id="mutant-${anchor(id)}"><th scope="row" role="rowheader">${id}</th><td role="cell"><ul class="chips">${cases.map((one) => html`<li>${caseChip(one)}</li>`)}</ul></td></tr>
`,
  );
  return html`<section aria-labelledby="mutants"><h2 id="mutants">Flawed devices and servers</h2>
<p class="muted">Each case is proved by a subject with one known flaw, which the case must fail.</p>
<div class="requirements mutants panel"><table role="table"><caption class="hidden">Each flawed subject, and the cases that must fail it</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Flaw</th><th scope="col" role="columnheader">Cases that must fail it</th></tr></thead>
<tbody role="rowgroup">${rows}</tbody></table></div></section>`;
}
