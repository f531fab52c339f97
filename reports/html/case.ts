import { commandForCase } from '../command.ts';
import { remediesOf } from '../remedies.ts';
import { type CaseGroup, type CaseRecord, caseGroups, type RequirementView, type RunRecord } from '../run-record.ts';
import { evidenceOf } from './evidence.ts';
import { chip, turnIcon } from './icons.ts';
import { anchor, anchorLink, durationText, html, type Markup } from './markup.ts';

const groupNames: Readonly<Record<CaseGroup, string>> = {
  device: 'What a device must do',
  server: 'What a server must do',
  property: 'Properties, on generated inputs',
};

/** Every case, in its group and in the record's order. */
export function caseList(record: RunRecord): Markup {
  const known = new Map(record.requirements.map((requirement) => [requirement.id, requirement]));
  const groups = caseGroups.map((group) => {
    const cases = record.cases.filter((one) => one.group === group);
    if (cases.length === 0) return html``;
    return html`<div class="group"><h3>${groupNames[group]} <span class="muted">${cases.length}</span></h3>
${cases.map((one) => caseArticle(one, record, known))}</div>`;
  });
  return html`<section aria-labelledby="cases"><h2 id="cases">Cases</h2>
${record.cases.length === 0 ? html`<p>No case was selected.</p>` : groups}
<p id="none" class="muted" hidden>No case matches the filter.</p></section>`;
}

function caseArticle(one: CaseRecord, record: RunRecord, known: ReadonlyMap<string, RequirementView>): Markup {
  const find = [...one.requirements, ...one.mutants].join(' ');
  return html`<article class="case" id="${anchor(one.id)}" data-verdicts="${one.verdict}" data-groups="${one.group}" data-find="${find}"><details><summary>${chip(one.verdict)}<span class="id">${one.id}</span><h4>${one.title}</h4><span class="time">${durationText(one.durationMs)}</span>${turnIcon}</summary>
<div class="case-body">${about(one, record, known)}${one.evidence === undefined ? undefined : evidenceOf(one.evidence, one.id)}</div></details></article>
`;
}

function about(one: CaseRecord, record: RunRecord, known: ReadonlyMap<string, RequirementView>): Markup {
  const requirements = one.requirements.map((id) => html`<li>${requirementText(id, known.get(id))}</li>`);
  const mutants = one.mutants.map((id) => html`<a class="plain-tag" href="${anchorLink(`mutant-${id}`)}">${id}</a>`);
  return html`<dl class="about">
<dt>Why</dt><dd>${one.reason}</dd>
${one.proof === undefined ? undefined : html`<dt>Proof</dt><dd>${one.proof}</dd>`}
<dt>Control</dt><dd>${one.control}</dd>
${requirements.length === 0 ? undefined : html`<dt>Requirements</dt><dd><ul>${requirements}</ul></dd>`}
${mutants.length === 0 ? undefined : html`<dt>Flaws it catches</dt><dd>${mutants}</dd>`}
${wentWrong.has(one.verdict) ? remediesMarkup(one.requirements) : undefined}
<dt>Run it again</dt><dd><code>${commandForCase(record, one.id)}</code></dd>
<dt>Case version</dt><dd>${one.version}</dd>
</dl>`;
}

/** Whoever reads of a failure wants to know what to do. */
const wentWrong: ReadonlySet<CaseRecord['verdict']> = new Set(['fail', 'warn', 'expected-failure']);

function remediesMarkup(requirements: readonly string[]): Markup {
  const remedies = remediesOf(requirements);
  const known = [...new Set(remedies.flatMap(({ weaknesses }) => weaknesses))];
  return html`<dt>How to mend it</dt><dd><ul>${remedies.map(({ mend }) => html`<li>${mend}</li>`)}</ul></dd>
<dt>Known as</dt><dd>${known.join('; ')}</dd>`;
}

function requirementText(id: string, found: RequirementView | undefined): Markup {
  const link = html`<a href="${anchorLink(`requirement-${id}`)}"><span class="id">${id}</span></a>`;
  if (found === undefined) return html`${link} <span class="muted">is not in this record.</span>`;
  const { level, sentence, citation, quote } = found;
  return html`${link} <span class="muted small">${level}</span> ${sentence} <span class="citation">${citation}</span>${quote === undefined ? undefined : html`<blockquote>${quote}</blockquote>`}`;
}
