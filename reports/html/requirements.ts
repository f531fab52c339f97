import type { Coverage, CoverageNumbers, CoveredRequirement } from '../coverage.ts';
import { caseChip, turnIcon } from './icons.ts';
import { anchor, anchorLink, html, type Markup } from './markup.ts';

/** Requirement by scenario: every requirement with its cases, or with the written reason why there is none. */
export function requirementTable(coverage: Coverage): Markup {
  return html`<section aria-labelledby="requirements"><h2 id="requirements">Requirements and coverage</h2>
${coverageNumbers(coverage)}
${withoutCase(coverage)}
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

/** What no case judges, with the written reason, beside what was merely not part of this run. */
function withoutCase({ requirements }: Coverage): Markup | undefined {
  const explained = requirements.filter(({ state }) => state === 'explained');
  if (explained.length === 0) return undefined;
  const items = explained.map(
    ({ requirement: { id, level, sentence, untested } }) =>
      html`<li><a href="${anchorLink(`requirement-${id}`)}"><span class="id">${id}</span></a> <span class="muted small">${level}</span> ${sentence} <span class="why">${untested}</span></li>`,
  );
  return html`<details class="more untested"><summary>What no case can judge, and why: ${explained.length} ${explained.length === 1 ? 'requirement' : 'requirements'}${turnIcon}</summary><ul>${items}</ul></details>`;
}
