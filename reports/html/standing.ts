import { isFlaky } from '../repetitions.ts';
import type { CaseRecord, RunRecord } from '../run-record.ts';
import { chip, verdictNames } from './icons.ts';
import { html, type Markup } from './markup.ts';

/** What sets a case apart beside its verdict: a baseline expects it, repetitions differ, it is not scored. */
export function standingTags(one: CaseRecord): Markup | undefined {
  const tags = [...(isFlaky(one) ? ['flaky'] : []), ...(one.scored === false ? ['not scored'] : [])];
  return tags.length === 0 ? undefined : html`${tags.map((tag) => html`<span class="plain-tag">${tag}</span>`)}`;
}

/** The same in full, as rows of a case. */
export function standingRows(one: CaseRecord, { requirementSet }: RunRecord): Markup {
  const { expectation, repetitions, scored } = one;
  const set =
    requirementSet === undefined ? 'the requirement set of this run' : `the requirement set ${requirementSet.name}`;
  return html`${
    expectation === undefined
      ? undefined
      : html`<dt>Baseline</dt><dd>Expected ${verdictNames[expectation.fails]}: ${expectation.reason} <span class="muted small">Owner ${expectation.owner}; expires ${expectation.expires}; entry <code>${expectation.entry}</code>, which expects “${expectation.seen.join('” or “')}”</span></dd>`
  }${
    repetitions === undefined
      ? undefined
      : html`<dt>Repetitions</dt><dd>${isFlaky(one) ? html`<strong>Flaky:</strong> ` : undefined}${repetitionCounts(repetitions)}</dd>`
  }${scored === false ? html`<dt>Not scored</dt><dd>This case is newer than ${set}: it ran, and does not count.</dd>` : undefined}`;
}

function repetitionCounts(repetitions: readonly CaseRecord['verdict'][]): Markup {
  const counts = Map.groupBy(repetitions, (verdict) => verdict);
  const parts = [...counts].map(
    ([verdict, { length }]) => html`${chip(verdict)} <span class="muted">${length} ×</span> `,
  );
  const order = repetitions.map((verdict) => verdictNames[verdict]).join(', ');
  return html`${parts}<span class="muted small">in order: ${order}</span>`;
}

/** Entries of the baseline that no longer hold: they come before anything else that a reader has to do. */
export function staleEntries({ baseline }: RunRecord): Markup | undefined {
  if (baseline === undefined || baseline.stale.length === 0) return undefined;
  const items = baseline.stale.map(({ entry, why }) => html`<li><code>${entry}</code> ${why}</li>`);
  return html`<div class="warning" role="note"><strong>${baseline.stale.length === 1 ? 'An entry of the baseline is' : `${baseline.stale.length} entries of the baseline are`} stale.</strong> Take them out or renew them:<ul>${items}</ul></div>`;
}
