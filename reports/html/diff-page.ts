import { byKind, type CaseChange, explanationOf, headlineOf, type RunDiff, versionsOf } from '../diff.ts';
import { page } from './document.ts';
import { chip, icon, runVerdicts } from './icons.ts';
import { anchor, anchorLink, durationText, html, type Markup } from './markup.ts';
import { when } from './when.ts';

const diffStyle = `
.reasons{padding-bottom:.9rem}
.differences{margin:0;width:100%}
.differences th[scope=row]{white-space:nowrap;font-weight:550}
.differences tr>*,.differences thead tr>*{padding:.45rem 1.25rem!important}
.turns{display:flex;flex-wrap:wrap;gap:.3rem;align-items:center;color:var(--muted);font-size:.8125rem}
.changes li{grid-template-columns:15rem 1fr}
@media (max-width:44rem){.changes li{grid-template-columns:1fr}}
`;

/** Two runs beside one another, as one HTML file that needs nothing else. */
export function renderDiffHtml(diff: RunDiff): string {
  const subjects = [...new Set([...diff.before.subject, ...diff.after.subject])];
  return page({
    title: 'Two runs compared',
    kicker: 'Muster comparison of two runs',
    heading: subjects.join(' and ') || 'No subject',
    meta: html`${when(diff.before.startedAt)} and ${when(diff.after.startedAt)}`,
    body: [verdict(diff), runs(diff), differences(diff), ...byKind(diff).map(section)],
    footer: 'Made by Muster from the records of both runs (run.json), of which this page is a pure function.',
    moreStyle: diffStyle,
  });
}

function verdict(diff: RunDiff): Markup {
  const tone = diff.worse ? 'fail' : 'pass';
  const counts = byKind(diff).map(
    ({ title, changes }) =>
      html`<li><a href="${anchorLink(title)}">${title}</a>: ${changes.map(({ id }) => id).join(', ')}</li>`,
  );
  return html`<section class="verdict v-${tone}" aria-labelledby="verdict">
<div class="verdict-head">${icon(tone)}<h2 id="verdict">${headlineOf(diff)}</h2><p>${diff.changes.length} cases changed or are not mended, ${diff.unchanged} are as before.</p></div>
<ul class="reasons">${counts.length === 0 ? html`<li>Every case is as it was.</li>` : counts}</ul>
</section>`;
}

function runs({ before, after }: RunDiff): Markup {
  const one = (
    name: string,
    { verdict: said, status, cases, durationMs, command, muster, startedAt }: RunDiff['before'],
  ): Markup =>
    html`<div class="wide"><dt>${name}</dt><dd><strong>${runVerdicts[said].headline}</strong>${status === 'incomplete' ? ', not over' : ''}: ${cases} cases in ${durationText(durationMs)}, ${when(startedAt)}, Muster ${muster}<br><code>${command}</code></dd></div>`;
  return html`<dl class="facts panel">${one('Before', before)}${one('After', after)}</dl>`;
}

function differences({ differences: all }: RunDiff): Markup | undefined {
  if (all.length === 0) return undefined;
  const rows = all.map(
    ({ name, before, after }) => html`<tr><th scope="row">${name}</th><td>${before}</td><td>${after}</td></tr>`,
  );
  return html`<section aria-labelledby="differences"><h2 id="differences">The runs differ in more than their verdicts</h2><div class="scroll" tabindex="0" role="region" aria-label="Differences"><table class="numbers words differences"><caption class="hidden">What the runs do not have in common</caption><thead><tr><th scope="col">What</th><th scope="col">Before</th><th scope="col">After</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function section({ title, changes }: { readonly title: string; readonly changes: readonly CaseChange[] }): Markup {
  const id = anchor(title);
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title} <span class="muted">${changes.length}</span></h2><ul class="findings changes panel">${changes.map(item)}</ul></section>`;
}

function item(change: CaseChange): Markup {
  const { id, title, requirements, before, after } = change;
  const [had, has] = [before, after].map((side) => (side ? chip(side.verdict) : html`<span class="muted">none</span>`));
  const versions = versionsOf(change);
  return html`<li><span class="turns">${had}<span aria-hidden="true">→</span><span class="hidden">then</span>${has}</span><div><span class="id">${id}</span> ${title} <span class="muted small">${requirements.join(', ')}${versions === undefined ? '' : `; ${versions}`}</span></div><p class="muted">${explanationOf(change)}</p></li>`;
}
