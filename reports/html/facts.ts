import { deviceMsOf, type RunRecord } from '../run-record.ts';
import { icon } from './icons.ts';
import { durationText, html, type Markup } from './markup.ts';
import { when } from './when.ts';

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
${statementFacts(record)}${requirementSetFacts(record)}${baselineFacts(record)}<div class="wide"><dt>Command</dt><dd><code>${record.command}</code>${reruns(record)}</dd></div>
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
  return html`<div class="wide"><dt>Declared of ${statement.subject}, and seen before the run</dt><dd><table class="numbers words"><caption class="hidden">Implementation conformance statement</caption>
<thead><tr><th scope="col">Line</th><th scope="col">Declared</th><th scope="col">Seen</th></tr></thead><tbody>${rows}</tbody></table><span class="small muted">Statement <code>${statement.file}</code></span></dd></div>
`;
}

/** By which frozen set the run is scored, and what of it was not judged. */
function requirementSetFacts({ requirementSet }: RunRecord): Markup | undefined {
  if (!requirementSet) return undefined;
  const { name, digest, unmet = [] } = requirementSet;
  const items = unmet.map(({ id, why }) => html`<li><span class="id">${id}</span> ${why}</li>`);
  return html`<div class="wide"><dt>Requirement set</dt><dd><strong>${name}</strong> <span class="small muted">SHA-256 <code>${digest}</code></span>${items.length === 0 ? undefined : html`<br>Not judged as it was frozen:<ul>${items}</ul>`}</dd></div>
`;
}

function baselineFacts({ baseline, cases }: RunRecord): Markup | undefined {
  if (!baseline) return undefined;
  const expected = cases.filter(({ expectation }) => expectation !== undefined).length;
  return html`<div class="wide"><dt>Baseline</dt><dd><code>${baseline.file}</code>: ${expected} expected ${expected === 1 ? 'failure' : 'failures'}, ${baseline.stale.length} stale ${baseline.stale.length === 1 ? 'entry' : 'entries'} <span class="small muted">SHA-256 <code>${baseline.digest}</code></span></dd></div>
`;
}

function reruns({ reruns: again = [] }: RunRecord): readonly Markup[] {
  return again.map(
    ({ at, command, cases, durationMs }) =>
      html`<br><span class="small muted">${when(at)}, ${cases.length} again in ${durationText(durationMs)}:</span> <code>${command}</code>`,
  );
}

const insecureTag: Markup = html`<span class="chip v-fail">${icon('warn')}insecure</span>`;
