import { caseVerdicts, type RunRecord } from '../run-record.ts';
import { icon, verdictNames } from './icons.ts';
import { html, type Markup } from './markup.ts';

/** Words, verdicts that occur, groups; shown only where scripts run. */
export function filterBar(record: RunRecord): Markup {
  // Cases that are not scored are shown as well.
  const counts = Map.groupBy(record.cases, ({ verdict }) => verdict);
  const toggles = caseVerdicts
    .filter((verdict) => counts.has(verdict))
    .map(
      (verdict) =>
        html`<label class="toggle v-${verdict}"><input class="hidden" type="checkbox" name="verdict" value="${verdict}">${icon(verdict)}${verdictNames[verdict]} ${counts.get(verdict)?.length ?? 0}</label>`,
    );
  return html`<form id="filters" class="filters js-only" role="search" aria-label="Filter cases and requirements"><div class="wrap">
<label class="hidden" for="words">Words in cases and requirements</label><input type="search" id="words" placeholder="Filter by id, title, requirement, mutant" autocomplete="off" spellcheck="false">
<fieldset><legend class="hidden">Verdicts</legend>${toggles}</fieldset>
<label class="hidden" for="group">Group</label><select id="group"><option value="">All groups</option><option value="device">Device</option><option value="server">Server</option><option value="property">Properties</option></select>
<button type="reset">Clear</button><button type="button" id="open-all">Open all</button>
<output id="shown" for="words group"></output>
</div></form>`;
}
