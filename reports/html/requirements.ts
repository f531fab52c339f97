import type { Coverage, CoverageNumbers, CoveredRequirement } from '../coverage.ts';
import type { CaseRecord } from '../run-record.ts';
import { icon, verdictNames } from './icons.ts';
import { anchor, anchorLink, html, type Markup } from './markup.ts';

/** A case as a chip: its id, its verdict by drawing, colour and (for those who see neither) word. */
function caseChip(one: CaseRecord): Markup {
  return html`<a class="chip v-${one.verdict}" href="${anchorLink(one.id)}" title="${one.title}">${icon(one.verdict)}${one.id}<span class="hidden"> ${verdictNames[one.verdict]}</span></a>`;
}

/** Requirement by scenario: every requirement with its cases, or with the written reason why there is none. */
export function requirementTable(coverage: Coverage): Markup {
  return html`<section aria-labelledby="requirements"><h2 id="requirements">Requirements</h2>
${coverageNumbers(coverage)}
<div class="requirements panel"><table role="table"><caption class="hidden">Each requirement, and the cases that judge it</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Requirement</th><th scope="col" role="columnheader">Sentence</th><th scope="col" role="columnheader">Cases</th></tr></thead>
<tbody role="rowgroup">${coverage.requirements.map(requirementRow)}</tbody></table>
<p id="no-rows" class="case-body muted" hidden>No requirement matches the filter.</p></div>
${unknownList(coverage)}</section>`;
}

function requirementRow({ requirement, cases, state }: CoveredRequirement): Markup {
  const { id, level, role, sentence, quote, citation, untested } = requirement;
  const groups = [...new Set(cases.map(({ group }) => group))].join(' ');
  const verdicts = [...new Set(cases.map(({ verdict }) => verdict))].join(' ');
  const quoted =
    quote === undefined
      ? undefined
      : html`<details class="quote"><summary>Quote</summary><blockquote>${quote}</blockquote></details>`;
  const covered =
    state === 'covered'
      ? html`<ul class="chips">${cases.map((one) => html`<li>${caseChip(one)}</li>`)}</ul>`
      : html`<span class="why">${state === 'explained' ? `No case: ${untested ?? ''}` : 'No case in this run.'}</span>`;
  return html`<tr role="row" id="requirement-${anchor(id)}" data-verdicts="${verdicts}" data-groups="${groups}"><th scope="row" role="rowheader"><span class="id">${id}</span><span class="level">${level} · ${role === 'both' ? 'device and server' : role}</span></th><td role="cell">${sentence} <span class="citation">${citation}</span>${quoted}</td><td role="cell">${covered}</td></tr>
`;
}

function coverageNumbers({ numbers }: Coverage): Markup {
  const row = (name: string, one: CoverageNumbers): Markup =>
    html`<tr><th scope="row">${name}</th><td>${one.total}</td><td>${one.covered}</td><td>${one.explained}</td><td>${one.absent}</td></tr>`;
  return html`<table class="numbers"><caption class="hidden">Coverage of the requirements</caption>
<thead><tr><th scope="col">Level</th><th scope="col">All</th><th scope="col">With cases</th><th scope="col">No case, with a reason</th><th scope="col">No case in this run</th></tr></thead>
<tbody>${row('MUST', numbers.MUST)}${row('SHOULD', numbers.SHOULD)}${row('Together', numbers.all)}</tbody></table>`;
}

function unknownList({ unknown }: Coverage): Markup | undefined {
  if (unknown.length === 0) return undefined;
  const items = unknown.map(({ caseId, requirement }) => html`<li>${caseId} names ${requirement}</li>`);
  return html`<p>These requirements are named by cases, but are not in the record:</p><ul>${items}</ul>`;
}

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
