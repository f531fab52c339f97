import type { Coverage } from '../coverage.ts';
import type { RunRecord } from '../run-record.ts';
import { icon } from './icons.ts';
import { anchor, anchorLink, html, type Markup } from './markup.ts';

/** The way back: each flawed device or server, what its flaw is, and the cases that must fail it. */
export function mutantTable({ mutants }: Coverage, record: RunRecord): Markup | undefined {
  if (mutants.length === 0) return undefined;
  const known = new Map(record.mutants?.map((one) => [one.id, one]));
  const isSeen = record.mutants?.some(({ caughtBy }) => caughtBy !== undefined) ?? false;
  const rows = mutants.map(({ id, cases }) => {
    const { explanation, caughtBy } = known.get(id) ?? {};
    const chips = cases.map(({ id: caseId }) => html`<li>${mutantCase(caseId, caughtBy)}</li>`);
    return html`<tr role="row" id="mutant-${anchor(id)}"><th scope="row" role="rowheader"><span class="id">${id}</span></th><td role="cell">${explanation}</td><td role="cell"><ul class="chips">${chips}</ul></td></tr>
`;
  });
  const said = isSeen
    ? 'A tick: the case was played against the flaw, by the matrix that this run was given, and failed it.'
    : 'So the cases declare it: this run did not play the flawed subjects. Muster’s own tests do, and a case that does not fail its flaw fails them.';
  return html`<section aria-labelledby="mutants"><h2 id="mutants">Flawed devices and servers</h2>
<p class="muted">A case proves something only if it can fail. For each there is a subject with one known flaw, which it must fail. ${said}</p>
<div class="requirements mutants panel"><table role="table"><caption class="hidden">Each flawed subject, and the cases that must fail it</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Flaw</th><th scope="col" role="columnheader">What is wrong with it</th><th scope="col" role="columnheader">Cases that must fail it</th></tr></thead>
<tbody role="rowgroup">${rows}</tbody></table></div></section>`;
}

function mutantCase(caseId: string, caughtBy: readonly string[] | undefined): Markup {
  const link = anchorLink(caseId);
  if (!caughtBy?.includes(caseId)) return html`<a class="plain-tag" href="${link}">${caseId}</a>`;
  return html`<a class="chip v-pass" href="${link}">${icon('pass')}${caseId}<span class="hidden"> catches it</span></a>`;
}
