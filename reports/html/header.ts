import type { RunRecord } from '../run-record.ts';
import { subjectName } from '../subject-name.ts';
import { verdictsWorstFirst } from '../verdict.ts';
import { icon, runVerdicts, verdictNames } from './icons.ts';
import { anchorLink, durationText, html, type Markup } from './markup.ts';
import { staleEntries } from './standing.ts';
import { when } from './when.ts';

const plural = (number: number, one: string): string => `${number} ${one}${number === 1 ? '' : 's'}`;

export function subjectsText(record: RunRecord): string {
  const names = record.subject.map(subjectName);
  return names.length === 0 ? 'No subject' : names.join(' and ');
}

/** When, how much and of what seed. */
export function runLine({ startedAt, cases, durationMs, profile, seed }: RunRecord): Markup {
  return html`${when(startedAt)} · ${plural(cases.length, 'case')} in ${durationText(durationMs)} · profile ${profile.id}${profile.insecure ? ' (insecure)' : ''} · seed ${seed}`;
}

/** The way to each part below, by its id. */
export function navigation(parts: readonly (readonly [id: string, name: string])[]): Markup {
  return html`<nav aria-label="Parts of this report">${parts.map(([id, name]) => html`<a href="#${id}">${name}</a> `)}</nav>`;
}

/** The verdict first, then why, then how many of each. */
export function verdictPanel(record: RunRecord): Markup {
  const { tone, headline, meaning } = runVerdicts[record.verdict];
  const caseIds = new Set(record.cases.map(({ id }) => id));
  const insecure = html`<p class="warning" role="note"><strong>Insecure profile.</strong> The profile ${record.profile.id} admits cryptography that can be broken today. It is for gateways in the field that know nothing better; this verdict is no statement about their security.</p>`;
  return html`<section class="verdict v-${tone}" aria-labelledby="verdict">
<div class="verdict-head">${icon(tone)}<h2 id="verdict">${headline}</h2><p>${meaning}</p></div>
${staleEntries(record)}${record.profile.insecure ? insecure : undefined}
<ul class="reasons">${record.reasons.map((reason) => html`<li>${withCaseLinks(reason, caseIds)}</li>`)}</ul>
<div class="tally">${countsBar(record)}</div>
</section>`;
}

/** A sentence in which the ids of cases lead to them. */
function withCaseLinks(sentence: string, caseIds: ReadonlySet<string>): readonly Markup[] {
  return sentence
    .split(/([\w-]+)/)
    .map((word) => (caseIds.has(word) ? html`<a href="${anchorLink(word)}">${word}</a>` : html`${word}`));
}

function countsBar(record: RunRecord): Markup {
  const present = verdictsWorstFirst.filter((verdict) => record.counts[verdict] > 0);
  const total = present.reduce((sum, verdict) => sum + record.counts[verdict], 0);
  let from = 0;
  const parts = present.map((verdict) => {
    const width = (record.counts[verdict] / Math.max(total, 1)) * 1000;
    const part = html`<rect class="v-${verdict} fill" x="${from.toFixed(2)}" y="0" width="${Math.max(width - 3, 1).toFixed(2)}" height="8"/>`;
    from += width;
    return part;
  });
  const counts = present.map(
    (verdict) =>
      html`<li class="v-${verdict}">${icon(verdict)}<strong>${record.counts[verdict]}</strong> ${verdictNames[verdict]}</li>`,
  );
  return html`<svg class="bar" viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">${parts}</svg>
<ul class="counts" aria-label="Cases by verdict">${counts.length === 0 ? html`<li>No case</li>` : counts}</ul>`;
}
