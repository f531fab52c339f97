import { type CoveredRequirement, coverageOf } from '../coverage.ts';
import { chip, icon, verdictNames } from '../html/icons.ts';
import { anchor, anchorLink, html, type Markup } from '../html/markup.ts';
import type { CaseRecord, RunRecord } from '../run-record.ts';
import { type UnprovedKind, unprovedBy, unprovedKinds } from '../unproved.ts';
import { findingVerdicts, verdictsWorstFirst, worstVerdict } from '../verdict.ts';
import { byArea, isAboutTrust } from './areas.ts';

const isScored = ({ scored }: CaseRecord): boolean => scored !== false;

/** Findings of trust, then all others; nothing is weighed against anything. */
export function findings(record: RunRecord): Markup {
  const rank = ({ verdict }: CaseRecord): number => verdictsWorstFirst.indexOf(verdict);
  const found = record.cases
    .filter((one) => isScored(one) && findingVerdicts.has(one.verdict))
    .sort((a, b) => rank(a) - rank(b));
  const levels = new Map(record.requirements.map(({ id, level }) => [id, level]));
  const list = (cases: readonly CaseRecord[]): Markup =>
    cases.length === 0
      ? html`<p>None.</p>`
      : html`<ul class="findings panel">${cases.map(
          (one) =>
            html`<li>${chip(one.verdict)}<div><span class="id">${one.id}</span> ${one.title} <span class="citation">${one.requirements.map((id) => `${id} (${levels.get(id) ?? 'unknown'})`).join(', ')}</span></div><p class="muted">${one.reason}</p></li>`,
        )}</ul>`;
  return html`<section aria-labelledby="findings"><h2 id="findings">Findings</h2>
<p>There is no score: what is wrong with trust is not made good by what is right elsewhere.</p>
<h3>Trust: whom it believes, and what it gives away</h3>${list(found.filter(isAboutTrust))}
<h3>Everything else</h3>${list(found.filter((one) => !isAboutTrust(one)))}</section>
`;
}

/** Requirement by requirement: those of one level, by area. */
export function requirementsOfLevel(record: RunRecord, level: 'MUST' | 'SHOULD'): Markup {
  const rows = coverageOf(record).requirements.filter(({ requirement }) => requirement.level === level);
  const id = level.toLowerCase();
  const groups = byArea(rows).map(
    ({ title, rows: group }) => html`<h3>${title}</h3>
<div class="requirements panel"><table role="table"><caption class="hidden">${title}: each requirement with ${level}, and its verdict</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Requirement</th><th scope="col" role="columnheader">Sentence</th><th scope="col" role="columnheader">Verdict</th></tr></thead>
<tbody role="rowgroup">${group.map(requirementRow)}</tbody></table></div>
`,
  );
  return html`<section aria-labelledby="${id}"><h2 id="${id}">Requirements with ${level}</h2>
${groups.length === 0 ? html`<p>None.</p>` : groups}</section>
`;
}

function requirementRow({ requirement: { id, sentence, citation }, cases }: CoveredRequirement): Markup {
  const scored = cases.filter(isScored);
  const verdict = worstVerdict(scored.map((one) => one.verdict));
  const why =
    cases.length > 0
      ? 'Not scored: its cases are newer than the set.'
      : html`<a href="${anchorLink(`unproved-${id}`)}">Not proved</a>`;
  const said = verdict
    ? html`${chip(verdict)} <span class="small muted">${scored.map((one) => (one.verdict === verdict ? one.id : `${one.id} (${verdictNames[one.verdict]})`)).join(', ')}</span>`
    : html`<span class="why">${why}</span>`;
  return html`<tr role="row"><th scope="row" role="rowheader"><span class="id">${id}</span></th><td role="cell">${sentence} <span class="citation">${citation}</span></td><td role="cell">${said}</td></tr>
`;
}

const kinds: Readonly<Record<UnprovedKind, string>> = {
  'not judged': 'Of the set, but not judged as it was frozen',
  'no proof': 'Tried, without a proof either way',
  undeclared: 'Did not apply, and no line of the profile says so',
  excluded: 'Left out by a line of the profile',
  'not scored': 'Newer than the set: tried, and not scored',
  'no case': 'Requirements without a case',
  method: 'What no run of this kind can show',
};

/** Everything that is open, with the reason. */
export function unproved(record: RunRecord): Markup {
  const groups = Map.groupBy(unprovedBy(record), ({ kind }) => kind);
  const parts = unprovedKinds.flatMap((kind) => {
    const entries = groups.get(kind);
    if (!entries) return [];
    const rows = entries.map(
      ({ about, why }) =>
        html`<div id="unproved-${anchor(about)}"><dt>${kind === 'method' ? about : html`<span class="id">${about}</span>`}</dt><dd>${why}</dd></div>`,
    );
    return [
      html`<h3>${kinds[kind]} <span class="muted">(${entries.length})</span></h3><dl class="open panel">${rows}</dl>
`,
    ];
  });
  return html`<section aria-labelledby="unproved"><h2 id="unproved">${icon('unverified')} What this run cannot prove</h2>
<p>None of this is known to be wrong, and none of it is known to be right.</p>
${parts}</section>
`;
}
