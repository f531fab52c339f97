import { page } from '../html/document.ts';
import { facts } from '../html/facts.ts';
import { subjectsText } from '../html/header.ts';
import { icon, runVerdicts } from '../html/icons.ts';
import { html, type Markup } from '../html/markup.ts';
import { when } from '../html/when.ts';
import type { RunRecord } from '../run-record.ts';
import { findings, requirementsOfLevel, unproved } from './sections.ts';
import { certificateStyle } from './style.ts';
import { kindOf, plainWords } from './words.ts';

/** The statement of a certification for people: one HTML file that needs nothing else, on a screen or on paper. */
export function renderCertificate(record: RunRecord): string {
  const { profile, requirementSet, startedAt, muster } = record;
  return page({
    title: `${kindOf(record)}: ${subjectsText(record)}`,
    kicker: kindOf(record),
    heading: subjectsText(record),
    meta: html`${when(startedAt)} · requirement set ${requirementSet?.name ?? 'none'} · profile ${profile.id}${profile.insecure ? ' (insecure)' : ''}`,
    body: [
      statement(record),
      findings(record),
      requirementsOfLevel(record, 'MUST'),
      requirementsOfLevel(record, 'SHOULD'),
      unproved(record),
      html`<section aria-labelledby="facts"><h2 id="facts">What was judged, and by what</h2>
${facts(record)}${howToVerify(record)}</section>`,
    ],
    footer: `Made by Muster ${muster} from the run record (run.json), of which this page is a pure function. It is not signed by itself: its digest is in statement.json, which is.`,
    moreStyle: certificateStyle,
  });
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
