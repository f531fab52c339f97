import { type CaseGroup, caseGroups, type RunRecord } from '../run-record.ts';
import { verdictsWorstFirst } from '../verdict.ts';
import { caseArticle } from './case.ts';
import { html, type Markup } from './markup.ts';

const groupNames: Readonly<Record<CaseGroup, string>> = {
  device: 'What a device must do',
  server: 'What a server must do',
  property: 'Properties, on generated inputs',
};

/** Evidence of so many cases stands in the page as it is, the worst verdicts first; that of the others is compressed. */
const plainAtMost = 25;

/** Every case, in its group and in the record's order. */
export function caseList(record: RunRecord): Markup {
  const known = new Map(record.requirements.map((requirement) => [requirement.id, requirement]));
  const plain = plainOnes(record);
  const groups = caseGroups.map((group) => {
    const cases = record.cases.filter((one) => one.group === group);
    if (cases.length === 0) return html``;
    return html`<div class="group"><h3>${groupNames[group]} <span class="muted">${cases.length}</span></h3>
${cases.map((one) => caseArticle(one, record, known, plain.has(one.id) ? 'plain' : 'packed'))}</div>`;
  });
  return html`<section aria-labelledby="cases"><h2 id="cases">Cases</h2>
${record.cases.length === 0 ? html`<p>No case was selected.</p>` : groups}
<p id="none" class="muted" hidden>No case matches the filter.</p></section>`;
}

/** The cases whose evidence readers come for: every verdict but pass and not-applicable. */
function plainOnes({ cases }: RunRecord): ReadonlySet<string> {
  const byVerdict = Map.groupBy(cases, ({ verdict }) => verdict);
  const read = verdictsWorstFirst.filter((verdict) => verdict !== 'pass' && verdict !== 'not-applicable');
  return new Set(
    read
      .flatMap((verdict) => byVerdict.get(verdict) ?? [])
      .slice(0, plainAtMost)
      .map(({ id }) => id),
  );
}
