import { coverageOf } from '../coverage.ts';
import type { RunRecord } from '../run-record.ts';
import { caseList } from './case-list.ts';
import { contentPolicy } from './content-policy.ts';
import { durations } from './durations.ts';
import { facts } from './facts.ts';
import { filterBar } from './filter-bar.ts';
import { findings } from './findings.ts';
import { masthead, subjectsText, verdictPanel } from './header.ts';
import { iconSymbols, runVerdicts } from './icons.ts';
import { html, Markup } from './markup.ts';
import { matrix } from './matrix.ts';
import { mutantTable } from './mutants.ts';
import { requirementTable } from './requirements.ts';
import { pageScript, themeScript } from './script.ts';
import { shortcutList } from './shortcuts.ts';
import { style } from './style.ts';

const policy = contentPolicy(style, themeScript, pageScript);

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
  const parts = [['attention', 'What needs attention'], ...there.map(({ id, name }) => [id, name] as const)] as const;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${runVerdicts[record.verdict].headline}: ${subjectsText(record)} · Muster</title>
<link rel="icon" href="data:,">
<style>${new Markup(style)}</style>
<script>${new Markup(themeScript)}</script>
</head>
<body>
<a class="skip" href="#cases">Skip to the cases</a>
${iconSymbols}
${masthead(record, parts)}
<main>
<div class="wrap">${verdictPanel(record)}${facts(record)}${findings(record)}</div>
${filterBar(record)}
<div class="wrap">${there.map(({ section }) => section)}</div>
</main>
<footer class="page-end"><div class="wrap">Made by Muster ${record.muster} from the run record of this run (run.json), of which this page is a pure function. Passwords and private keys were taken out before the record was made.</div></footer>
${shortcutList()}
<script>${new Markup(pageScript)}</script>
</body>
</html>
`.text;
}
