import { commandForCase } from '../command.ts';
import { remediesOf } from '../remedies.ts';
import type { CaseRecord, RequirementView, RunRecord } from '../run-record.ts';
import { evidenceCounts, evidenceOf, fileLink } from './evidence.ts';
import { chip, turnIcon } from './icons.ts';
import { anchor, anchorLink, durationText, html, type Markup } from './markup.ts';
import { packed } from './packed.ts';
import { standingRows, standingTags } from './standing.ts';

type Requirements = ReadonlyMap<string, RequirementView>;

export function caseArticle(
  one: CaseRecord,
  record: RunRecord,
  known: Requirements,
  evidence: 'plain' | 'packed',
): Markup {
  const find = [...one.requirements, ...one.mutants].join(' ');
  return html`<article class="case" id="${anchor(one.id)}" data-verdicts="${one.verdict}" data-groups="${one.group}" data-find="${find}"><details><summary>${chip(one.verdict)}<span class="id">${one.id}</span><h4>${one.title}${standingTags(one)}</h4><span class="time">${durationText(one.durationMs)}</span>${turnIcon}</summary>
<div class="case-body">${about(one, record, known)}${shownEvidence(one, evidence)}</div></details></article>
`;
}

function shownEvidence({ id, evidence }: CaseRecord, how: 'plain' | 'packed'): Markup | undefined {
  if (evidence === undefined) return undefined;
  const shown = evidenceOf(evidence, id);
  if (how === 'plain') return shown;
  const links = (evidence.files ?? []).map((path) => html` ${fileLink(path, path.replace(/^.*\//, ''))}`);
  const where = links.length === 0 ? undefined : html` <span class="muted">As files:</span>${links}`;
  return packed(shown, html`<p class="packed-note">Evidence: ${evidenceCounts(evidence)}.${where}</p>`);
}

function about(one: CaseRecord, record: RunRecord, known: Requirements): Markup {
  const requirements = one.requirements.map((id) => html`<li>${requirementText(id, known.get(id))}</li>`);
  const flaws = new Map(record.mutants?.map(({ id, explanation }) => [id, explanation]));
  const mutants = one.mutants.map(
    (id) =>
      html`<li><a class="plain-tag" href="${anchorLink(`mutant-${id}`)}">${id}</a> <span class="small">${flaws.get(id)}</span></li>`,
  );
  return html`<dl class="about">
<dt>Why</dt><dd class="expected">${one.reason}</dd>
${one.proof === undefined ? undefined : html`<dt>Proof</dt><dd>${one.proof}</dd>`}
<dt>Control</dt><dd class="expected">${one.control}</dd>
${standingRows(one, record)}
${wentWrong.has(one.verdict) ? remediesMarkup(one.requirements) : undefined}
${requirements.length === 0 ? undefined : html`<dt>Requirements</dt><dd class="sentences"><ul>${requirements}</ul></dd>`}
${mutants.length === 0 ? undefined : html`<dt>Flaws it catches</dt><dd class="aside"><ul>${mutants}</ul></dd>`}
<dt>Run it again</dt><dd class="aside"><code>${commandForCase(record, one.id)}</code> <button type="button" class="copy js-only" aria-label="Copy the command of ${one.id}">Copy</button></dd>
<dt>Case</dt><dd class="aside">version ${one.version} · <a href="${anchorLink(one.id)}">link to it</a></dd>
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
