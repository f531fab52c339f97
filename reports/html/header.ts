import { caseVerdicts, deviceMsOf, type RunRecord } from '../run-record.ts';
import { subjectName } from '../subject-name.ts';
import { findingVerdicts, verdictsWorstFirst } from '../verdict.ts';
import { chip, icon, runVerdicts, verdictNames } from './icons.ts';
import { anchorLink, durationText, html, type Markup } from './markup.ts';

const plural = (number: number, one: string): string => `${number} ${one}${number === 1 ? '' : 's'}`;

export function subjectsText(record: RunRecord): string {
  const names = record.subject.map(subjectName);
  return names.length === 0 ? 'No subject' : names.join(' and ');
}

export function masthead(record: RunRecord): Markup {
  return html`<header class="masthead"><div class="wrap">
<p class="kicker">Muster certification report</p>
<h1>${subjectsText(record)}</h1>
<button type="button" id="theme" class="js-only">Theme</button>
<p class="meta">${when(record.startedAt)} · ${plural(record.cases.length, 'case')} in ${durationText(record.durationMs)} · profile ${record.profile.id}${record.profile.insecure ? ' (insecure)' : ''} · seed ${record.seed}</p>
</div></header>`;
}

/** The verdict first, then why, then how many of each. */
export function verdictPanel(record: RunRecord): Markup {
  const { tone, headline, meaning } = runVerdicts[record.verdict];
  const caseIds = new Set(record.cases.map(({ id }) => id));
  const insecure = html`<p class="warning" role="note"><strong>Insecure profile.</strong> The profile ${record.profile.id} admits cryptography that can be broken today. It is for gateways in the field that know nothing better; this verdict is no statement about their security.</p>`;
  return html`<section class="verdict v-${tone}" aria-labelledby="verdict">
<div class="verdict-head">${icon(tone)}<h2 id="verdict">${headline}</h2><p>${meaning}</p></div>
${record.profile.insecure ? insecure : undefined}
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

export function facts(record: RunRecord): Markup {
  const subjects = record.subject.map(
    ({
      role,
      name,
      version,
      firmware,
      capabilities,
    }) => html`<div><dt>${role === 'device' ? 'Device' : 'Server'} under test</dt>
<dd><strong>${name}</strong> ${version}${firmware === undefined ? undefined : html`<br><span class="small">Firmware <code>${firmware}</code></span>`}<br><span class="small muted">${capabilities.length === 0 ? 'No capability declared' : `Declares ${capabilities.join(', ')}`}</span></dd></div>`,
  );
  const choices = record.profile.choices.map(
    ({ line, choice }) => html`<li><span class="muted">${line}:</span> ${choice}</li>`,
  );
  return html`<dl class="facts panel">
${subjects}
<div><dt>Profile</dt><dd><strong>${record.profile.id}</strong>${record.profile.insecure ? html` ${insecureTag}` : undefined}<br><span class="small muted">seed ${record.seed}</span></dd></div>
<div><dt>Made</dt><dd>${when(record.startedAt)}<br><span class="small muted">by Muster ${record.muster}, in ${durationText(record.durationMs)}${deviceTime(record)}</span></dd></div>
<div class="wide"><dt>Where the publication is silent, this profile decides</dt><dd>${choices.length === 0 ? 'Nothing was left to decide.' : html`<ul class="choices">${choices}</ul>`}</dd></div>
${statementFacts(record)}<div class="wide"><dt>Command</dt><dd><code>${record.command}</code></dd></div>
</dl>`;
}

/** What the harness costs shows beside it. */
function deviceTime({ cases }: RunRecord): string {
  const ms = deviceMsOf(cases);
  return ms === 0 ? '' : `, of which the device took ${durationText(ms)}`;
}

/** What the vendor declares, beside what was seen before the run. */
function statementFacts({ profile: { statement } }: RunRecord): Markup | undefined {
  if (!statement) return undefined;
  const rows = statement.lines.map(
    ({ line, declared, discovered }) =>
      html`<tr><th scope="row">${line}</th><td>${declared}</td><td>${discovered ?? html`<span class="muted">not seen</span>`}</td></tr>`,
  );
  return html`<div class="wide"><dt>Declared of ${statement.device}, and seen before the run</dt><dd><table class="numbers words"><caption class="hidden">Implementation conformance statement</caption>
<thead><tr><th scope="col">Line</th><th scope="col">Declared</th><th scope="col">Seen</th></tr></thead><tbody>${rows}</tbody></table><span class="small muted">Statement <code>${statement.file}</code></span></dd></div>
`;
}

const insecureTag: Markup = html`<span class="chip v-fail">${icon('warn')}insecure</span>`;

/** What a reader has to do something about, worst first. */
export function findings(record: RunRecord): Markup {
  const found = verdictsWorstFirst
    .filter((verdict) => findingVerdicts.has(verdict))
    .flatMap((verdict) => record.cases.filter((one) => one.verdict === verdict));
  const items = found.map(
    (one) =>
      html`<li>${chip(one.verdict)}<div><a href="${anchorLink(one.id)}"><span class="id">${one.id}</span></a> ${one.title}</div><p class="muted">${one.reason}</p></li>`,
  );
  return html`<section aria-labelledby="attention"><h2 id="attention">What needs attention</h2>
${items.length === 0 ? html`<p>Nothing.</p>` : html`<ul class="findings panel">${items}</ul>`}</section>`;
}

const monthNames = 'January February March April May June July August September October November December'.split(' ');

/** A moment in UTC, in words. A text that is no moment is shown as it is. */
export function when(text: string): Markup {
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime())) return html`<time datetime="">${text}</time>`;
  const day = `${moment.getUTCDate()} ${monthNames[moment.getUTCMonth()]} ${moment.getUTCFullYear()}`;
  return html`<time datetime="${moment.toISOString()}">${day}, ${moment.toISOString().slice(11, 19)} UTC</time>`;
}

/** Words, verdicts that occur, groups; shown only where scripts run. */
export function filterBar(record: RunRecord): Markup {
  const toggles = caseVerdicts
    .filter((verdict) => record.counts[verdict] > 0)
    .map(
      (verdict) =>
        html`<label class="toggle v-${verdict}"><input class="hidden" type="checkbox" name="verdict" value="${verdict}">${icon(verdict)}${verdictNames[verdict]} ${record.counts[verdict]}</label>`,
    );
  return html`<form id="filters" class="filters js-only" role="search" aria-label="Filter cases and requirements"><div class="wrap">
<label class="hidden" for="words">Words in cases and requirements</label><input type="search" id="words" placeholder="Filter by id, title, requirement, mutant" autocomplete="off" spellcheck="false">
<fieldset><legend class="hidden">Verdicts</legend>${toggles}</fieldset>
<label class="hidden" for="group">Group</label><select id="group"><option value="">All groups</option><option value="device">Device</option><option value="server">Server</option><option value="property">Properties</option></select>
<button type="reset">Clear</button><button type="button" id="open-all">Open all</button>
<output id="shown" for="words group"></output>
</div></form>`;
}
