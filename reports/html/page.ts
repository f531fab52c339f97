import { coverageOf } from '../coverage.ts';
import type { RunRecord } from '../run-record.ts';
import { caseList } from './case-list.ts';
import { band, htmlDocument } from './document.ts';
import { durations } from './durations.ts';
import { facts } from './facts.ts';
import { filterBar } from './filter-bar.ts';
import { findings } from './findings.ts';
import { navigation, runLine, subjectsText, verdictPanel } from './header.ts';
import { runVerdicts } from './icons.ts';
import { html, type Markup } from './markup.ts';
import { matrix } from './matrix.ts';
import { mutantTable } from './mutants.ts';
import { requirementTable } from './requirements.ts';
import { pageScript } from './script.ts';
import { shortcutList } from './shortcuts.ts';

/** The report of a run as one HTML file that needs nothing else: readable without scripts, offline, on paper. */
export function renderHtml(record: RunRecord): string {
  const coverage = coverageOf(record);
  const sections: readonly (readonly [id: string, name: string, section: Markup | undefined])[] = [
    ['matrix', 'Requirement by case', matrix(coverage)],
    ['cases', 'Cases', caseList(record)],
    ['requirements', 'Coverage', requirementTable(coverage)],
    ['mutants', 'Flaws', mutantTable(coverage, record)],
    ['durations', 'Durations', durations(record)],
  ];
  const there = sections.flatMap(([id, name, section]) => (section === undefined ? [] : [{ id, name, section }]));
  return htmlDocument({
    title: `${runVerdicts[record.verdict].headline}: ${subjectsText(record)}`,
    kicker: 'Muster certification report',
    heading: subjectsText(record),
    meta: runLine(record),
    main: html`${band([verdictPanel(record), facts(record), findings(record)])}
${filterBar(record)}
${band(there.map(({ section }) => section))}`,
    footer: `Made by Muster ${record.muster} from the run record of this run (run.json), of which this page is a pure function. Passwords and private keys were taken out before the record was made.`,
    interaction: {
      skipLink: html`<a class="skip" href="#cases">Skip to the cases</a>`,
      buttons: html`<button type="button" id="keys-button">Keys</button>`,
      navigation: navigation([
        ['attention', 'What needs attention'],
        ...there.map(({ id, name }) => [id, name] as const),
      ]),
      dialog: shortcutList(),
      script: pageScript,
    },
  });
}
