import { contentPolicy } from '../html/content-policy.ts';
import { facts } from '../html/facts.ts';
import { subjectsText } from '../html/header.ts';
import { icon, iconSymbols, runVerdicts } from '../html/icons.ts';
import { html, Markup } from '../html/markup.ts';
import { themeButtonScript, themeScript } from '../html/script.ts';
import { style } from '../html/style.ts';
import { when } from '../html/when.ts';
import type { RunRecord } from '../run-record.ts';
import { findings, requirementsOfLevel, unproved } from './sections.ts';
import { certificateStyle } from './style.ts';
import { kindOf, plainWords } from './words.ts';

const wholeStyle = style + certificateStyle;
const policy = contentPolicy(wholeStyle, themeScript, themeButtonScript);

/** The statement of a certification for people: one HTML file that needs nothing else, on a screen or on paper. */
export function renderCertificate(record: RunRecord): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${kindOf(record)}: ${subjectsText(record)} · Muster</title>
<link rel="icon" href="data:,">
<style>${new Markup(wholeStyle)}</style>
<script>${new Markup(themeScript)}</script>
</head>
<body>
${iconSymbols}
${masthead(record)}
<main><div class="wrap">${statement(record)}${findings(record)}${requirementsOfLevel(record, 'MUST')}${requirementsOfLevel(record, 'SHOULD')}${unproved(record)}
<section aria-labelledby="facts"><h2 id="facts">What was judged, and by what</h2>
${facts(record)}${howToVerify(record)}</section></div></main>
<footer class="page-end"><div class="wrap">Made by Muster ${record.muster} from the run record (run.json), of which this page is a pure function. It is not signed by itself: its digest is in statement.json, which is.</div></footer>
<script>${new Markup(themeButtonScript)}</script>
</body>
</html>
`.text;
}

function masthead(record: RunRecord): Markup {
  return html`<header class="masthead"><div class="wrap">
<p class="kicker">${kindOf(record)}</p>
<h1>${subjectsText(record)}</h1>
<button type="button" id="theme" class="js-only">Theme</button>
<p class="meta">${when(record.startedAt)} · requirement set ${record.requirementSet?.name ?? 'none'} · profile ${record.profile.id}${record.profile.insecure ? ' (insecure)' : ''}</p>
</div></header>`;
}

function statement(record: RunRecord): Markup {
  const { tone, headline } = runVerdicts[record.verdict];
  const [first = '', ...others] = plainWords(record);
  return html`<section class="verdict v-${tone}" aria-labelledby="verdict">
<div class="verdict-head">${icon(tone)}<h2 id="verdict">${headline}</h2><p>${first}</p></div>
<ul class="reasons">${[...others, ...record.reasons].map((sentence) => html`<li>${sentence}</li>`)}</ul>
</section>
`;
}

function howToVerify({ requirementSet }: RunRecord): Markup {
  return html`<p>This is the lab’s word once the lab has signed it. Ask the lab for its public key, by another way than this folder, and have every file of the folder looked at: <code>muster report verify FOLDER --key PUBLIC.pem</code></p>
<p class="small muted">Requirement set ${requirementSet?.name ?? 'none'}, SHA-256 <code>${requirementSet?.digest ?? 'none'}</code>, in requirement-set.json.</p>`;
}
